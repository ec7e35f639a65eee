"""One case: what is asked, what is there, what happened, what may be done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.cases import panels
from mdt.cases.operations.course import Postpone
from mdt.cases.operations.end import Close, Reopen, Withdraw, close_case, reopen_case, withdraw_case
from mdt.cases.operations.named import NamePerson, name_person, unname_person
from mdt.cases.operations.review import (
    Accept,
    Decline,
    Return,
    accept_case,
    decline_case,
    postpone_case,
    return_case,
)
from mdt.cases.pages.board import Shown, show, words
from mdt.cases.pages.edit import kinds
from mdt.cases.pages.forms import parsed
from mdt.cases.pages.told import told
from mdt.cases.queries.history import HistoryPage, Paged, case_audit, timeline
from mdt.cases.queries.people import FindColleague, colleagues
from mdt.cases.queries.view import CaseView, accesses, view_case
from mdt.cases.terms import FIELD_LABELS, State
from mdt.cases.wording import AUDIT_WORDS, EVENT_WORDS, STEPS
from mdt.identity.queries import PersonCard
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Conflict, Invalid, NotFound, Refused
from mdt.kernel.i18n import gettext
from mdt.kernel.operation import Operation
from mdt.kernel.query import together
from mdt.kernel.web import actor, door, fields, run, sentence

pages = Blueprint("cases_case", __name__)
TIMELINE_ROWS = 60


@pages.get("/cases/<case_id>")
@together()
@door(view_case, timeline, case_audit, accesses, colleagues)
def case_page(case_id: str) -> str:
    return _page(case_id)


def _page(case_id: str, refusal: Refused | None = None, doing: str = "") -> str:
    case = view_case(actor(), case_id, ("encounter",))  # the panels show the rest
    if not isinstance(case, CaseView):
        return render_template("cases/glimpse.html", case=case, panels=_panels(case_id), kinds=kinds(), **words())
    rights = accesses(actor(), case_id, None)
    is_ours = "audit" in request.args and "audit" in rights
    history = (
        case_audit(actor(), case_id, Paged()) if is_ours else timeline(actor(), case_id, Paged(limit=TIMELINE_ROWS))
    )
    return render_template(
        "cases/case.html",
        case=case,
        panels=_panels(case_id),
        history=history,
        told=told(history.items, AUDIT_WORDS if is_ours else EVENT_WORDS),
        is_audit=is_ours,
        changed={} if case.state is State.RETURNED else {each.field: each for each in case.changed},
        rights=rights,
        found=_found(case),
        steps=_steps(case, history),
        doing=doing or request.args.get("do", ""),
        typed=request.form,
        problem=sentence(refusal) if refusal else "",
        errors=fields(refusal) if refusal else {},
        kinds=kinds(),
        field_labels={key: gettext(label) for key, label in FIELD_LABELS.items()},
        **words(),
    )


def _found(case: CaseView) -> list[PersonCard] | None:
    """Colleagues that the search in the address finds; None where nobody was searched for or may be named."""
    words = request.args.get("who", "").replace("\x00", "")[:60]
    if not words or "name_person" not in case.allowed:
        return None
    return colleagues(actor(), case.id, FindColleague(q=words))


def _panels(case_id: str) -> list[Shown]:
    return [show(panel) for make in panels.CASE_PANELS for panel in _made(make, case_id)]


def _made(make: Callable[[Actor, str], list[panels.Panel]], case_id: str) -> list[panels.Panel]:
    try:
        return make(actor(), case_id)
    except NotFound:
        return []  # none of this reader's business: no panel


def _steps(case: CaseView, history: HistoryPage) -> list[tuple[str, str, Any]]:
    """(label, "done" | "now" | "", when) for each step of the way."""
    rank = next((n for n, (_label, states, _events) in enumerate(STEPS) if case.state in states), -1)
    shown = []
    for number, (label, _states, events) in enumerate(STEPS):
        is_done = number < rank or case.state is State.CLOSED
        at = next((row.at for row in history.items if row.action in events), None) if is_done else None
        look = "done" if is_done else ("now" if number == rank else "")
        shown.append((gettext(label), look, at))
    return shown


def _accept() -> Accept:
    specialties = [each.strip() for each in request.form.get("specialties", "").replace("，", "、").split("、")]
    raw = {"route": request.form.get("route", "meeting"), "specialties": [each for each in specialties if each]}
    return parsed(Accept, raw)


def _return() -> Return:
    items = [{"key": key, "text": request.form.get(f"text.{key}", "")} for key in request.form.getlist("key")]
    items += [{"key": "other", "text": text} for text in request.form.getlist("other") if text.strip()]
    if not items:
        raise Invalid(fields={"items": [gettext("请勾选或写明至少一项要补充的资料。")]})
    return parsed(Return, {"items": items})


def _named(model: Any, *names: str) -> Callable[[], Any]:
    return lambda: parsed(model, {name: request.form.get(name, "") for name in names})


ACTIONS: dict[str, tuple[Operation[Any, Any, Any], Callable[[], Any]]] = {
    "accept": (accept_case, _accept),
    "return": (return_case, _return),
    "decline": (decline_case, _named(Decline, "code", "reason")),
    "postpone": (postpone_case, _named(Postpone, "code")),
    "withdraw": (withdraw_case, _named(Withdraw, "reason")),
    "close": (close_case, _named(Close, "reason")),
    "reopen": (reopen_case, _named(Reopen, "question")),
}


@pages.post("/cases/<case_id>/do/<action>")
@door(accept_case, return_case, decline_case, postpone_case, withdraw_case, close_case, reopen_case, view_case)
def post_action(case_id: str, action: str) -> BaseResponse | tuple[str, int]:
    """One of the case's actions from its form; a refusal shows the page with what was typed."""
    if action not in ACTIONS:
        raise NotFound
    change, read = ACTIONS[action]
    try:
        run(change, case_id, read())
    except (Invalid, Conflict) as refusal:
        with together():
            return _page(case_id, refusal, action), refusal.status
    return redirect(f"/cases/{case_id}?saved=1", 303)


@pages.post("/cases/<case_id>/people")
@door(name_person, view_case)
def post_named(case_id: str) -> BaseResponse | tuple[str, int]:
    """Name a colleague on the case."""
    try:
        run(name_person, case_id, parsed(NamePerson, {"person_id": request.form.get("person_id", "")}))
    except Invalid as refusal:
        return _page(case_id, refusal), refusal.status
    return redirect(f"/cases/{case_id}?saved=1#team", 303)


@pages.post("/cases/<case_id>/people/<person_id>/remove")
@door(unname_person, view_case)
def post_unnamed(case_id: str, person_id: str) -> BaseResponse:
    """Take a name off; whoever takes their own off may not see the case any more."""
    run(unname_person, case_id, parsed(NamePerson, {"person_id": person_id}))
    if person_id == actor().person_id:
        return redirect("/cases", 303)
    return redirect(f"/cases/{case_id}?saved=1#team", 303)
