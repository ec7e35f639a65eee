"""What lower slices ask about encounters, and about the encounter that a case came from."""

from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.clinics.models import ClinicDay, Encounter
from mdt.kernel import policy
from mdt.kernel.actor import Actor


class Origin(TypedDict):
    """Where a case came from: a ticket of a free-clinic day."""

    encounter_id: str
    clinic_id: str
    ticket: str
    clinic: str


def provide_facts() -> None:
    """Called by the shell."""
    policy.provide("encounter", "patient", _patient)
    policy.provide("case", "encounter", _origin)


def _patient(session: Session, _actor: Actor, encounter_id: str) -> dict[str, str] | None:
    """For the check of arriving images against another patient's name."""
    row = session.get(Encounter, encounter_id)
    if row is None:
        return None
    return {"name": row.name, "sex": row.sex.value if row.sex else "", "birth_date": "", "local_id": ""}


def _origin(session: Session, _actor: Actor, case_id: str) -> Origin | None:
    """The encounter of a case, for the case's page; None for most."""
    found = select(Encounter, ClinicDay.title).join(ClinicDay, ClinicDay.id == Encounter.clinic_id)
    row = session.execute(found.where(Encounter.case_id == case_id)).first()
    if row is None:
        return None
    encounter, title = row
    return Origin(encounter_id=encounter.id, clinic_id=encounter.clinic_id, ticket=encounter.ticket, clinic=title)
