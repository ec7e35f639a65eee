"""The 会诊意见书 as PDF, from an `OpinionSheet`."""

import io
from typing import Final

import segno

from mdt.consensus.sheet import (
    LAW,
    SEX_WORDS,
    STANCE_WORDS,
    URGENCY_WORDS,
    OpinionSheet,
    Signature,
    due_words,
    minute,
    second,
)
from mdt.press import typst

TEMPLATE: Final = "consensus/opinion"
QR: Final = "verify.svg"


def render_opinion(sheet: OpinionSheet) -> bytes:
    """The sheet as PDF/A; the same sheet gives the same bytes.

    Raises `mdt.press.typst.MissingGlyphs` before anything is drawn.
    """
    files = {typst.picture_name(n, one.picture): one.picture for n, one in enumerate(sheet.key_images)}
    files[QR] = qr_svg(sheet.verify_url)
    return typst.press(TEMPLATE).pdf(_content(sheet), files, sheet.issued_at)


def unprintable(sheet: OpinionSheet) -> str:
    """Characters of the sheet that cannot be printed: ask before proposing, not after issuing."""
    return typst.unprintable(_content(sheet))


def qr_svg(url: str, *, is_scalable: bool = False) -> bytes:
    """A QR code with its quiet zone, error correction M (a folded or stained page still reads); with a view box
    instead of a size where `is_scalable`."""
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawing, kind="svg", border=4, omitsize=is_scalable)
    return drawing.getvalue()


def _content(sheet: OpinionSheet) -> dict[str, typst.Json]:
    patient = sheet.patient
    return {
        "law": LAW,
        "number": sheet.number,
        "edition": sheet.edition,
        "kind": sheet.kind,
        "organisation": " · ".join(filter(None, (sheet.invited_hospital, sheet.alliance))),
        "issued_at": minute(sheet.issued_at),
        "amend_reason": sheet.amend_reason,
        "superseded_by": sheet.superseded_by,
        "patient": {
            "name": patient.name,
            "sex": SEX_WORDS[patient.sex],
            "age": patient.age,
            "birth_date": str(patient.birth_date or ""),
            "local_id": patient.local_id,
        },
        "requesting_hospital": sheet.requesting_hospital,
        "requesting_department": sheet.requesting_department,
        "requester": sheet.requester,
        "requested_at": minute(sheet.requested_at),
        "invited_hospital": sheet.invited_hospital,
        "chair": sheet.chair,
        "discussed_at": minute(sheet.discussed_at),
        **_texts(sheet),
        "signatures": [_signature(one) for one in sheet.signatures],
        "others": [_signature(one) for one in sheet.other_opinions],
        "quorum_note": sheet.quorum_note,
        "attendance": [one.words for one in sheet.attendance],
        "verify": {"url": sheet.verify_url, "code": sheet.verify_code, "qr": QR},
        "fingerprint": sheet.fingerprint,
    }


def _texts(sheet: OpinionSheet) -> dict[str, typst.Json]:
    return {
        "summary": sheet.summary,
        "working_diagnosis": sheet.working_diagnosis,
        "answers": [{"question": one.question, "text": one.words} for one in sheet.answers],
        "diagnosis": sheet.diagnosis,
        "narrative": sheet.narrative,
        "recommendations": [
            {
                "text": one.text,
                "owner": one.owner,
                "due": due_words(one.due),
                "urgency": URGENCY_WORDS[one.urgency],
            }
            for one in sheet.recommendations
        ],
        "images": [
            {"file": typst.picture_name(n, one.picture), "caption": one.caption}
            for n, one in enumerate(sheet.key_images)
        ],
    }


def _signature(one: Signature) -> dict[str, typst.Json]:
    return {
        "name": one.name,
        "role": " ".join(filter(None, (one.department, one.title))),
        "hospital": one.hospital,
        "stance": STANCE_WORDS[one.stance],
        "level": one.level,
        "at": second(one.at),
        "text": one.text,
        "is_chair": one.is_chair,
    }
