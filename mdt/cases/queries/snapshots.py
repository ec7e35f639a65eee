"""The text of a case as it stood at a moment, and what is different now: after a return the coordinator sees what
changed, and one who saves over somebody else's text sees what would be lost."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.models import Case, ReadinessSnapshot
from mdt.cases.queries.facts import materials_of, questions_of
from mdt.imaging.queries.studies import studies_of

FIELDS = {
    "title": "title",
    "summary": "summary",
    "diagnosis": "diagnosis",
    "urgency": "urgency",
    "patient.name": "patient_name",
    "patient.sex": "patient_sex",
    "patient.birth_date": "patient_birth_date",
    "patient.age": "patient_age",
    "patient.local_id": "patient_local_id",
    "consent.given": "consent_given",
    "consent.by": "consent_by",
    "consent.at": "consent_at",
}
"""Field of the public text → column. `questions` are rows of their own."""


class Changed(BaseModel):
    """One field that differs: what stood there, what stands there."""

    field: str
    before: Any
    after: Any


def text_of(session: Session, case: Case) -> dict[str, Any]:
    """The whole text, flat and JSON-able; `materials` are the ids of what is attached,
    `images` the study UIDs."""
    text: dict[str, Any] = {field: _plain(getattr(case, column)) for field, column in FIELDS.items()}
    text["questions"] = [question.text for question in questions_of(session, case)]
    text["materials"] = sorted(each.id for each in materials_of(session, case))
    text["images"] = sorted(study.study_uid for study in studies_of(session, [case.subject])[case.subject])
    return text


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """The fields in which two texts differ, in the order of the page."""
    return [
        Changed(field=field, before=before.get(field), after=value)
        for field, value in after.items()
        if before.get(field) != value
    ]


def changed_since_return(session: Session, case: Case) -> list[Changed]:
    """What is different from the text that was last returned; empty for a case that never was."""
    returned = (ReadinessSnapshot.case_id == case.id) & (ReadinessSnapshot.reason == "returned")
    last = select(ReadinessSnapshot).where(returned).order_by(ReadinessSnapshot.at.desc()).limit(1)
    snapshot = session.execute(last).scalar()
    return differences(snapshot.text, text_of(session, case)) if snapshot else []
