"""The front page, the board and the dense list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from markupsafe import Markup
from pydantic import ValidationError

from mdt.cases import panels, policy
from mdt.cases.deadlines import is_late, waited_words
from mdt.cases.queries.board import CaseList, CaseRow, FindCases, board, cases
from mdt.cases.queries.work import my_work
from mdt.cases.readiness import LABELS, SHORT
from mdt.cases.terms import DECLINE_LABELS, POSTPONE_LABELS, STATE_LABELS, State
from mdt.identity.queries import hospitals
from mdt.identity.terms import Role
from mdt.kernel import clock
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.query import together
from mdt.kernel.web import actor, door

pages = Blueprint("cases_board", __name__)

LANES = {
    "draft": (N_("草稿"), ""),
    "submitted": (N_("待受理"), "warn"),
    "returned": (N_("已退回补充"), "bad"),
    "accepted": (N_("已受理 · 待排期"), "info"),
    "scheduled": (N_("已排期 · 讨论"), "brand"),
    "follow_up": (N_("已出意见 · 随访"), "ok"),
}
GROUPS = {
    "review": N_("等您受理"),
    "schedule": N_("等您排期"),
    "await_opinion": N_("讨论中，等待意见"),
    "mend": N_("退回补充，等您补齐"),
    "carry_out": N_("意见已出，等您执行与随访"),
    "reply": N_("邀请您会诊，等您答复"),
    "opinion": N_("请您看片、讨论、签署"),
    "draft": N_("没写完的草稿"),
    "under_way": N_("在途的申请"),
}


def words() -> dict[str, Any]:
    """What the templates of cases need beside their own view."""
    now = clock.now()

    def waited(row: CaseRow) -> str:
        return waited_words(row.waiting_since, now)

    def late(row: CaseRow) -> bool:
        return is_late(row.state, row.urgency, row.waiting_since, now)

    return {
        "waited": waited,
        "late": late,
        "lacks": lacks,
        "lanes": {key: (gettext(label), tone) for key, (label, tone) in LANES.items()},
        "state_labels": {state.value: gettext(label) for state, label in STATE_LABELS.items()},
        "decline_options": [(code.value, gettext(label)) for code, label in DECLINE_LABELS.items()],
        "postpone_options": [(code.value, gettext(label)) for code, label in POSTPONE_LABELS.items()],
        "readiness_labels": {key: gettext(label) for key, label in LABELS.items()},
        "may_create": policy.CREATE.may(actor()),
    }


def lacks(row: CaseRow) -> str:
    """The first things that are missing, in words; empty when nothing is."""
    if row.readiness is None:
        return ""
    keys = [*row.readiness.missing, *row.readiness.warned]
    named = [gettext(SHORT[key]) for key in keys[:2] if key in SHORT]
    more = gettext(" 等 %(n)s 项", n=len(keys)) if len(keys) > 2 else ""
    return gettext("、").join(named) + more


def asked(**fixed: Any) -> FindCases:
    """The filters of the address; nonsense in it is as if it were not there."""
    named = {name: value for name, value in request.args.items() if name in FindCases.model_fields and value}
    try:
        return FindCases.model_validate({**named, **fixed})
    except ValidationError:
        return FindCases.model_validate(fixed)


def address(**changes: str) -> str:
    """The same page with some filters changed; an empty value takes one away."""
    kept = {name: value for name, value in request.args.items() if name in FindCases.model_fields or name == "view"}
    kept.pop("cursor", None)
    kept.update(changes)
    return "/cases?" + urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel, rendered."""

    key: str
    icon: str
    title: str
    assets: str
    html: Markup
    answers: dict[str, str]


def show(panel: panels.Panel) -> Shown:
    """Render a panel of a higher slice."""
    html = render_template(panel.template, context=panel.context, **panel.context)
    folder = panel.template.partition("/")[0]
    assets = panel.assets or f"{folder}/{folder}"
    return Shown(panel.key, panel.icon, panel.title, assets, Markup(html), panel.answers)  # noqa: S704 - our own template's


@pages.get("/")
@together()
@door(my_work)
def home() -> str:
    """My work: what waits for me."""
    found = [make(actor()) for make in panels.WORK_PANELS]
    return render_template(
        "cases/home.html",
        groups=my_work(actor(), None),
        group_titles={key: gettext(title) for key, title in GROUPS.items()},
        panels=[show(panel) for panel in found if panel],
        today=datetime.now(clock.SHANGHAI),
        **words(),
    )


def _found() -> CaseList:
    try:
        return cases(actor(), asked(limit=50))
    except Invalid:
        return cases(actor(), FindCases())  # a state or cursor that nobody could have clicked


@pages.get("/cases")
@together()
@door(board, cases, hospitals)
def cases_page() -> str:
    """The board; the dense list with `?view=list` and for every search."""
    is_list = request.args.get("view") == "list" or bool(request.args.get("q") or request.args.get("state"))
    context = {
        "ask": asked(),
        "query": request.args.get("q", ""),
        "address": address,
        "hospitals": hospitals(actor(), None) if actor().has(Role.COORDINATOR) else [],
        **words(),
    }
    if is_list:
        found = _found()
        return render_template("cases/list.html", page=found, states=list(State), **context)
    shown = board(actor(), asked(cursor="", state=""))
    part = "cases/_lanes.html" if request.args.get("part") == "lanes" else "cases/board.html"
    return render_template(part, board=shown, **context)
