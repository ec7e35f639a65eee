"""Lists of cases: filtered, searched by name, pinyin or number, paged by keyset; and the board's columns.

Every list filters by the same rule as a single case. What is shown of several cases is fetched for all at once.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from mdt.cases import names, policy
from mdt.cases.models import Case, CaseMember, Material, NameKey
from mdt.cases.queries.cards import CaseCard, cards_of
from mdt.cases.terms import URGENCY_RANK, State, Urgency
from mdt.imaging.queries.studies import StudyView, studies_of
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.operation import allowed_of
from mdt.kernel.policy import Subject, signed_in
from mdt.kernel.query import listing
from mdt.rooms.queries import room_ids


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    NUMBER = "number"


class FindCases(BaseModel):
    """`state` may name several, separated by commas; `q` searches name, pinyin, initials, title, number and local
    id; `hospital` is an id; `mine` limits to what the person requested or was invited to."""

    state: str = Field(default="", max_length=200)
    q: str = Field(default="", max_length=60)
    mine: bool = False
    urgency: Urgency | None = None
    hospital: str = Field(default="", max_length=36)
    sort: Sort = Sort.NEWEST
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=200)


class RowPatient(BaseModel):
    """`name` is empty for who may only see a glimpse."""

    name: str
    sex: str | None
    age: int | None


class RowReadiness(BaseModel):
    score: int
    missing: list[str]
    warned: list[str]


class CaseRow(BaseModel):
    """A case in a list. `waiting_since` is when it came into its state; `readiness` is null, `studies` and the name are
    empty for who may not read the case (yet)."""

    id: str
    number: str
    state: State
    version: int
    title: str
    urgency: Urgency
    patient: RowPatient
    hospital: Any
    requester: Any
    question: str
    readiness: RowReadiness | None
    room_id: str | None
    studies: list[str]
    waiting_since: datetime
    submitted_at: datetime | None
    round: int
    allowed: list[str]


class CaseList(BaseModel):
    items: list[CaseRow]
    next: str | None


class Column(BaseModel):
    """One column of the board: its newest cards and how many there are in all."""

    key: str
    states: list[State]
    total: int
    items: list[CaseRow]


class Board(BaseModel):
    columns: list[Column]
    total: int


COLUMNS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("draft", (State.DRAFT,)),
    ("submitted", (State.SUBMITTED,)),
    ("returned", (State.RETURNED,)),
    ("accepted", (State.ACCEPTED,)),
    ("scheduled", (State.SCHEDULED, State.DISCUSSING, State.DISCUSSED)),
    ("follow_up", (State.CONCLUDED, State.FOLLOW_UP)),
)
COLUMN_CARDS = 12


@listing(signed_in, reads="cases.listed")
def cases(session: Session, actor: Actor, ask: FindCases) -> CaseList:
    """One page of the cases that this person may know of."""
    query = select(Case).where(policy.GLIMPSE.rule(actor), *_conditions(actor, ask))
    ordered = _after(_sorted(query, ask.sort), ask)
    found = session.execute(ordered.limit(ask.limit + 1)).scalars().all()
    page = found[: ask.limit]
    more = _cursor(page[-1], ask.sort) if len(found) > ask.limit else None
    return CaseList(items=rows_of(session, actor, page), next=more)


@listing(signed_in, reads="cases.listed")
def board(session: Session, actor: Actor, ask: FindCases) -> Board:
    """The columns of the board under the same filters."""
    shown = and_(policy.GLIMPSE.rule(actor), *_conditions(actor, ask))
    heaps = first_of_each(
        session,
        actor,
        [Heap(key, and_(shown, Case.state.in_(states)), _by_need(key)) for key, states in COLUMNS],
        COLUMN_CARDS,
    )
    columns = [
        Column(key=key, states=list(states), total=heaps[key][0], items=heaps[key][1]) for key, states in COLUMNS
    ]
    return Board(columns=columns, total=sum(column.total for column in columns))


@dataclass(frozen=True, slots=True)
class Heap:
    """Cases that are shown together, in their order."""

    key: str
    condition: ColumnElement[bool]
    order: tuple[Any, ...]


def first_of_each(
    session: Session, actor: Actor, heaps: Sequence[Heap], limit: int
) -> dict[str, tuple[int, list[CaseRow]]]:
    """Key → how many there are and the first `limit`; the number of queries is the same for any number of heaps."""
    each = []
    for heap in heaps:
        place = func.row_number().over(order_by=heap.order)
        counted = select(
            literal(heap.key).label("heap"), Case.id, place.label("place"), func.count().over().label("total")
        )
        each.append(select(counted.where(heap.condition).order_by(*heap.order).limit(limit).subquery()))
    found = session.execute(union_all(*each)).all()
    cases = session.execute(select(Case).where(Case.id.in_({row.id for row in found}))).scalars().all()
    rows = {row.id: row for row in rows_of(session, actor, cases)}
    shown: dict[str, tuple[int, list[CaseRow]]] = {heap.key: (0, []) for heap in heaps}
    for row in sorted(found, key=lambda row: row.place):
        shown[row.heap] = (row.total, [*shown[row.heap][1], rows[row.id]])
    return shown


@listing(policy.CREATE)
def empty_draft(session: Session, actor: Actor, _ask: None) -> str | None:
    """The id of a draft of the person's own in which nobody has written or attached anything."""
    untouched = select(Case.id).where(
        Case.requester_id == actor.person_id,
        Case.hospital_id == actor.hospital_id,
        Case.state == State.DRAFT,
        Case.version == 1,
        Case.title == "",
        Case.summary == "",
        Case.patient_name == "",
        Case.id.not_in(select(Material.case_id)),
    )
    for case_id in session.execute(untouched.order_by(Case.id.desc()).limit(5)).scalars():
        subject = Subject("case", case_id)
        if not studies_of(session, [subject])[subject]:
            return case_id
    return None


