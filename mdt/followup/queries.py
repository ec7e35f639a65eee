"""Reading tasks and outcomes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from mdt.cases.queries.cards import case_cards
from mdt.cases.terms import State
from mdt.followup import policy
from mdt.followup.models import Outcome, Task
from mdt.followup.terms import CONCLUDED, TaskState
from mdt.identity.queries import person_cards
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Invalid, NotFound
from mdt.kernel.operation import allowed_of
from mdt.kernel.policy import Subject, gives, signed_in
from mdt.kernel.query import listing, note_reading, query

LAST_DAY = date(9999, 12, 31)
"""Where tasks without a due date stand in the order."""


REQUESTING_TEAM = "requesting_team"
"""The owner of a task that no single person owns."""


class PersonName(BaseModel):
    id: str
    name: str


class TaskCase(BaseModel):
    number: str
    title: str
    state: str


class TaskView(BaseModel):
    """A recommendation and what became of it. `owner`: a person's id or `requesting_team`; `owner_name`: that person's
    or the requesting hospital's. `overdue`: open and due before today in China."""

    id: str
    case_id: str
    case: TaskCase
    text: str
    owner: str
    owner_name: str
    due: date | None
    urgency: str
    state: str
    overdue: bool
    reason_code: str | None
    note: str
    done_on: date | None
    version: int
    allowed: list[str]


class TaskList(BaseModel):
    items: list[TaskView]
    next: str | None = None


class OutcomeView(BaseModel):
    """What became of the patient, as known last."""

    id: str
    case_id: str
    text: str
    pathology: str
    status: str
    on: date
    by: PersonName
    recorded_at: datetime


class FindTasks(BaseModel):
    """`mine=1`: what waits for me or my team; `due=over`: overdue, `due=week`: within seven days."""

    mine: bool = False
    case_id: str = Field(default="", max_length=36)
    state: Literal["", "open", "done", "not_done", "superseded"] = ""
    due: Literal["", "over", "week"] = ""
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=80)


def today() -> date:
    """China's date."""
    return clock.now().astimezone(clock.SHANGHAI).date()


@listing(signed_in, reads="tasks.listed")
def tasks(session: Session, actor: Actor, ask: FindTasks) -> TaskList:
    """Tasks by due date, those without one last."""
    wanted = select(Task).where(policy.mine(actor) if ask.mine else policy.SEE.rule(actor))
    for condition in _conditions(ask):
        wanted = wanted.where(condition)
    rows = list(session.execute(wanted.order_by(_due(), Task.id).limit(ask.limit + 1)).scalars())
    more = len(rows) > ask.limit
    rows = rows[: ask.limit]
    return TaskList(items=_views(session, actor, rows), next=_cursor(rows[-1]) if more else None)


def _due() -> ColumnElement[date]:
    return func.coalesce(Task.due, LAST_DAY)


def _conditions(ask: FindTasks) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if ask.case_id:
        found.append(Task.case_id == ask.case_id.replace("\x00", ""))
    if ask.state:
        found.append(Task.state == TaskState(ask.state))
    if ask.due == "over":
        found.append(and_(Task.state == TaskState.OPEN, Task.due < today()))
    if ask.due == "week":
        week = date.fromordinal(today().toordinal() + 7)
        found.append(and_(Task.state == TaskState.OPEN, Task.due <= week))
    if ask.cursor:
        found.append(_after(ask.cursor))
    return found


def _cursor(row: Task) -> str:
    return f"{row.due or LAST_DAY}.{row.id}"


def _after(cursor: str) -> ColumnElement[bool]:
    day, _dot, key = cursor.partition(".")
    try:
        at = date.fromisoformat(day)
    except ValueError:
        raise Invalid("cursor") from None
    key = key.replace("\x00", "")
    return or_(_due() > at, and_(_due() == at, Task.id > key))


def _views(session: Session, actor: Actor, rows: Sequence[Task]) -> list[TaskView]:
    cases = case_cards(session, {row.case_id for row in rows})
    people = person_cards(session, {row.owner_id for row in rows if row.owner_id})
    allowed = allowed_of(session, actor, rows)
    views = []
    for row in rows:
        card = cases[row.case_id]
        owner = people.get(row.owner_id or "")
        views.append(
            TaskView(
                id=row.id,
                case_id=row.case_id,
                case=TaskCase(number=card.number, title=card.title, state=card.state.value),
                text=row.text,
                owner=owner.id if owner else REQUESTING_TEAM,
                owner_name=owner.name if owner else card.hospital.name,
                due=row.due,
                urgency=row.urgency,
                state=row.state.value,
                overdue=row.state is TaskState.OPEN and row.due is not None and row.due < today(),
                reason_code=row.reason_code.value if row.reason_code else None,
                note=row.note,
                done_on=row.done_on,
                version=row.version,
                allowed=[] if card.state is State.CLOSED else allowed[row.id],
            )
        )
    return views


