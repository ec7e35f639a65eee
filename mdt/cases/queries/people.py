"""Whom a change of a case concerns."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.models import Case, CaseMember
from mdt.identity.queries import active_people_with, partner_hospitals
from mdt.identity.terms import Role
from mdt.kernel.actor import Actor


def coordinators_of(session: Session, actor: Actor, case: Case) -> list[str]:
    """The coordinators of the alliances that hold the case's hospital."""
    there = replace(actor, hospital_id=case.hospital_id)
    hospitals = set(session.execute(partner_hospitals(there)).scalars())
    return active_people_with(session, hospitals, Role.COORDINATOR)


def members_of(session: Session, case: Case) -> list[str]:
    """Everybody invited, named, or in the chair."""
    mine = select(CaseMember.person_id).where(CaseMember.case_id == case.id).distinct()
    return list(session.execute(mine).scalars())
