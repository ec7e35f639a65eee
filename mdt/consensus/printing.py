"""From what was frozen and signed to the sheet that is printed, and the pictures on it."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypedDict

from mdt.consensus.sheet import (
    Answer,
    KeyImage,
    OpinionSheet,
    Patient,
    Recommendation,
    Signature,
    Stance,
)
from mdt.consensus.terms import LEVEL_WORDS


class Content(TypedDict):
    """What a document row keeps, as JSON."""

    frozen: dict[str, Any]
    statements: list[dict[str, Any]]
    quorum_note: str


class Issue(TypedDict):
    """What issuing adds to the text."""

    number: str
    issued_at: datetime
    verify_url: str
    verify_code: str
    fingerprint: str


PROBE = Issue(
    number="",
    issued_at=datetime(2026, 1, 1, tzinfo=UTC),
    verify_url="",
    verify_code="",
    fingerprint="",
)
"""Stands in for what issuing adds, when only the glyphs are asked about."""


def read_content(text: str) -> Content:
    content: Content = json.loads(text)
    return content


def sheet_of(
    content: Content, issue: Issue, *, superseded_by: int | None = None, pictures: Sequence[KeyImage] = ()
) -> OpinionSheet:
    """The sheet of a document. The same arguments give the same sheet."""
    frozen = content["frozen"]
    return OpinionSheet(
        number=issue["number"],
        edition=frozen["edition"],
        issued_at=issue["issued_at"],
        requesting_hospital=frozen["requesting"]["hospital"],
        requesting_department=frozen["requesting"]["department"],
        requester=frozen["requesting"]["requester"],
        requested_at=_moment(frozen["requesting"]["at"]),
        invited_hospital=frozen["invited"]["hospital"],
        alliance=frozen["invited"]["alliance"],
        chair=frozen["invited"]["chair"],
        discussed_at=_moment(frozen["discussed_at"]),
        patient=_patient(frozen["patient"]),
        kind=frozen["kind"],
        amend_reason=frozen["amend_reason"],
        superseded_by=superseded_by,
        verify_url=issue["verify_url"],
        verify_code=issue["verify_code"],
        fingerprint=issue["fingerprint"],
        summary=frozen["summary"],
        working_diagnosis=frozen["working_diagnosis"],
        answers=tuple(_answer(one) for one in frozen["answers"]),
        diagnosis=frozen["diagnosis"],
        narrative=frozen["narrative"],
        recommendations=tuple(_recommendation(one) for one in frozen["recommendations"]),
        key_images=tuple(pictures),
        signatures=tuple(_signature(one) for one in content["statements"]),
        quorum_note=content["quorum_note"],
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _patient(kept: dict[str, str]) -> Patient:
    born = kept["birth_date"]
    return Patient(
        name=kept["name"],
        sex=kept["sex"] or "O",
        age=kept["age"],
        birth_date=date.fromisoformat(born) if born else None,
        local_id=kept["local_id"],
    )


def _answer(kept: dict[str, str]) -> Answer:
    return Answer(question=kept["question"], text=kept["text"], cannot_answer_because=kept["cannot_answer_because"])


def _recommendation(kept: dict[str, Any]) -> Recommendation:
    due = kept["due"]
    return Recommendation(
        text=kept["text"],
        owner=kept["owner"]["name"],
        due=date.fromisoformat(due) if due else None,
        urgency=kept["urgency"],
    )


def _signature(kept: dict[str, Any]) -> Signature:
    signer = kept["signer"]
    return Signature(
        name=signer["name"],
        hospital=signer["hospital"],
        department=signer["department"],
        title=signer["title"],
        stance=Stance(kept["stance"]),
        at=datetime.fromisoformat(kept["at"]),
        level=LEVEL_WORDS.get(kept["level"], ""),
        text=kept["text"],
        is_chair=kept["is_chair"],
    )
