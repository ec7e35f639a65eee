"""One case, whole – or, for somebody invited who has not answered yet, what is needed to answer."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases import policy, readiness
from mdt.cases.models import Case, Material, Question, ReturnItem, Waiver
from mdt.cases.queries.facts import age_of, assess_case, materials_of, questions_of, questions_of_cases
from mdt.cases.queries.people import named_cards
from mdt.cases.queries.snapshots import Changed, changed_since_return, text_of
from mdt.cases.readiness import LABELS, Item
from mdt.cases.terms import MaterialKind, Route, Sex, State, Urgency
from mdt.identity.queries import HospitalCard, PersonCard, hospital_cards, person_cards
from mdt.imaging.queries.studies import StudyView, studies_of
from mdt.kernel import policy as subjects
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import gettext
from mdt.kernel.operation import allowed_actions
from mdt.kernel.query import query
from mdt.rooms.queries import room_ids


class PatientView(BaseModel):
    """`age` in completed years, by the birth date where it is known."""

    name: str = ""
    sex: Sex | None = None
    birth_date: date | None = None
    age: int | None = None
    local_id: str = ""


class ConsentView(BaseModel):
    given: bool = False
    by: str = ""
    at: str | None = None


class QuestionView(BaseModel):
    """`round` 1 is the first request; a reopened case asks anew."""

    id: str
    text: str
    round: int


class MaterialView(BaseModel):
    """`kind`: report, lab, pathology, consent, photo; `url` leads to the bytes."""

    id: str
    kind: MaterialKind
    name: str
    media_type: str
    size: int
    added_at: datetime
    added_by: PersonCard | None
    via: str
    url: str


class ReadinessItem(BaseModel):
    """`detail` says what was found, `mend` what to do; both in the reader's language."""

    key: str
    label: str
    ok: bool
    level: str
    verdict: str
    weight: float
    detail: str
    mend: str
    may_waive: bool


class ReadinessView(BaseModel):
    score: int
    items: list[ReadinessItem]


class ReturnView(BaseModel):
    """One thing the coordinator asked for."""

    id: str
    key: str
    text: str
    done: bool
    note: str
    asked_at: datetime
    asked_by: PersonCard | None


FACTS: dict[str, Any] = {
    "documents": [],
    "consensus": [],
    "tasks": [],
    "meetings": [],
    "outcome": None,
    "encounter": None,
}
"""What slices above know of a case (`kernel.policy.provide`) and its view holds → what stands there without."""


class CaseView(BaseModel):
    """The case as the contract has it; what other slices know of it comes through `kernel.policy.ask`. `returns` are
    the newest first; `changed` is what differs from the text last returned."""

    id: str
    number: str
    state: State
    version: int
    title: str
    patient: PatientView
    hospital: HospitalCard
    department: str
    requester: PersonCard | None
    named: list[PersonCard]
    """Colleagues of the hospital who are in the requesting team by name."""
    summary: str
    diagnosis: str
    questions: list[QuestionView]
    urgency: Urgency
    consent: ConsentView
    route: Route | None
    specialties: list[str]
    round: int
    state_at: datetime
    created_at: datetime
    submitted_at: datetime | None
    studies: list[StudyView]
    materials: list[MaterialView]
    room_id: str | None
    readiness: ReadinessView
    returns: list[ReturnView]
    changed: list[Changed]
    documents: list[Any]
    consensus: list[Any]
    tasks: list[Any]
    meetings: list[Any]
    outcome: Any
    encounter: dict[str, Any] | None = None
    """The free-clinic encounter that became this case."""
    allowed: list[str]


class GlimpsePatient(BaseModel):
    sex: Sex | None
    age: int | None


class CaseGlimpse(BaseModel):
    """What an invited person sees before answering; `documents`, `consensus` and `outcome` only for those who took
    part, after the case was closed."""

    id: str
    number: str
    state: State
    version: int
    title: str
    patient: GlimpsePatient
    hospital: HospitalCard
    requester: PersonCard | None
    questions: list[QuestionView]
    urgency: Urgency
    meetings: list[Any]
    documents: list[Any]
    consensus: list[Any]
    outcome: Any
    allowed: list[str]


@query(policy.GLIMPSE, reads="case.read")
def view_case(session: Session, actor: Actor, case: Case, facts: Collection[str] | None) -> CaseView | CaseGlimpse:
    """The case as this person may see it. `facts`: which of other slices' (see `FACTS`) it is to hold; None: all."""
    if subjects.gives(session, case.subject, "read", actor):
        return whole(session, actor, case, FACTS if facts is None else facts)
    return glimpse(session, actor, case)


def _acted(materials: Sequence[Material], returns: Sequence[ReturnItem]) -> set[str]:
    """Who added and who asked."""
    return {row.added_by for row in materials} | {row.asked_by for row in returns}


