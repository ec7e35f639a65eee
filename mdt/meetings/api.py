"""JSON doors of meetings."""

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from mdt.cases.operations.write import Line
from mdt.identity.operations import Nothing
from mdt.kernel.operation import Operation
from mdt.kernel.web import actor, door, first_answer, reply, run
from mdt.meetings.forms import calendar_answer
from mdt.meetings.models import AgendaItem, Meeting
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
from mdt.meetings.operations.running import (
    Finish,
    end_meeting,
    finish_item,
    stand_in,
    start_item,
    start_meeting,
)
from mdt.meetings.queries.calendar import FindMeetings, meetings
from mdt.meetings.queries.outward import calendar_file, invitation_text
from mdt.meetings.queries.shapes import InvitationList, InvitationView, ItemView, MeetingList, MeetingView
from mdt.meetings.queries.views import (
    case_invitations,
    invitation_view,
    item_of,
    item_view,
    meeting_invitations,
    meeting_view,
)

api = APIBlueprint("meetings_api", __name__, url_prefix="/api/v1")


class MeetingPath(BaseModel):
    meeting_id: str


class ItemPath(BaseModel):
    meeting_id: str
    item_id: str


class InvitationPath(BaseModel):
    invitation_id: str


class CasePath(BaseModel):
    case_id: str


class CaseInvite(Invite):
    """`chair`: who of those invited is to lead the written consultation; without it the first."""

    chair: Line | None = Field(default=None, max_length=36)


class InvitationText(BaseModel):
    text: str


def _meeting(meeting_id: str, status: int = 200) -> Response:
    return reply(meeting_view(actor(), meeting_id, None), status)


def _after(change: Operation[Meeting, Any, Any], meeting_id: str, body: BaseModel) -> Response:
    run(change, meeting_id, body)
    return _meeting(meeting_id)


def _after_item(change: Operation[AgendaItem, Any, Any], path: ItemPath, body: BaseModel) -> Response:
    key = item_of(actor(), path.item_id, path.meeting_id)
    run(change, key, body)
    return reply(item_view(actor(), key, None))


@api.get("/meetings", responses={200: MeetingList})
@door(meetings)
def get_meetings(query: FindMeetings) -> Response:
    """Meetings one may see, newest first; `from` and `to` bound their beginning."""
    return reply(meetings(actor(), query))


@api.post("/meetings", responses={201: MeetingView})
@door(create_meeting, meeting_view)
def post_meeting(body: CreateMeeting) -> Response:
    """Plan a meeting."""
    return first_answer(lambda: _meeting(create_meeting(actor(), body).id, 201))


@api.get("/meetings/<meeting_id>", responses={200: MeetingView})
@door(meeting_view)
def get_meeting(path: MeetingPath) -> Response:
    """A meeting with its agenda and invitations."""
    return _meeting(path.meeting_id)


@api.patch("/meetings/<meeting_id>", responses={200: MeetingView})
@door(change_meeting, meeting_view)
def patch_meeting(path: MeetingPath, body: ChangeMeeting) -> Response:
    """Change a meeting; fields left out stay."""
    run(change_meeting, path.meeting_id, body)
    return _meeting(path.meeting_id)


@api.post("/meetings/<meeting_id>/cancel", responses={200: MeetingView})
@door(cancel_meeting, meeting_view)
def post_cancel(path: MeetingPath, body: Cancel) -> Response:
    """Call a planned meeting off, with a reason."""
    return first_answer(lambda: _after(cancel_meeting, path.meeting_id, body))


@api.post("/meetings/<meeting_id>/start", responses={200: MeetingView})
@door(start_meeting, meeting_view)
def post_start(path: MeetingPath) -> Response:
    """Begin, at any time of its day."""
    return first_answer(lambda: _after(start_meeting, path.meeting_id, Nothing()))


@api.post("/meetings/<meeting_id>/end", responses={200: MeetingView})
@door(end_meeting, meeting_view)
def post_end(path: MeetingPath) -> Response:
    """End; cases not reached wait for another meeting."""
    return first_answer(lambda: _after(end_meeting, path.meeting_id, Nothing()))


@api.post("/meetings/<meeting_id>/stand-in", responses={200: MeetingView})
@door(stand_in, meeting_view)
def post_stand_in(path: MeetingPath) -> Response:
    """Lead in place of a chair who is lost: the deputy or the coordinator; the chair takes it back."""
    return first_answer(lambda: _after(stand_in, path.meeting_id, Nothing()))


