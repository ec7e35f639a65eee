"""A complete 会诊意见书 for tests: every field of the sheet carries a text of its own."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pypdfium2
from PIL import Image

from mdt.consensus.sheet import (
    Answer,
    Attendee,
    KeyImage,
    OpinionSheet,
    Patient,
    Recommendation,
    Signature,
    Stance,
)


def picture(colour: str = "grey", kind: str = "PNG") -> bytes:
    """A small picture of one colour."""
    drawing = BytesIO()
    Image.new("L", (57, 63), colour).save(drawing, kind)
    return drawing.getvalue()


def signature(name: str, stance: Stance, text: str = "", *, is_chair: bool = False) -> Signature:
    """A stance of somebody of the provincial hospital."""
    return Signature(
        name=name,
        hospital="江州省立医院",
        department="胸外科",
        title="主任医师",
        stance=stance,
        at=datetime(2026, 11, 23, 7, 36, 2, tzinfo=UTC),
        level="密码确认",
        text=text,
        is_chair=is_chair,
    )


SHEET = OpinionSheet(
    number="JZ-2026-0412-02",
    edition=2,
    issued_at=datetime(2026, 11, 23, 7, 41, tzinfo=UTC),
    requesting_hospital="青溪县人民医院",
    invited_hospital="江州省立医院",
    requesting_department="呼吸内科",
    requester="陈立",
    chair="周明远",
    alliance="江州专科联盟",
    amend_reason="第一版左右写反",
    patient=Patient(
        name="演示甲",
        sex="F",
        age="71 岁",
        birth_date=date(1955, 3, 2),
        local_id="ZY20261120-033",
    ),
    requested_at=datetime(2026, 11, 23, 5, 22, tzinfo=UTC),
    discussed_at=datetime(2026, 11, 23, 7, 5, tzinfo=UTC),
    summary="跌倒五周，头痛渐重。",
    working_diagnosis="慢性硬膜下血肿待排",
    answers=(
        Answer(question="是否需要手术？", text="需要，二十四小时内钻孔引流。"),
        Answer(question="华法林何时恢复？", cannot_answer_because="缺少心脏彩超"),
    ),
    diagnosis="左侧慢性硬膜下血肿",
    narrative="与会专家逐层阅片，SpO₂ 与 HCO₃⁻ 见附表。",
    recommendations=(
        Recommendation(text="转神经外科", owner="申请医师", due=date(2026, 11, 24), urgency="emergency"),
        Recommendation(text="复查平扫", owner="何志刚", due="术后 7 天"),
    ),
    key_images=(KeyImage(picture=picture(), caption="头颅平扫第十四层"),),
    signatures=(
        signature("周明远", Stance.AGREE, is_chair=True),
        signature("沈岚", Stance.DISSENT, "神志恶化时应就地钻孔，不宜转运。"),
        signature("欧阳修文", Stance.RESERVATION, "抗凝时机另议。"),
    ),
    quorum_note="未达法定人数：缺影像科",
    attendance=(Attendee(name="林静", hospital="南屏县中医院", title="主治医师"),),
    verify_url="https://huizhen.example/verify/7K4M-QX2P-9D3R-V0ZT",
    verify_code="7K4M-QX2P-9D3R-V0ZT",
    fingerprint="0123456789abcdef" * 4,
)

BARE = replace(
    SHEET,
    edition=1,
    amend_reason="",
    patient=Patient(name="演示乙", sex="O"),
    alliance="",
    requested_at=None,
    discussed_at=None,
    summary="",
    working_diagnosis="",
    answers=(),
    diagnosis="",
    narrative="",
    recommendations=(),
    key_images=(),
    signatures=(),
    quorum_note="",
    attendance=(),
)

# Every text of SHEET that both the PDF and the plain text must hold, without spaces.
SAID = [
    "会诊意见书",
    "JZ-2026-0412-02",
    "第2版",
    "2026-11-2315:41",
    "青溪县人民医院",
    "江州省立医院",
    "呼吸内科",
    "陈立",
    "周明远",
    "江州专科联盟",
    "第一版左右写反",
    "演示甲",
    "女",
    "71岁",
    "1955-03-02",
    "ZY20261120-033",
    "2026-11-2313:22",
    "2026-11-2315:05",
    "跌倒五周，头痛渐重。",
    "慢性硬膜下血肿待排",
    "是否需要手术？",
    "需要，二十四小时内钻孔引流。",
    "华法林何时恢复？",
    "目前不能回答，因为：缺少心脏彩超",
    "左侧慢性硬膜下血肿",
    "与会专家逐层阅片，SpO₂与HCO₃⁻见附表。",
    "转神经外科",
    "申请医师",
    "2026-11-24",
    "紧急",
    "复查平扫",
    "何志刚",
    "术后7天",
    "普通",
    "头颅平扫第十四层",
    "同意",
    "不同意见",
    "保留意见",
    "沈岚",
    "神志恶化时应就地钻孔，不宜转运。",
    "欧阳修文",
    "抗凝时机另议。",
    "密码确认",
    "2026-11-2315:36:02",
    "胸外科",
    "主任医师",
    "未达法定人数：缺影像科",
    "林静",
    "南屏县中医院",
    "主治医师",
    "https://huizhen.example/verify/7K4M-QX2P-9D3R-V0ZT",
    "7K4M-QX2P-9D3R-V0ZT",
    "会诊意见供邀请方参考，诊断与治疗方案由邀请方决定。",
]


def pages(pdf: bytes) -> list[str]:
    """The text of each page without white space: layout may put a break anywhere."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    return [unbroken(text) for text in texts]


def unbroken(text: str) -> str:
    """The text without white space, and without pdfium's mark for a broken word."""
    return "".join(char for char in text if not char.isspace() and char not in "\x02\ufffe")