def whole(session: Session, actor: Actor, case: Case, facts: Collection[str]) -> CaseView:
    """Everything; the caller has made sure that the actor may read."""
    returns, materials = _returns(session, case), materials_of(session, case)
    told = {fact: subjects.ask(session, actor, case.subject, fact) for fact in facts}
    people = person_cards(session, {case.requester_id, *_acted(materials, returns)})
    return CaseView(
        id=case.id,
        number=case.number,
        state=case.state,
        version=case.version,
        title=case.title,
        patient=_patient(case),
        hospital=hospital_cards(session, {case.hospital_id})[case.hospital_id],
        department=case.department,
        requester=people.get(case.requester_id),
        named=named_cards(session, case),
        summary=case.summary,
        diagnosis=case.diagnosis,
        questions=[_question(row) for row in questions_of_cases(session, [case.id])[case.id]],
        urgency=case.urgency,
        consent=ConsentView(given=case.consent_given, by=case.consent_by, at=case.consent_at or None),
        route=case.route,
        specialties=list(case.specialties),
        round=case.round,
        state_at=case.state_at,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        studies=studies_of(session, [case.subject])[case.subject],
        materials=[_material(row, people) for row in materials],
        room_id=room_ids(session, [case.subject]).get(case.subject),
        readiness=readiness_view(assess_case(session, actor, case)),
        returns=[_return(row, people) for row in returns],
        changed=changed_since_return(session, case),
        allowed=allowed_actions(session, actor, case),
        **{fact: told.get(fact) or nothing for fact, nothing in FACTS.items()},
    )


def glimpse(session: Session, actor: Actor, case: Case) -> CaseGlimpse:
    """Number, title, question, hospital, sex and age."""
    took_part = subjects.gives(session, case.subject, "outcome", actor)
    return CaseGlimpse(
        id=case.id,
        number=case.number,
        state=case.state,
        version=case.version,
        title=case.title,
        patient=GlimpsePatient(sex=case.patient_sex, age=age_of(case)),
        hospital=hospital_cards(session, {case.hospital_id})[case.hospital_id],
        requester=person_cards(session, {case.requester_id}).get(case.requester_id),
        questions=[_question(row) for row in questions_of(session, case)],
        urgency=case.urgency,
        meetings=_asked(session, actor, case, "meetings"),
        documents=_asked(session, actor, case, "documents") if took_part else [],
        consensus=_asked(session, actor, case, "consensus") if took_part else [],
        outcome=subjects.ask(session, actor, case.subject, "outcome") if took_part else None,
        allowed=allowed_actions(session, actor, case),
    )


def readiness_view(items: list[Item]) -> ReadinessView:
    """The list in the language of the moment."""
    return ReadinessView(score=readiness.score(items), items=[_item(item) for item in items])


def _item(item: Item) -> ReadinessItem:
    facts = dict(item.found.facts)
    return ReadinessItem(
        key=item.key,
        label=gettext(LABELS[item.key]),
        ok=item.ok,
        level=item.level.value,
        verdict=item.found.verdict.value,
        weight=item.weight,
        detail=gettext(item.found.detail) % facts if item.found.detail else "",
        mend=gettext(item.found.mend) % facts if item.found.mend else "",
        may_waive=item.may_waive,
    )


def _asked(session: Session, actor: Actor, case: Case, fact: str) -> list[Any]:
    return list(subjects.ask(session, actor, case.subject, fact) or [])


def _patient(case: Case) -> PatientView:
    return PatientView(
        name=case.patient_name,
        sex=case.patient_sex,
        birth_date=case.patient_birth_date,
        age=age_of(case),
        local_id=case.patient_local_id,
    )


def _question(row: Question) -> QuestionView:
    return QuestionView(id=row.id, text=row.text, round=row.round)


def _material(row: Material, people: dict[str, PersonCard]) -> MaterialView:
    return MaterialView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        added_at=row.added_at,
        added_by=people.get(row.added_by),
        via=row.via,
        url=f"/api/v1/cases/{row.case_id}/materials/{row.id}",
    )


def _returns(session: Session, case: Case) -> list[ReturnItem]:
    mine = select(ReturnItem).where(ReturnItem.case_id == case.id)
    return list(session.execute(mine.order_by(ReturnItem.asked_at.desc(), ReturnItem.position)).scalars())


def _return(row: ReturnItem, people: dict[str, PersonCard]) -> ReturnView:
    return ReturnView(
        id=row.id,
        key=row.key,
        text=row.text or gettext(LABELS.get(row.key, row.key)),
        done=row.done,
        note=row.note,
        asked_at=row.asked_at,
        asked_by=people.get(row.asked_by),
    )


def waivers_of(session: Session, case_id: str) -> dict[str, str]:
    """Readiness key → the reason why it does not apply."""
    rows = session.execute(select(Waiver).where(Waiver.case_id == case_id)).scalars()
    return {row.key: row.reason for row in rows}


class Conflicting(BaseModel):
    """The text as it stands now, flat: `patient.name` → value; `questions` as texts."""

    version: int
    text: dict[str, Any]


@query(policy.READ, reads="case.read")
def current_text(session: Session, _actor: Actor, case: Case, _ask: None) -> Conflicting:
    """What stands in the case now, for somebody whose own text came too late."""
    text = text_of(session, case)
    text["questions"] = [{"id": q.id, "text": q.text} for q in questions_of(session, case)]
    return Conflicting(version=case.version, text=text)


@query(policy.READ)
def accesses(session: Session, actor: Actor, case: Case, _ask: None) -> frozenset[str]:
    """The names of the accesses that the actor has to this case (`kernel.policy.declare`)."""
    return subjects.accesses(session, case.subject, actor)
