"""A case as an opinion is built on it: patient, words and questions of the present round, and who has a part in it."""

from collections.abc import Collection
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.models import Case, CaseMember
from mdt.cases.queries.facts import age_of, questions_of
from mdt.cases.terms import Relation, Route, State
from mdt.kernel.database import asked_once


class CaseBasis(BaseModel):
    """Plain facts of one case; `questions` are (id, text) in order."""

    model_config = ConfigDict(frozen=True)

    id: str
    number: str
    title: str
    state: State
    round: int
    route: Route | None
    hospital_id: str
    department: str
    requester_id: str
    patient_name: str
    patient_sex: str
    patient_birth_date: date | None
    patient_age: int | None
    patient_local_id: str
    summary: str
    diagnosis: str
    submitted_at: datetime | None
    questions: tuple[tuple[str, str], ...]


def case_basis(session: Session, case_id: str) -> CaseBasis | None:
    """The facts of a case that exists; permission is the caller's affair."""
    case = session.get(Case, case_id)
    if case is None:
        return None
    return CaseBasis(
        id=case.id,
        number=case.number,
        title=case.title,
        state=case.state,
        round=case.round,
        route=case.route,
        hospital_id=case.hospital_id,
        department=case.department,
        requester_id=case.requester_id,
        patient_name=case.patient_name,
        patient_sex=case.patient_sex.value if case.patient_sex else "",
        patient_birth_date=case.patient_birth_date,
        patient_age=age_of(case),
        patient_local_id=case.patient_local_id,
        summary=case.summary,
        diagnosis=case.diagnosis,
        submitted_at=case.submitted_at,
        questions=tuple((each.id, each.text) for each in questions_of(session, case)),
    )


def people_of_case(session: Session, case_id: str) -> set[str]:
    """Who has a part in a case by name: requester, people named on it, accepted experts, those who chair."""
    case = session.get(Case, case_id)
    parts = (Relation.NAMED, Relation.EXPERT, Relation.CHAIR)
    return _members(session, case_id, parts) | ({case.requester_id} if case else set())


def team_of_case(session: Session, case_id: str) -> list[str]:
    """The requester and the people named on the case: who is told of its course."""
    named = select(CaseMember.person_id).where(CaseMember.case_id == case_id, CaseMember.relation == Relation.NAMED)
    requester = session.execute(select(Case.requester_id).where(Case.id == case_id)).scalars()
    return list(dict.fromkeys([*requester, *session.execute(named).scalars()]))


def experts_of_case(session: Session, case_id: str) -> set[str]:
    """Accepted experts and those who chair: who may take a stance."""
    return _members(session, case_id, (Relation.EXPERT, Relation.CHAIR))


def _members(session: Session, case_id: str, parts: Collection[Relation]) -> set[str]:
    def ask(_missing: set[str]) -> dict[str, list[tuple[str, Relation]]]:
        named = select(CaseMember.person_id, CaseMember.relation).where(CaseMember.case_id == case_id)
        return {case_id: [(person_id, relation) for person_id, relation in session.execute(named)]}

    held = asked_once(session, "members", [case_id], ask)[case_id]
    return {person_id for person_id, relation in held if relation in parts}
