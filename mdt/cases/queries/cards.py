"""A case in a few words: for boards, agendas, tasks and notices."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.models import Case, Question, Readiness
from mdt.cases.queries.facts import age_of, questions_of_cases
from mdt.cases.terms import Sex, State, Urgency
from mdt.identity.queries import HospitalCard, PersonCard, hospital_cards, person_cards
from mdt.kernel.database import asked_once


class CaseCard(BaseModel):
    """Without the patient's name: who may see a card may not always see the patient. `missing` are the keys of the
    readiness musts that are missing; `question` is the first of the present round."""

    id: str
    number: str
    title: str
    state: State
    urgency: Urgency
    hospital: HospitalCard
    requester: PersonCard | None
    sex: Sex | None
    age: int | None
    question: str
    score: int
    missing: list[str]
    warned: list[str]
    state_at: datetime
    submitted_at: datetime | None
    round: int


def case_cards(session: Session, ids: Iterable[str]) -> dict[str, CaseCard]:
    """Cases by case id; permission is the caller's affair."""

    def ask(missing: set[str]) -> dict[str, CaseCard]:
        found = session.execute(select(Case).where(Case.id.in_(missing))).scalars().all()
        return {card.id: card for card in cards_of(session, found)}

    return asked_once(session, "cases", ids, ask)


def cards_of(session: Session, cases: Sequence[Case]) -> list[CaseCard]:
    """Cards of loaded cases in their order: four queries whatever their number."""
    if not cases:
        return []
    ids = [case.id for case in cases]
    ready = {r.case_id: r for r in session.execute(select(Readiness).where(Readiness.case_id.in_(ids))).scalars()}
    asked = questions_of_cases(session, ids)
    hospitals = hospital_cards(session, {case.hospital_id for case in cases})
    people = person_cards(session, {case.requester_id for case in cases})
    return [_card(case, ready.get(case.id), _first(case, asked[case.id]), hospitals, people) for case in cases]


def _first(case: Case, asked: Sequence[Question]) -> str:
    return next((each.text for each in asked if each.round == case.round), "")


def _card(
    case: Case,
    ready: Readiness | None,
    question: str,
    hospitals: dict[str, HospitalCard],
    people: dict[str, PersonCard],
) -> CaseCard:
    return CaseCard(
        id=case.id,
        number=case.number,
        title=case.title,
        state=case.state,
        urgency=case.urgency,
        hospital=hospitals[case.hospital_id],
        requester=people.get(case.requester_id),
        sex=case.patient_sex,
        age=age_of(case),
        question=question,
        score=ready.score if ready else 0,
        missing=list(ready.missing) if ready else [],
        warned=list(ready.warned) if ready else [],
        state_at=case.state_at,
        submitted_at=case.submitted_at,
        round=case.round,
    )
