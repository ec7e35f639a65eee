"""Whom a change of a case concerns."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case, CaseMember
from mdt.identity.queries import PersonCard, active_people_with, partner_hospitals, person_cards, staff_of
from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.actor import Actor
from mdt.kernel.query import query

NAMED = "named"
"""`CaseMember.via` of those whom the team named."""
NAMEABLE = CLINICAL | {Role.TECHNICIAN}
FOUND = 20


class FindColleague(BaseModel):
    """Any part of a name or department; empty finds nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(default="", max_length=60)


def coordinators_of(session: Session, actor: Actor, case: Case) -> list[str]:
    """The coordinators of the alliances that hold the case's hospital."""
    there = replace(actor, hospital_id=case.hospital_id)
    hospitals = set(session.execute(partner_hospitals(there)).scalars())
    return active_people_with(session, hospitals, Role.COORDINATOR)


def members_of(session: Session, case: Case) -> list[str]:
    """Everybody invited, named, or in the chair."""
    mine = select(CaseMember.person_id).where(CaseMember.case_id == case.id).distinct()
    return list(session.execute(mine).scalars())


def named_on(session: Session, case: Case) -> list[str]:
    """Those whom the team named, in that order."""
    mine = (CaseMember.case_id == case.id) & (CaseMember.via == NAMED)
    return list(session.execute(select(CaseMember.person_id).where(mine).order_by(CaseMember.id)).scalars())


def named_cards(session: Session, case: Case) -> list[PersonCard]:
    """The same as cards."""
    ids = named_on(session, case)
    cards = person_cards(session, set(ids))
    return [cards[each] for each in ids]


def colleagues_of(session: Session, case: Case, q: str = "") -> list[PersonCard]:
    """Who may be named on the case: active clinicians and technicians of its hospital beside the requester."""
    staff = staff_of(session, case.hospital_id, NAMEABLE, q)
    return [each for each in staff if each.id != case.requester_id]


@query(policy.TEAM)
def colleagues(session: Session, _actor: Actor, case: Case, ask: FindColleague) -> list[PersonCard]:
    """Who may still be named, by name or department, twenty at most."""
    if not ask.q.strip():
        return []
    held = set(named_on(session, case))
    return [each for each in colleagues_of(session, case, ask.q.strip()) if each.id not in held][:FOUND]
