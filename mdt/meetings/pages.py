"""Pages of meetings: calendar and list, planning, one meeting. Forms post here; a refusal keeps what was typed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as BaseResponse

from mdt.cases.readiness import LABELS
from mdt.identity.operations import Nothing
from mdt.identity.queries import me
from mdt.kernel import clock
from mdt.kernel.errors import Invalid, Refused
from mdt.kernel.i18n import gettext
from mdt.kernel.operation import Operation
from mdt.kernel.query import together
from mdt.kernel.web import actor, door, fields, run, sentence, version_of
from mdt.meetings import calllink
from mdt.meetings.forms import calendar_answer, for_field, in_china, read_form
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.monthgrid import month_after, month_grid, week_grid
from mdt.meetings.operations.agenda import AddItem, ChangeItem, RemoveItem, add_item, change_item, remove_item
from mdt.meetings.operations.invitations import (
    Invite,
    InviteToCase,
    Reply,
    invite_people,
    invite_to_case,
    remove_invitation,
    reply_to_invitation,
)
from mdt.meetings.operations.plan import (
    Cancel,
    ChangeMeeting,
    CreateMeeting,
    cancel_meeting,
    change_meeting,
    create_meeting,
)
from mdt.meetings.operations.running import Finish, end_meeting, finish_item, stand_in, start_item, start_meeting
from mdt.meetings.queries.calendar import FindMeetings, meetings
from mdt.meetings.queries.outward import WEEKDAYS, calendar_file, invitation_text
from mdt.meetings.queries.planning import planning, possible_chairs
from mdt.meetings.queries.shapes import MeetingView
from mdt.meetings.queries.views import invitation_place, item_of, meeting_view
from mdt.meetings.terms import DECLINE_NAMES, KIND_NAMES, OUTCOME_NAMES, MeetingKind

pages = Blueprint("meetings", __name__)
UPCOMING = 8
PAST = 30
VIEWS = ("month", "week", "list")


def _today() -> date:
    return clock.now().astimezone(clock.SHANGHAI).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


@pages.get("/meetings")
@together()
@door(meetings)
def meetings_page() -> str:
    view = request.args.get("view", "month")
    shown = _calendar(view) if view in ("month", "week") else _list()
    return render_template(
        "meetings/calendar.html",
        view=view if view in VIEWS else "list",
        may_plan="meeting.create" in me(actor(), None).may,
        today=_today(),
        weekdays=WEEKDAYS,
        **shown,
    )


def _find(since: datetime | None = None, until: datetime | None = None, **more: Any) -> FindMeetings:
    return FindMeetings.model_validate({"from": since, "to": until, **more})


def _calendar(view: str) -> dict[str, Any]:
    """Whole weeks, with the meetings of each day, and what comes next."""
    day = _day_asked()
    grid = month_grid(day) if view == "month" else week_grid(day)
    first, last = grid[0][0], grid[-1][-1]
    ask = _find(since=_midnight(first), until=_midnight(last + timedelta(days=1)), order="soonest", limit=200)
    found = meetings(actor(), ask).items
    by_day: dict[date, list[Any]] = {}
    for each in found:
        by_day.setdefault(each.starts_at.astimezone(clock.SHANGHAI).date(), []).append(each)
    if view == "month":
        before, after = month_after(day, -1), month_after(day, 1)
    else:
        before, after = day - timedelta(days=7), day + timedelta(days=7)
    return {
        "grid": grid,
        "day": day,
        "by_day": by_day,
        "before": before,
        "after": after,
        "found": found,
        "upcoming": _upcoming(UPCOMING),
    }


def _day_asked() -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return _today()
    return asked if 2000 <= asked.year <= 2190 else _today()


def _upcoming(limit: int) -> list[Any]:
    """Today's meetings and those to come."""
    ask = _find(since=_midnight(_today()), order="soonest", limit=limit)
    return meetings(actor(), ask).items


def _list() -> dict[str, Any]:
    ask = _find(until=_midnight(_today()), limit=PAST, cursor=request.args.get("cursor", ""))
    past = meetings(actor(), ask)
    return {"upcoming": _upcoming(200) if not ask.cursor else [], "past": past.items, "older": past.next}


@pages.get("/meetings/new")
@door(create_meeting, possible_chairs)
def new_meeting_page() -> Response:
    start = _midnight(_day_asked()) + timedelta(hours=16)
    typed = {"kind": "mdt", "starts_at": for_field(start), "duration_min": "60", "quorum": "2"}
    return _form(typed, None)


def _form(typed: dict[str, str], refusal: Refused | None, meeting: MeetingView | None = None) -> Response:
    """The planning form, for a new meeting or an existing one."""
    kinds = [(kind.value, gettext(name)) for kind, name in KIND_NAMES.items() if kind is not MeetingKind.CLINIC]
    html = render_template(
        "meetings/form.html",
        typed=typed,
        meeting=meeting,
        kinds=kinds,
        chairs=possible_chairs(actor(), None),
        problem=sentence(refusal) if refusal else "",
        errors=fields(refusal) if refusal else {},
    )
    return make_response(html, refusal.status if refusal else 200)


