"""The text as it is put before the signers: one canonical JSON, and what differs between two of them.

Covers all that is printed but the signatures: patient and question as they stood, the whole text, key images, quorum,
template, and the fingerprint of the edition it amends (a chain). Numbers of pictures are text (`decimal_text`).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mdt.consensus.canonical import NotCanonical, canonical, decimal_text, fingerprint
from mdt.consensus.models import Consensus
from mdt.consensus.terms import FIELD_WORDS, REQUESTING_TEAM, TEMPLATE
from mdt.identity.queries import PersonCard
from mdt.kernel.clock import rfc3339
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A person as printed."""

    id: str
    name: str
    hospital: str = ""
    department: str = ""
    title: str = ""


def someone_of(card: PersonCard) -> Someone:
    """A person of the directory as printed."""
    hospital = card.hospital.name if card.hospital else ""
    return Someone(id=card.id, name=card.name, hospital=hospital, department=card.department, title=card.title)


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """What the consensus stands on: case, questions and discussion as they are now. Times are aware."""

    case_id: str
    number: str
    kind: str
    patient_name: str
    patient_sex: str
    patient_birth_date: date | None
    patient_age: str
    patient_local_id: str
    summary: str
    working_diagnosis: str
    questions: tuple[tuple[str, str], ...]
    requesting_hospital: str
    requesting_department: str
    requester: str
    requested_at: datetime | None
    invited_hospital: str
    alliance: str
    chair: str
    discussed_at: datetime | None
    quorum: int
    people: dict[str, Someone]


def freeze(row: Consensus, basis: Basis, previous: str) -> tuple[str, str]:
    """Canonical JSON of the proposal and its fingerprint.

    Raises:
        Invalid: a text has no canonical form (an invisible character); names the field.
    """
    content = frozen_content(row, basis, previous)
    try:
        return canonical(content).decode(), fingerprint(content)
    except NotCanonical as refusal:
        raise Invalid(
            "consensus.text", fields={refusal.field: [N_("含有看不见的控制字符，请删除后重新输入。")]}
        ) from None


def frozen_content(row: Consensus, basis: Basis, previous: str) -> dict[str, Any]:
    """What is fingerprinted, before it has its canonical form."""
    return {
        "template": TEMPLATE,
        "case": {"id": basis.case_id, "number": basis.number},
        "series": row.series,
        "edition": row.edition,
        "proposal": row.proposals,
        "previous": previous or None,
        "amend_reason": row.amend_reason,
        "kind": basis.kind,
        "patient": {
            "name": basis.patient_name,
            "sex": basis.patient_sex,
            "birth_date": str(basis.patient_birth_date or ""),
            "age": basis.patient_age,
            "local_id": basis.patient_local_id,
        },
        "requesting": {
            "hospital": basis.requesting_hospital,
            "department": basis.requesting_department,
            "requester": basis.requester,
            "at": _moment(basis.requested_at),
        },
        "invited": {"hospital": basis.invited_hospital, "alliance": basis.alliance, "chair": basis.chair},
        "discussed_at": _moment(basis.discussed_at),
        "quorum": basis.quorum,
        "summary": basis.summary,
        "working_diagnosis": basis.working_diagnosis,
        **_words(row, basis),
    }


def _moment(at: datetime | None) -> str:
    return rfc3339(at) if at else ""


def _words(row: Consensus, basis: Basis) -> dict[str, Any]:
    given = {one["question_id"]: one for one in row.answers}
    return {
        "answers": [
            {
                "question_id": question_id,
                "question": words,
                "text": given.get(question_id, {}).get("text", ""),
                "cannot_answer_because": given.get(question_id, {}).get("cannot_answer_because") or "",
            }
            for question_id, words in basis.questions
        ],
        "diagnosis": row.diagnosis,
        "narrative": row.narrative,
        "recommendations": [_recommendation(one, basis) for one in row.recommendations],
        "key_images": [_exact(one) for one in row.key_images],
    }


def _recommendation(one: dict[str, Any], basis: Basis) -> dict[str, Any]:
    someone = basis.people.get(one["owner"])
    owner_name = someone.name if someone else basis.requesting_hospital
    kind = REQUESTING_TEAM if one["owner"] == REQUESTING_TEAM else "person"
    return {
        "id": one["id"],
        "text": one["text"],
        "owner": {"kind": kind, "id": "" if kind == REQUESTING_TEAM else one["owner"], "name": owner_name},
        "due": one["due"] or "",
        "urgency": one["urgency"],
    }


def _exact(value: Any, name: str = "") -> Any:
    """Pixel coordinates, windows and measures as text; counts stay whole numbers."""
    if isinstance(value, dict):
        return {key: _exact(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_exact(one, name) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float) and name != "frame":
        return decimal_text(value)
    return value


def differences(old: str, new: str) -> list[dict[str, str]]:
    """What a person must read again: fields that differ, with their sentences before and after."""
    before, after = json.loads(old), json.loads(new)
    found = []
    for field, label in FIELD_WORDS.items():
        one, other = _spoken(field, before.get(field)), _spoken(field, after.get(field))
        if one != other:
            found.append({"field": field, "label": label, "before": one, "after": other})
    return found


def _spoken(field: str, value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_line(field, at, one) for at, one in enumerate(value, start=1))
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values() if one)
    return str(value or "")


def _line(field: str, at: int, one: dict[str, Any]) -> str:
    if field == "answers":
        return f"{at}. {one['question']} {one['text'] or one['cannot_answer_because']}"
    if field == "recommendations":
        return f"{at}. {one['text']} ({one['owner']['name']} {one['due']} {one['urgency']})"
    marks = len(one.get("annotations") or [])
    return f"{at}. {one.get('caption') or ''} {one['instance_uid']} #{one['frame']} {one.get('window')} ×{marks}"
