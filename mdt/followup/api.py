"""JSON doors of follow-up."""

from datetime import date
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from mdt.followup.operations import (
    Done,
    NotDone,
    RecordOutcome,
    finish_task,
    record_outcome,
    refuse_task,
    reopen_task,
)
from mdt.followup.queries import FindTasks, OutcomeView, TaskList, TaskView, case_outcome, task_view, tasks
from mdt.followup.terms import OutcomeStatus
from mdt.identity.operations import Change, Nothing
from mdt.kernel.web import actor, door, first_answer, reply, run

api = APIBlueprint("followup_api", __name__, url_prefix="/api/v1")


class TaskPath(BaseModel):
    task_id: str = Field(max_length=36)


class CasePath(BaseModel):
    case_id: str = Field(max_length=36)


class OutcomeText(Change):
    """What became of the patient; `pathology` where there is one."""

    text: str = Field(max_length=2000)
    pathology: Annotated[str | None, Field(max_length=2000)] = None
    status: OutcomeStatus
    on: date


@api.get("/tasks", responses={200: TaskList})
@door(tasks)
def get_tasks(query: FindTasks) -> Response:
    """Recommendations to carry out, by due date; `mine=1`: those that wait for me or my team."""
    return reply(tasks(actor(), query))


@api.get("/tasks/<task_id>", responses={200: TaskView})
@door(task_view)
def get_task(path: TaskPath) -> Response:
    """One task."""
    return reply(task_view(actor(), path.task_id, None))


@api.post("/tasks/<task_id>/done", responses={200: TaskView})
@door(finish_task, task_view)
def post_done(path: TaskPath, body: Done) -> Response:
    """It was carried out."""

    def done() -> Response:
        run(finish_task, path.task_id, body)
        return reply(task_view(actor(), path.task_id, None))

    return first_answer(done)


@api.post("/tasks/<task_id>/not-done", responses={200: TaskView})
@door(refuse_task, task_view)
def post_not_done(path: TaskPath, body: NotDone) -> Response:
    """It was not carried out, for a coded reason."""

    def not_done() -> Response:
        run(refuse_task, path.task_id, body)
        return reply(task_view(actor(), path.task_id, None))

    return first_answer(not_done)


@api.post("/tasks/<task_id>/reopen", responses={200: TaskView})
@door(reopen_task, task_view)
def post_reopen(path: TaskPath) -> Response:
    """Undo a mistaken mark while the case is open."""

    def reopen() -> Response:
        run(reopen_task, path.task_id, Nothing())
        return reply(task_view(actor(), path.task_id, None))

    return first_answer(reopen)


@api.post("/cases/<case_id>/outcome", responses={201: OutcomeView})
@door(record_outcome, case_outcome)
def post_outcome(path: CasePath, body: OutcomeText) -> Response:
    """Record what became of the patient; the latest holds."""

    def record() -> Response:
        record_outcome(actor(), RecordOutcome(case_id=path.case_id, **body.model_dump()))
        return reply(case_outcome(actor(), path.case_id), 201)

    return first_answer(record)