def _plan(names: tuple[str, ...]) -> dict[str, Any]:
    sent: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    sent["starts_at"] = in_china(sent["starts_at"])
    return sent


PLAN_FIELDS = ("title", "kind", "starts_at", "duration_min", "chair", "deputy", "quorum", "call_link")


@pages.post("/meetings/new")
@door(create_meeting)
def post_new_meeting() -> BaseResponse:
    try:
        made = create_meeting(actor(), read_form(CreateMeeting, _plan(PLAN_FIELDS)))
    except Refused as refusal:
        return _form(request.form.to_dict(), refusal)
    return redirect(f"/meetings/{made.id}?saved=1", 303)


@pages.get("/meetings/<meeting_id>/edit")
@door(meeting_view, possible_chairs)
def edit_meeting_page(meeting_id: str) -> Response:
    meeting = meeting_view(actor(), meeting_id, None)
    typed = {
        "title": meeting.title,
        "kind": meeting.kind.value,
        "starts_at": for_field(meeting.starts_at),
        "duration_min": str(meeting.duration_min),
        "chair": meeting.chair.id if meeting.chair else "",
        "deputy": meeting.deputy.id if meeting.deputy else "",
        "quorum": str(meeting.quorum),
        "call_link": meeting.call_link,
    }
    return _form(typed, None, meeting)


@pages.post("/meetings/<meeting_id>/edit")
@door(change_meeting, meeting_view)
def post_edit_meeting(meeting_id: str) -> BaseResponse:
    sent = _plan(tuple(name for name in PLAN_FIELDS if name != "kind"))
    try:
        change = read_form(ChangeMeeting, sent)
        emptied = {"deputy": None, "call_link": ""}
        change = change.model_copy(update={name: blank for name, blank in emptied.items() if not sent[name]})
        change_meeting(actor(), meeting_id, change, version=version_of(request.form.get("version", "")))
    except Refused as refusal:
        return _form(request.form.to_dict(), refusal, meeting_view(actor(), meeting_id, None))
    return redirect(f"/meetings/{meeting_id}?saved=1", 303)


@pages.get("/meetings/<meeting_id>")
@together()
@door(meeting_view, planning, invitation_text)
def meeting_page(meeting_id: str) -> Response:
    return _page(meeting_id, None, "")


@pages.get("/meetings/<meeting_id>.ics")
@door(calendar_file)
def calendar_file_page(meeting_id: str) -> Response:
    return calendar_answer(calendar_file(actor(), meeting_id, None))


def _page(meeting_id: str, refusal: Refused | None, place: str) -> Response:
    """One meeting. `place` is the form that was refused; what was typed there stays."""
    meeting = meeting_view(actor(), meeting_id, None)
    is_open = "edit" in meeting.allowed
    html = render_template(
        "meetings/meeting.html",
        meeting=meeting,
        plan=planning(actor(), meeting_id, request.args.get("who", "")) if is_open else None,
        search=request.args.get("who", ""),
        text=invitation_text(actor(), meeting_id, None),
        running=next((item for item in meeting.agenda if item.state == "running"), None),
        weekday=WEEKDAYS[meeting.starts_at.astimezone(clock.SHANGHAI).weekday()],
        is_today=meeting.starts_at.astimezone(clock.SHANGHAI).date() == _today(),
        provider_name=calllink.provider(meeting.call_link)[1],
        kind_name=KIND_NAMES[meeting.kind],
        codes=[(code.value, gettext(name)) for code, name in DECLINE_NAMES.items()],
        outcomes=[(outcome.value, gettext(name)) for outcome, name in OUTCOME_NAMES.items()],
        code_names=DECLINE_NAMES,
        outcome_names=OUTCOME_NAMES,
        labels=LABELS,
        now=clock.now(),
        place=place,
        typed=request.form,
        problem=sentence(refusal) if refusal else "",
        errors=fields(refusal) if refusal else {},
        missing=refusal.facts.get("missing", []) if refusal else [],
    )
    return make_response(html, refusal.status if refusal else 200)


def _act(meeting_id: str, place: str, change: Callable[[], object]) -> BaseResponse:
    """Run a change and go back to the meeting; a refusal is shown there, beside what was typed."""
    try:
        change()
    except Refused as refusal:
        if isinstance(refusal, Invalid) or refusal.status == 409:
            return _page(meeting_id, refusal, place)
        raise
    return redirect(f"/meetings/{meeting_id}?saved=1#{place}", 303)