@api.get("/meetings/<meeting_id>.ics")
@door(calendar_file)
def get_calendar_file(path: MeetingPath) -> Response:
    """The meeting as a calendar file."""
    return calendar_answer(calendar_file(actor(), path.meeting_id, None))


@api.get("/meetings/<meeting_id>/text", responses={200: InvitationText})
@door(invitation_text)
def get_text(path: MeetingPath) -> Response:
    """The invitation as text for a group chat, without patient data."""
    return reply({"text": invitation_text(actor(), path.meeting_id, None)})


@api.post("/meetings/<meeting_id>/agenda", responses={201: ItemView})
@door(add_item, item_view)
def post_item(path: MeetingPath, body: AddItem) -> Response:
    """Put a case on the agenda. 409 `case.not_ready` with `missing` without an override."""
    return first_answer(lambda: reply(item_view(actor(), run(add_item, path.meeting_id, body).id, None), 201))


@api.patch("/meetings/<meeting_id>/agenda/<item_id>", responses={200: ItemView})
@door(change_item, item_of, item_view)
def patch_item(path: ItemPath, body: ChangeItem) -> Response:
    """Another budget, place or presenter."""
    return _after_item(change_item, path, body)


@api.delete("/meetings/<meeting_id>/agenda/<item_id>")
@door(remove_item, item_of)
def delete_item(path: ItemPath) -> Response:
    """Take a case that was not started off the agenda."""
    run(remove_item, item_of(actor(), path.item_id, path.meeting_id), RemoveItem())
    return Response(status=204)


@api.post("/meetings/<meeting_id>/agenda/<item_id>/start", responses={200: ItemView})
@door(start_item, item_of, item_view)
def post_item_start(path: ItemPath) -> Response:
    """Begin with a case: everybody who may is taken to its room."""
    return first_answer(lambda: _after_item(start_item, path, Nothing()))


@api.post("/meetings/<meeting_id>/agenda/<item_id>/finish", responses={200: ItemView})
@door(finish_item, item_of, item_view)
def post_item_finish(path: ItemPath, body: Finish) -> Response:
    """End a case's turn with its outcome."""
    return first_answer(lambda: _after_item(finish_item, path, body))


@api.get("/meetings/<meeting_id>/invitations", responses={200: InvitationList})
@door(meeting_invitations)
def get_invitations(path: MeetingPath) -> Response:
    """Who is invited and what they answered."""
    return reply(meeting_invitations(actor(), path.meeting_id, None))


@api.post("/meetings/<meeting_id>/invitations", responses={200: InvitationList})
@door(invite_people, meeting_invitations)
def post_invitations(path: MeetingPath, body: Invite) -> Response:
    """Invite people; inviting twice changes nothing."""

    def invite() -> Response:
        run(invite_people, path.meeting_id, body)
        return reply(meeting_invitations(actor(), path.meeting_id, None))

    return first_answer(invite)


@api.post("/invitations/<invitation_id>/reply", responses={200: InvitationView})
@door(reply_to_invitation, invitation_view)
def post_reply(path: InvitationPath, body: Reply) -> Response:
    """InvitationAnswer an invitation of one's own."""

    def answer() -> Response:
        run(reply_to_invitation, path.invitation_id, body)
        return reply(invitation_view(actor(), path.invitation_id, None))

    return first_answer(answer)


@api.delete("/invitations/<invitation_id>")
@door(remove_invitation)
def delete_invitation(path: InvitationPath) -> Response:
    """Take an invitation back: what it gave ends at once."""
    run(remove_invitation, path.invitation_id, Nothing())
    return Response(status=204)


@api.get("/cases/<case_id>/invitations", responses={200: InvitationList})
@door(case_invitations)
def get_case_invitations(path: CasePath) -> Response:
    """Who is invited to one case without a meeting."""
    return reply(case_invitations(actor(), path.case_id))


@api.post("/cases/<case_id>/invitations", responses={200: InvitationList})
@door(invite_to_case, case_invitations)
def post_case_invitations(path: CasePath, body: CaseInvite) -> Response:
    """Invite to one case without a meeting (the written route)."""

    def invite() -> Response:
        invite_to_case(actor(), InviteToCase(case_id=path.case_id, person_ids=body.person_ids, chair=body.chair))
        return reply(case_invitations(actor(), path.case_id))

    return first_answer(invite)
