"""Every verdict on a file: code, sentence, way on.

Codes are stable (docs: the public contract, section 7). The order of WARNINGS
decides which of several warnings is said first.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["stored", "warning", "refused"]


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own marker
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


class Refused(Exception):
    """The file is not taken; `params` fill the sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class NotShowable(Exception):
    """The object is kept but has no picture for the viewer; `detail` is technical English."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said beside the file's name, and what the person can do now."""

    text: str
    way_on: str


_AGAIN = N_("请从设备或 PACS 重新导出这份文件再上传。")
_KEPT = N_("已保存，可以照常使用。")
_SOURCE = N_("请联系影像科或设备厂家检查导出设置后重新导出。")

SENTENCES: dict[str, Sentence] = {
    "ok": Sentence(N_("已保存。"), ""),
    "duplicate_same_content": Sentence(N_("这份文件已经上传过，未重复保存。"), ""),
    # refused: what is it
    "empty_file": Sentence(N_("文件是空的（0 字节）。"), _AGAIN),
    "not_dicom": Sentence(N_("不是 DICOM 影像文件，已略过。"), N_("报告或照片请放到“材料”里。")),
    "dicomdir": Sentence(N_("这是光盘目录文件（DICOMDIR），不含影像，已略过。"), ""),
    "truncated": Sentence(N_("文件不完整，后面缺了一段。"), _AGAIN),
    "length_past_end": Sentence(N_("文件里标注的长度超过了文件本身。"), _AGAIN),
    "unterminated_sequence": Sentence(N_("文件中的序列没有结束标记，内容不可信。"), _SOURCE),
    "nesting_too_deep": Sentence(N_("文件嵌套过深，结构异常。"), _SOURCE),
    "bad_structure": Sentence(N_("文件结构异常，无法安全读取。"), _SOURCE),
    "too_large": Sentence(N_("图像或数据过大，超出可处理的范围。"), N_("请分批或导出较小的序列。")),
    "decompression_bomb": Sentence(N_("解压后过大，已拒绝。"), N_("请不经压缩重新导出。")),
    "missing_uid": Sentence(N_("缺少必需的唯一编号（UID），无法归档。"), _SOURCE),
    "bad_uid": Sentence(N_("唯一编号（UID）不合规范。"), _SOURCE),
    "unknown_transfer_syntax": Sentence(N_("未知的传输语法，无法读取。"), _SOURCE),
    "wrong_transfer_syntax": Sentence(N_("声明的传输语法与实际内容不符。"), _SOURCE),
    "duplicate_element": Sentence(N_("同一数据项出现了两次。"), _SOURCE),
    "bad_dimensions": Sentence(N_("图像的行数或列数无效。"), _AGAIN),
    "bad_pixel_format": Sentence(N_("像素格式的说明自相矛盾。"), _SOURCE),
    "pixel_length_mismatch": Sentence(N_("像素数据的长度与图像尺寸不符。"), _AGAIN),
    "codestream_size_mismatch": Sentence(N_("压缩图像的尺寸与文件头不符。"), _AGAIN),
    "duplicate_sop_other_content": Sentence(
        N_("编号相同而内容不同，已保留先上传的那一份。"),
        N_("如果这一份才是对的，请先撤销先前那一批上传。"),
    ),
    "crashed": Sentence(N_("读取这份文件时出错，已略过；其他文件不受影响。"), _AGAIN),
    "time": Sentence(N_("读取这份文件用时过长，已停止。"), _AGAIN),
    # warnings
    "other_patient": Sentence(N_("影像中的患者与本病例不一致。"), N_("请并列核对：确认是同一人，或移走这项检查。")),
    "undecodable_text": Sentence(N_("部分文字无法按声明的字符集读取。"), N_("请核对姓名等文字。")),
    "charset_guessed": Sentence(N_("字符集声明有误，已自动修复文字。"), N_("请核对姓名等文字。")),
    "undecodable_pixels": Sentence(N_("已保存，但图像数据无法解码，不能显示。"), _AGAIN),
    "unsupported_syntax": Sentence(N_("已保存，但这种压缩格式暂不能显示。"), N_("可导出为未压缩格式。")),
    "no_pixel_data": Sentence(N_("已保存，但文件里没有图像数据。"), _AGAIN),
    "not_an_image": Sentence(N_("已保存；这是报告或标注类对象，没有可显示的图像。"), ""),
    "active_preamble": Sentence(N_("文件开头含有可执行内容，已保存但会清除该部分。"), _KEPT),
    "bad_offset_table": Sentence(N_("帧位置表有误，已按内容逐帧读取。"), _KEPT),
    "meta_mismatch": Sentence(N_("文件头与数据集的编号不一致，以数据集为准。"), _KEPT),
    "wrong_group_length": Sentence(N_("文件头长度标注有误，已自行判断。"), _KEPT),
    "no_preamble": Sentence(N_("缺少标准文件头，已按旧格式读取。"), _KEPT),
    "bad_vr": Sentence(N_("个别数据项的类型标注无效。"), _KEPT),
    "odd_length": Sentence(N_("个别数据项的长度为奇数。"), _KEPT),
    "unordered_elements": Sentence(N_("数据项的顺序不合规范。"), _KEPT),
    "trailing_bytes": Sentence(N_("文件末尾有多余的字节，已忽略。"), _KEPT),
    # archives
    "empty_archive": Sentence(N_("压缩包是空的。"), N_("请重新打包后上传。")),
    "bad_archive": Sentence(N_("压缩包损坏或不完整。"), N_("请重新打包或重新上传。")),
    "too_many_files": Sentence(N_("压缩包里的文件太多（超过 {limit} 个）。"), N_("请分成几个包上传。")),
    "unsafe_path": Sentence(N_("文件名不合法，已跳过。"), N_("请重新打包，不要含上级或绝对路径。")),
    "unsafe_entry": Sentence(N_("压缩包里的链接或特殊文件已跳过。"), ""),
    "encrypted_entry": Sentence(N_("文件有密码保护，无法打开。"), N_("请去掉密码后重新打包。")),
    "unsupported_compression": Sentence(N_("压缩方式不受支持。"), N_("请用普通 ZIP 格式重新打包。")),
    "damaged_entry": Sentence(N_("压缩包里的这份文件已损坏。"), N_("请重新打包或重新上传。")),
    "nested_archive": Sentence(N_("压缩包里还有压缩包，没有打开。"), N_("请解开后直接上传其中的文件。")),
    "skipped_entries": Sentence(N_("影像已保存；其余文件不是影像，已略过。"), ""),
    "warned_entries": Sentence(N_("影像已保存；其中有需要核对的文件。"), ""),
}

WARNINGS = (
    "other_patient",
    "duplicate_element",
    "wrong_transfer_syntax",
    "active_preamble",
    "undecodable_text",
    "charset_guessed",
    "undecodable_pixels",
    "unsupported_syntax",
    "too_large",
    "no_pixel_data",
    "pixel_length_mismatch",
    "bad_pixel_format",
    "bad_offset_table",
    "bad_uid",
    "meta_mismatch",
    "wrong_group_length",
    "no_preamble",
    "bad_vr",
    "unordered_elements",
    "odd_length",
    "trailing_bytes",
)


def worst_warning(codes: set[str]) -> str:
    """The warning to say first, or "ok"."""
    return next((code for code in WARNINGS if code in codes), "ok")