def _on_meeting(change: Operation[Meeting, Any, Any], meeting_id: str, model: type[BaseModel]) -> BaseResponse:
    sent = {name: request.form.get(name, "").strip() for name in model.model_fields}
    return _act(meeting_id, "meeting", lambda: run(change, meeting_id, read_form(model, sent)))


@pages.post("/meetings/<meeting_id>/start")
@door(start_meeting)
def post_start(meeting_id: str) -> BaseResponse:
    return _on_meeting(start_meeting, meeting_id, Nothing)


@pages.post("/meetings/<meeting_id>/end")
@door(end_meeting)
def post_end(meeting_id: str) -> BaseResponse:
    return _on_meeting(end_meeting, meeting_id, Nothing)


@pages.post("/meetings/<meeting_id>/stand-in")
@door(stand_in)
def post_stand_in(meeting_id: str) -> BaseResponse:
    return _on_meeting(stand_in, meeting_id, Nothing)


@pages.post("/meetings/<meeting_id>/cancel")
@door(cancel_meeting)
def post_cancel(meeting_id: str) -> BaseResponse:
    return _on_meeting(cancel_meeting, meeting_id, Cancel)


@pages.post("/meetings/<meeting_id>/agenda")
@door(add_item)
def post_item(meeting_id: str) -> BaseResponse:
    names = ("case_id", "minutes")
    sent: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    reason = request.form.get("reason", "").strip()
    if reason:
        sent["override"] = {"reason": reason}
    return _act(meeting_id, "waiting", lambda: run(add_item, meeting_id, read_form(AddItem, sent)))


def _on_item(
    change: Operation[AgendaItem, Any, Any], meeting_id: str, item_id: str, model: type[BaseModel]
) -> BaseResponse:
    sent = {name: request.form.get(name, "").strip() for name in model.model_fields}

    def apply() -> None:
        run(change, item_of(actor(), item_id, meeting_id), read_form(model, sent))

    return _act(meeting_id, "agenda", apply)


@pages.post("/meetings/<meeting_id>/agenda/<item_id>/edit")
@door(change_item, item_of)
def post_item_edit(meeting_id: str, item_id: str) -> BaseResponse:
    return _on_item(change_item, meeting_id, item_id, ChangeItem)


@pages.post("/meetings/<meeting_id>/agenda/<item_id>/remove")
@door(remove_item, item_of)
def post_item_remove(meeting_id: str, item_id: str) -> BaseResponse:
    return _on_item(remove_item, meeting_id, item_id, RemoveItem)


@pages.post("/meetings/<meeting_id>/agenda/<item_id>/start")
@door(start_item, item_of)
def post_item_start(meeting_id: str, item_id: str) -> BaseResponse:
    return _on_item(start_item, meeting_id, item_id, Nothing)


@pages.post("/meetings/<meeting_id>/agenda/<item_id>/finish")
@door(finish_item, item_of)
def post_item_finish(meeting_id: str, item_id: str) -> BaseResponse:
    return _on_item(finish_item, meeting_id, item_id, Finish)


@pages.post("/meetings/<meeting_id>/invitations")
@door(invite_people)
def post_invitations(meeting_id: str) -> BaseResponse:
    sent = {"person_ids": request.form.getlist("person_ids")}
    return _act(meeting_id, "people", lambda: run(invite_people, meeting_id, read_form(Invite, sent)))


def _on_invitation(change: Operation[Invitation, Any, Any], invitation_id: str, model: type[BaseModel]) -> BaseResponse:
    """Back to the meeting or case where the invitation was; to the list when that is closed to the person now."""
    address = invitation_place(actor(), invitation_id, None)
    sent = {name: request.form.get(name, "").strip() for name in model.model_fields}
    try:
        run(change, invitation_id, read_form(model, sent))
    except Refused as refusal:
        if address.startswith("/meetings/") and refusal.status in (409, 422):
            return _page(address.removeprefix("/meetings/"), refusal, "reply")
        raise
    gone = sent.get("answer") == "decline"
    return redirect("/meetings?view=list&saved=1" if gone else f"{address}?saved=1", 303)


@pages.post("/cases/<case_id>/invitations")
@door(invite_to_case)
def post_case_invitations(case_id: str) -> BaseResponse:
    sent = {"case_id": case_id, "person_ids": request.form.getlist("person_ids")}
    invite_to_case(actor(), read_form(InviteToCase, sent))
    return redirect(f"/cases/{case_id}?saved=1#meetings", 303)


@pages.post("/invitations/<invitation_id>/reply")
@door(reply_to_invitation, invitation_place)
def post_reply(invitation_id: str) -> BaseResponse:
    return _on_invitation(reply_to_invitation, invitation_id, Reply)


@pages.post("/invitations/<invitation_id>/remove")
@door(remove_invitation, invitation_place)
def post_remove(invitation_id: str) -> BaseResponse:
    return _on_invitation(remove_invitation, invitation_id, Nothing)