def _by_need(key: str) -> tuple[Any, ...]:
    """What waits for somebody: the urgent first, then the longest waiting; drafts and what is answered: the newest."""
    return (Case.state_at.desc(), Case.id) if key in ("draft", "follow_up") else in_order_of_need()


def in_order_of_need() -> tuple[Any, ...]:
    """The urgent first, then the longest waiting."""
    return (sql_case(URGENCY_RANK, value=Case.urgency), Case.state_at, Case.id)


def rows_of(session: Session, actor: Actor, found: Sequence[Case]) -> list[CaseRow]:
    """Rows of loaded cases in their order; a fixed number of queries."""
    ids = [case.id for case in found]
    cards = {card.id: card for card in cards_of(session, found)}
    rooms = room_ids(session, [case.subject for case in found])
    studies = studies_of(session, [case.subject for case in found]) if found else {}
    readable = _held(session, policy.READ, actor, ids)
    allowed = allowed_of(session, actor, found)
    return [
        _row(
            case,
            cards[case.id],
            _Beside(rooms.get(case.subject), study_words(studies[case.subject]), case.id in readable, allowed[case.id]),
        )
        for case in found
    ]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a row shows from elsewhere."""

    room_id: str | None
    studies: list[str]
    is_readable: bool
    allowed: list[str]


def study_words(studies: Sequence[StudyView]) -> list[str]:
    """`CT 2 组`, `MR 9 组`: how many series of each modality."""
    counted: dict[str, int] = {}
    for study in studies:
        for series in study.series_list:
            counted[series.modality] = counted.get(series.modality, 0) + 1
    return [gettext("%(modality)s %(n)s 组") % {"modality": name, "n": n} for name, n in counted.items()]


def _row(case: Case, card: CaseCard, beside: _Beside) -> CaseRow:
    may_read = beside.is_readable
    return CaseRow(
        id=case.id,
        number=case.number,
        state=case.state,
        version=case.version,
        title=case.title,
        urgency=case.urgency,
        patient=RowPatient(name=case.patient_name if may_read else "", sex=card.sex, age=card.age),
        hospital=card.hospital,
        requester=card.requester,
        question=card.question,
        readiness=RowReadiness(score=card.score, missing=card.missing, warned=card.warned) if may_read else None,
        room_id=beside.room_id if may_read else None,
        studies=beside.studies if may_read else [],
        waiting_since=case.state_at,
        submitted_at=case.submitted_at,
        round=case.round,
        allowed=beside.allowed,
    )


def _held(session: Session, permission: Any, actor: Actor, ids: list[str]) -> set[str]:
    return set(session.execute(select(Case.id).where(Case.id.in_(ids), permission.rule(actor))).scalars())


def _conditions(actor: Actor, ask: FindCases) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if ask.state:
        conditions.append(Case.state.in_(_states(ask.state)))
    if ask.urgency:
        conditions.append(Case.urgency == ask.urgency)
    if ask.hospital:
        conditions.append(Case.hospital_id == ask.hospital)
    if ask.mine:
        invited = select(CaseMember.case_id).where(CaseMember.person_id == actor.person_id)
        conditions.append(or_(Case.requester_id == actor.person_id, Case.id.in_(invited)))
    if ask.q.strip():
        conditions.append(_matches(actor, ask.q))
    return conditions


def _states(named: str) -> list[State]:
    try:
        return [State(each.strip()) for each in named.split(",") if each.strip()]
    except ValueError:
        raise Invalid("shape", fields={"state": [N_("没有这个状态。")]}) from None


def _matches(actor: Actor, asked: str) -> ColumnElement[bool]:
    """Cases with a key in the range. The keys of a name count only where the person may read the case."""
    low, high = names.key_range(asked.replace("\x00", ""))
    found = select(NameKey.case_id).where(NameKey.key >= low, NameKey.key < high)
    return Case.id.in_(found) & policy.READ.rule(actor)


def _order(sort: Sort) -> tuple[Any, ...]:
    return (Case.number,) if sort is Sort.NUMBER else (Case.state_at, Case.id)


def _sorted(query: Select[Any], sort: Sort) -> Select[Any]:
    columns = _order(sort)
    return query.order_by(*(columns if sort is Sort.OLDEST else [column.desc() for column in columns]))


def _after(query: Select[Any], ask: FindCases) -> Select[Any]:
    if not ask.cursor:
        return query
    values = _read_cursor(ask.cursor, ask.sort)
    place, here = tuple_(*_order(ask.sort)), tuple_(*values)
    return query.where(place > here if ask.sort is Sort.OLDEST else place < here)


def _cursor(case: Case, sort: Sort) -> str:
    text = case.number if sort is Sort.NUMBER else f"{case.state_at.isoformat()}|{case.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if sort is Sort.NUMBER:
            return [text.replace("\x00", "")]
        at, _bar, case_id = text.partition("|")
        return [datetime.fromisoformat(at).astimezone(UTC), case_id.replace("\x00", "")]
    except (ValueError, binascii.Error, OverflowError):
        raise Invalid("shape", fields={"cursor": [N_("格式不对。")]}) from None