@query(policy.SEE, reads="task.read")
def task_view(session: Session, actor: Actor, row: Task, _ask: None) -> TaskView:
    """One task."""
    return _views(session, actor, [row])[0]


def tasks_of_case(session: Session, actor: Actor, case_id: str) -> list[TaskView]:
    """A case's tasks in the order of its recommendations, without superseded ones."""
    mine = and_(Task.case_id == case_id, Task.state != TaskState.SUPERSEDED, policy.SEE.rule(actor))
    rows = session.execute(select(Task).where(mine).order_by(Task.created_at, Task.position)).scalars().all()
    return _views(session, actor, rows)


def outcome_of_case(session: Session, actor: Actor, case_id: str) -> OutcomeView | None:
    """What is known last of the patient."""
    if not gives(session, Subject("case", case_id), "outcome", actor):
        return None
    found = outcomes_of(session, case_id)
    return found[0] if found else None


def outcomes_of(session: Session, case_id: str) -> list[OutcomeView]:
    """Everything that was recorded, newest first."""
    rows = session.execute(
        select(Outcome).where(Outcome.case_id == case_id).order_by(Outcome.recorded_at.desc(), Outcome.id.desc())
    ).scalars()
    listed = list(rows)
    people = person_cards(session, {row.recorded_by for row in listed})
    return [
        OutcomeView(
            id=row.id,
            case_id=row.case_id,
            text=row.text,
            pathology=row.pathology,
            status=row.status.value,
            on=row.on,
            by=PersonName(id=row.recorded_by, name=people[row.recorded_by].name),
            recorded_at=row.recorded_at,
        )
        for row in listed
    ]


def unfinished(session: Session, _actor: Actor, case_id: str) -> list[dict[str, Any]]:
    """What keeps a case from being closed: tasks without an answer, and a missing outcome."""
    waiting = and_(Task.case_id == case_id, Task.state == TaskState.OPEN)
    ids = session.execute(select(Task.id).where(waiting).order_by(Task.position)).scalars()
    found: list[dict[str, Any]] = [{"kind": "task", "id": task_id} for task_id in ids]
    if not outcomes_of(session, case_id):
        found.append({"kind": "outcome"})
    return found


def due_tasks(session: Session) -> list[tuple[str, str]]:
    """(task, kind) of the reminders to send today."""
    now = today()
    is_open = and_(Task.state == TaskState.OPEN, Task.due <= now)
    rows = session.execute(select(Task.id, Task.due, Task.reminded).where(is_open)).all()
    wanted = [(row.id, "due" if row.due == now else "overdue", row.reminded) for row in rows]
    return [(task_id, kind) for task_id, kind, reminded in wanted if kind != reminded]


@listing(signed_in)
def case_outcome(session: Session, actor: Actor, case_id: str) -> OutcomeView:
    """What is known last of a case's patient. Raises NotFound where there is nothing to know."""
    found = outcome_of_case(session, actor, case_id)
    if found is None:
        raise NotFound
    note_reading(actor, "outcome.read", lambda: (Subject("case", case_id),), "outcome", found.id)
    return found


class CaseFollowUp(BaseModel):
    """Tasks and outcome of a case for its page."""

    case_id: str
    number: str
    title: str
    state: str
    tasks: list[TaskView]
    outcome: OutcomeView | None
    earlier: list[OutcomeView]
    may_record: bool


@listing(signed_in)
def case_follow_up(session: Session, actor: Actor, case_id: str) -> CaseFollowUp:
    """What became of a case. Raises NotFound for a case whose outcome is none of the actor's business."""
    subject = Subject("case", case_id)
    if "\x00" in case_id or not gives(session, subject, "outcome", actor):
        raise NotFound
    card = case_cards(session, [case_id])[case_id]
    recorded = outcomes_of(session, case_id)
    note_reading(actor, "outcome.read", lambda: (subject,), "case", case_id)
    return CaseFollowUp(
        case_id=case_id,
        number=card.number,
        title=card.title,
        state=card.state.value,
        tasks=tasks_of_case(session, actor, case_id),
        outcome=recorded[0] if recorded else None,
        earlier=recorded[1:],
        may_record=gives(session, subject, "export", actor) and card.state in CONCLUDED,
    )
