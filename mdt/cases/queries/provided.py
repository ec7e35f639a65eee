"""What slices below ask of a case (`kernel.policy.provide`)."""

from sqlalchemy.orm import Session

from mdt.cases.models import Case
from mdt.kernel import policy
from mdt.kernel.actor import Actor


def patient(session: Session, _actor: Actor, case_id: str) -> dict[str, str] | None:
    """Who the case is about, to compare with what image headers say; empty where not yet filled in."""
    case = session.get(Case, case_id)
    if case is None:
        return None
    return {
        "name": case.patient_name,
        "sex": case.patient_sex.value if case.patient_sex else "",
        "birth_date": case.patient_birth_date.isoformat() if case.patient_birth_date else "",
        "local_id": case.patient_local_id,
    }


def title(session: Session, _actor: Actor, case_id: str) -> str | None:
    """Number and title, without the patient: the head of a room."""
    case = session.get(Case, case_id)
    return f"{case.number} {case.title}".rstrip() if case else None


def provide_facts() -> None:
    """Register with the kernel; called by the shell."""
    policy.provide("case", "patient", patient)
    policy.provide("case", "title", title)
