"""The to-do list, and what the case page needs of follow-up. All forms work without script."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from mdt.followup.operations import (
    Done,
    NotDone,
    RecordOutcome,
    finish_task,
    record_outcome,
    refuse_task,
    reopen_task,
)
from mdt.followup.queries import FindTasks, TaskView, case_follow_up, task_view, tasks
from mdt.followup.wording import follow_up_context, words
from mdt.identity.operations import Nothing
from mdt.kernel.errors import Invalid, NotFound, Refused
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.query import together
from mdt.kernel.web import actor, door, fields, sentence, shape_refusal

pages = Blueprint("followup", __name__)
PER_PAGE = 30
VIEWS = {
    "": (N_("待执行"), FindTasks(mine=True, state="open")),
    "over": (N_("已逾期"), FindTasks(mine=True, due="over")),
    "week": (N_("七天内到期"), FindTasks(mine=True, due="week")),
    "done": (N_("已回报"), FindTasks(mine=True)),
    "all": (N_("我能看到的全部"), FindTasks()),
}


@pages.get("/tasks")
@together()
@door(tasks)
def tasks_page() -> Response:
    """What waits for me and my team, by due date."""
    return _tasks_page()


def _tasks_page(*, wrong: str = "", refusal: Refused | None = None) -> Response:
    chosen = request.values.get("show", "")
    _label, ask = VIEWS.get(chosen, VIEWS[""])
    ask = ask.model_copy(update={"limit": PER_PAGE, "cursor": request.values.get("cursor", "")[:80]})
    found = tasks(actor(), ask)
    items = [one for one in found.items if chosen != "done" or one.state in ("done", "not_done")]
    html = render_template(
        "followup/tasks.html",
        items=items,
        next=found.next,
        chosen=chosen,
        views=[(key, gettext(label)) for key, (label, _ask) in VIEWS.items()],
        wrong=wrong,
        errors=fields(refusal) if refusal else {},
        problem=sentence(refusal) if refusal else "",
        **words(),
    )
    return make_response(html, refusal.status if refusal else 200)


def _back(task: TaskView) -> BaseResponse:
    if request.form.get("from") == "case":
        return redirect(f"/cases/{task.case_id}#tasks", 303)
    show = request.form.get("show", "")
    return redirect(f"/tasks?show={show}" if show in VIEWS else "/tasks", 303)


def _refused(task_id: str, refusal: Refused) -> BaseResponse:
    """The list again with what was typed and the sentence beside it."""
    if isinstance(refusal, NotFound):
        raise refusal
    return _tasks_page(wrong=task_id, refusal=refusal)


@pages.post("/tasks/<task_id>/done")
@door(finish_task, task_view)
def done(task_id: str) -> BaseResponse:
    """One press: carried out today; a note may come with it."""
    try:
        change = Done.model_validate(
            {"note": request.form.get("note", ""), "done_on": request.form.get("done_on") or None}
        )
        finish_task(actor(), task_id, change)
    except ValidationError as error:
        return _refused(task_id, shape_refusal(error.errors()))
    except Refused as refusal:
        return _refused(task_id, refusal)
    return _back(task_view(actor(), task_id, None))


@pages.post("/tasks/<task_id>/not-done")
@door(refuse_task, task_view)
def not_done(task_id: str) -> BaseResponse:
    """Not carried out; the reason is compulsory."""
    code = request.form.get("reason_code", "")
    try:
        if not code:
            raise Invalid(fields={"reason_code": [N_("请选择未执行的原因。")]})
        refuse_task(
            actor(), task_id, NotDone.model_validate({"reason_code": code, "note": request.form.get("note", "")})
        )
    except ValidationError as error:
        return _refused(task_id, shape_refusal(error.errors()))
    except Refused as refusal:
        return _refused(task_id, refusal)
    return _back(task_view(actor(), task_id, None))


@pages.post("/tasks/<task_id>/reopen")
@door(reopen_task, task_view)
def reopen(task_id: str) -> BaseResponse:
    """Undo a mistaken mark."""
    reopen_task(actor(), task_id, Nothing())
    return _back(task_view(actor(), task_id, None))


@pages.get("/cases/<case_id>/outcome")
@door(case_follow_up)
def outcome_page(case_id: str) -> Response:
    """Tasks and outcome of one case, with the form."""
    return _outcome_page(case_id)


def _outcome_page(case_id: str, refusal: Refused | None = None) -> Response:
    view = case_follow_up(actor(), case_id)
    context = follow_up_context(view)
    context["errors"] = fields(refusal) if refusal else {}
    context["problem"] = sentence(refusal) if refusal else ""
    html = render_template("followup/outcome.html", context=context)
    return make_response(html, refusal.status if refusal else 200)


@pages.post("/cases/<case_id>/outcome")
@door(record_outcome, case_follow_up)
def post_outcome(case_id: str) -> BaseResponse:
    """Record what became of the patient."""
    typed = {
        "case_id": case_id,
        "text": request.form.get("text", ""),
        "pathology": request.form.get("pathology") or None,
        "status": request.form.get("status", ""),
        "on": request.form.get("on", ""),
    }
    try:
        record_outcome(actor(), RecordOutcome.model_validate(typed))
    except ValidationError as error:
        return _outcome_page(case_id, shape_refusal(error.errors()))
    except NotFound:
        raise
    except Refused as refusal:
        return _outcome_page(case_id, refusal)
    return redirect(f"/cases/{case_id}#outcome", 303)
