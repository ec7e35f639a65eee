"""复制为病历文字: the sheet as plain text for the hospital's own record."""

from collections.abc import Iterator

from mdt.consensus.sheet import (
    LAW,
    SEX_WORDS,
    STANCE_WORDS,
    URGENCY_WORDS,
    OpinionSheet,
    due_words,
    minute,
    second,
)


def record_text(sheet: OpinionSheet) -> str:
    """All the sheet says but its pictures, lines ending in ``\\n``, no markup."""
    parts = (_head, _case, _opinion, _recommendations, _signers, _foot)
    return "\n".join(line for part in parts for line in part(sheet)) + "\n"


def _head(sheet: OpinionSheet) -> Iterator[str]:
    patient = sheet.patient
    yield f"会诊意见书（{sheet.kind}）"
    yield f"会诊编号：{sheet.number}　第 {sheet.edition} 版　签发：{minute(sheet.issued_at)}"
    if sheet.superseded_by is not None:
        yield f"【本版已被第 {sheet.superseded_by} 版替代】"
    if sheet.amend_reason:
        yield f"更正原因：{sheet.amend_reason}"
    yield _joined(
        ("患者", f"{patient.name}　{SEX_WORDS[patient.sex]}　{patient.age}".strip()),
        ("出生日期", str(patient.birth_date or "")),
        ("病案号", patient.local_id),
    )
    yield _joined(
        ("申请", f"{sheet.requesting_hospital} {sheet.requesting_department}".strip()),
        ("申请医师", sheet.requester),
        ("申请时间", minute(sheet.requested_at)),
    )
    yield _joined(
        ("受邀", " · ".join(filter(None, (sheet.invited_hospital, sheet.alliance)))),
        ("主持人", sheet.chair),
        ("会诊时间", minute(sheet.discussed_at)),
    )


def _joined(*pairs: tuple[str, str]) -> str:
    return "　".join(f"{name}：{words}" for name, words in pairs if words)


def _case(sheet: OpinionSheet) -> Iterator[str]:
    yield from _section("病历摘要", sheet.summary)
    yield from _section("初步诊断", sheet.working_diagnosis)


def _opinion(sheet: OpinionSheet) -> Iterator[str]:
    if sheet.answers:
        yield "【会诊问题与回答】"
    for position, one in enumerate(sheet.answers, start=1):
        yield f"问题{position}：{one.question}"
        yield f"回答：{one.words}"
    yield from _section("会诊诊断", sheet.diagnosis)
    yield from _section("会诊意见", sheet.narrative)


def _section(title: str, words: str) -> Iterator[str]:
    if words:
        yield f"【{title}】"
        yield "\n".join(words.splitlines())


def _recommendations(sheet: OpinionSheet) -> Iterator[str]:
    if sheet.recommendations:
        yield "【建议】"
    for position, one in enumerate(sheet.recommendations, start=1):
        urgency = URGENCY_WORDS[one.urgency]
        yield (f"{position}. {one.text}（责任人：{one.owner}；期限：{due_words(one.due)}；{urgency}）")
    captions = [one.caption for one in sheet.key_images]
    if captions:
        yield "【关键图像】"
    yield from (f"图 {position}：{caption}" for position, caption in enumerate(captions, start=1))


def _signers(sheet: OpinionSheet) -> Iterator[str]:
    if sheet.other_opinions:
        yield "【不同意见与保留意见】"
    for one in sheet.other_opinions:
        yield f"{one.name}（{STANCE_WORDS[one.stance]}）：" + "\n".join(one.text.splitlines())
    if sheet.signatures:
        yield "【会诊医师签名】"
    for one in sheet.signatures:
        about = " ".join(filter(None, (one.hospital, one.department, one.title)))
        stance = STANCE_WORDS[one.stance] + (f" {one.level}" if one.level else "")
        chair = "（主持）" if one.is_chair else ""
        yield f"{one.name}{chair}　{about}　{stance}　{second(one.at)}"
    if sheet.quorum_note:
        yield f"法定人数：{sheet.quorum_note}"
    if sheet.attendance:
        yield "参加人员：" + "、".join(one.words for one in sheet.attendance)


def _foot(sheet: OpinionSheet) -> Iterator[str]:
    yield f"验真：{sheet.verify_url}　验真码 {sheet.verify_code}"
    yield f"文件指纹（SHA-256）：{sheet.fingerprint}"
    yield LAW
