"""Changes of follow-up: recommendations become tasks, tasks get their answer, the outcome is recorded."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from mdt.cases.operations.write import Line
from mdt.cases.queries.basis import CaseBasis, case_basis, experts_of_case, team_of_case
from mdt.cases.terms import State
from mdt.consensus.queries import Recommended
from mdt.followup import policy
from mdt.followup.events import OutcomeRecorded, TaskAnswered
from mdt.followup.models import Outcome, Task
from mdt.followup.terms import CONCLUDED, OutcomeStatus, ReasonCode, TaskState
from mdt.identity.operations import Change, Nothing, OptionalChange
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import Tx
from mdt.notices.operations import notify

ANSWERED = (TaskState.DONE, TaskState.NOT_DONE)
Note = Annotated[Line, Field(max_length=2000)]


def make_tasks(tx: Tx, case_id: str, consensus_id: str, wanted: Sequence[Recommended]) -> None:
    """The recommendations of an issued edition as tasks. Open tasks of earlier editions are superseded; a
    recommendation that was answered already, and stands unchanged, keeps its answer and makes no new task."""
    before = _tasks_of(tx, case_id)
    for task in before:
        if task.state is TaskState.OPEN:
            task.state = TaskState.SUPERSEDED
    kept = {(task.recommendation_id, task.text) for task in before if task.state is TaskState.DONE}
    for one in wanted:
        if (one.id, one.text) not in kept:
            tx.session.add(_task(tx, case_id, consensus_id, one))
    owners = [one.owner_id for one in wanted if one.owner_id]
    number = _case(tx, case_id).number
    notify(tx, owners, "task.assigned", Subject("case", case_id), "/tasks", number=number)


def _tasks_of(tx: Tx, case_id: str) -> list[Task]:
    return list(tx.session.execute(select(Task).where(Task.case_id == case_id).with_for_update()).scalars())


def _task(tx: Tx, case_id: str, consensus_id: str, one: Recommended) -> Task:
    return Task(
        case_id=case_id,
        consensus_id=consensus_id,
        recommendation_id=one.id,
        position=one.position,
        text=one.text,
        owner_id=one.owner_id,
        due=one.due,
        urgency=one.urgency,
        created_at=tx.at,
    )


def _case(tx: Tx, case_id: str) -> CaseBasis:
    case = case_basis(tx.session, case_id)
    if case is None:
        raise NotFound
    return case


class Done(OptionalChange):
    """`done_on`: today in China if left out."""

    note: Note = ""
    done_on: date | None = None


@operation(policy.ANSWER, audit="task.done", action="done", states=(TaskState.OPEN,))
def finish_task(tx: Tx, task: Task, change: Done) -> None:
    """It was carried out."""
    today = tx.at.astimezone(SHANGHAI).date()
    done_on = change.done_on or today
    if done_on > today:
        raise Invalid(fields={"done_on": [N_("执行日期不能晚于今天。")]})
    task.done_on = done_on
    _answer(tx, task, TaskState.DONE, change.note)


class NotDone(Change):
    reason_code: ReasonCode
    note: Note = ""


@operation(policy.ANSWER, audit="task.not_done", action="not-done", states=(TaskState.OPEN,))
def refuse_task(tx: Tx, task: Task, change: NotDone) -> None:
    """It was not carried out, for a reason with a code; `other` needs words."""
    if change.reason_code is ReasonCode.OTHER and not change.note:
        raise Invalid(fields={"note": [N_("选择“其他”时请写明原因。")]})
    task.reason_code = change.reason_code
    _answer(tx, task, TaskState.NOT_DONE, change.note)


def _answer(tx: Tx, task: Task, state: TaskState, note: str) -> None:
    _demand_open_case(tx, task)
    task.state, task.note = state, note
    task.answered_by, task.answered_at = tx.actor.person_id, tx.at
    code = task.reason_code.value if task.reason_code else ""
    tx.emit(TaskAnswered(task.subject, task_id=task.id, state=state.value, reason_code=code))
    number = _case(tx, task.case_id).number
    kind = "task.done" if state is TaskState.DONE else "task.not_done"
    told = [*team_of_case(tx.session, task.case_id), *sorted(experts_of_case(tx.session, task.case_id))]
    notify(tx, told, kind, task.subject, f"/cases/{task.case_id}#tasks", number=number)


def _demand_open_case(tx: Tx, task: Task) -> None:
    state = _case(tx, task.case_id).state
    if state is State.CLOSED:
        raise Conflict("case.closed", N_("病例已结案，不能再改。"), state=state.value, allowed=[])


@operation(policy.ANSWER, audit="task.reopened", action="reopen", states=ANSWERED)
def reopen_task(tx: Tx, task: Task, _change: Nothing) -> None:
    """Undo a mistaken mark while the case is open."""
    _demand_open_case(tx, task)
    task.state, task.reason_code, task.note, task.done_on = TaskState.OPEN, None, "", None
    task.answered_by = task.answered_at = None
    tx.emit(TaskAnswered(task.subject, task_id=task.id, state=task.state.value, reason_code=""))


class RecordOutcome(Change):
    case_id: str = Field(max_length=36)
    text: Note = ""
    pathology: Annotated[Line | None, Field(max_length=2000)] = None
    status: OutcomeStatus
    on: date


@creation(policy.RECORD_OUTCOME, audit="outcome.recorded")
def record_outcome(tx: Tx, change: RecordOutcome) -> Outcome:
    """What became of the patient; later news is another row, and the latest holds."""
    subject = Subject("case", change.case_id)
    _demand_team(tx, subject)
    state = _case(tx, change.case_id).state
    if state not in CONCLUDED:
        raise Conflict("wrong_state", state=state.value, allowed=[])
    if change.on > tx.at.astimezone(SHANGHAI).date():
        raise Invalid(fields={"on": [N_("日期不能晚于今天。")]})
    row = Outcome(
        case_id=change.case_id,
        text=change.text,
        pathology=change.pathology or "",
        status=change.status,
        on=change.on,
        recorded_by=tx.actor.person_id,
        recorded_at=tx.at,
    )
    tx.session.add(row)
    tx.session.flush()  # the id is the result
    tx.emit(OutcomeRecorded(subject, outcome_id=row.id, status=change.status.value))
    told = [*team_of_case(tx.session, change.case_id), *sorted(experts_of_case(tx.session, change.case_id))]
    number = _case(tx, change.case_id).number
    notify(tx, told, "outcome.recorded", subject, f"/cases/{change.case_id}#outcome", number=number)
    return row


def _demand_team(tx: Tx, subject: Subject) -> None:
    if "\x00" in subject.id or not gives(tx.session, subject, "outcome", tx.actor):
        raise NotFound
    if not gives(tx.session, subject, "export", tx.actor):
        raise Forbidden


class Remind(Change):
    kind: str = Field(pattern="^(due|overdue)$")


@operation(policy.REMIND, audit="task.reminded", states=(TaskState.OPEN,))
def remind_of_task(tx: Tx, task: Task, change: Remind) -> None:
    """Tell its owner once that it is due, and once that it is overdue."""
    if task.reminded == change.kind:
        return
    task.reminded = change.kind
    told = [task.owner_id] if task.owner_id else team_of_case(tx.session, task.case_id)
    number = _case(tx, task.case_id).number
    notify(tx, told, f"task.{change.kind}", task.subject, "/tasks", number=number)
