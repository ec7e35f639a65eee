"""A meeting as it goes: start and end, one case after another, somebody standing in for a lost chair."""

from datetime import timedelta

from pydantic import Field
from sqlalchemy import select

from mdt.cases.operations.course import EndDiscussion, begin_discussion, end_discussion
from mdt.cases.operations.write import Line
from mdt.cases.terms import Outcome
from mdt.identity.operations import Change, Nothing
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.errors import Conflict, Forbidden, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import Tx
from mdt.meetings import calllink, policy
from mdt.meetings.events import ChairStoodIn, ItemFinished, ItemStarted, MeetingEnded, MeetingStarted
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.operations import announce
from mdt.meetings.operations.access import renew_people
from mdt.meetings.terms import OPEN_ITEM, InvitationState, ItemState, MeetingState
from mdt.rooms.operations import append, take_people
from mdt.rooms.queries import room_ids

UNREACHED = frozenset({Outcome.DEFERRED, Outcome.NOT_REACHED})
"""Outcomes of an item that was never started."""


@operation(policy.LEAD, audit="meeting.started", action="start", states=(MeetingState.PLANNED,))
def start_meeting(tx: Tx, meeting: Meeting, _change: Nothing) -> None:
    """Begin, at any time of its day in China."""
    _begin(tx, meeting)


def _begin(tx: Tx, meeting: Meeting) -> None:
    starts, now = meeting.starts_at.astimezone(SHANGHAI), tx.at.astimezone(SHANGHAI)
    is_within = starts <= now <= starts + timedelta(minutes=meeting.duration_min)
    if starts.date() != now.date() and not is_within:
        raise Conflict("meeting.not_today", N_("会议只能在当天开始；请先改为今天的时间。"), starts_at=meeting.starts_at)
    meeting.state, meeting.started_at = MeetingState.LIVE, tx.at
    tx.emit(MeetingStarted(meeting.subject, meeting_id=meeting.id))
    room_id = room_ids(tx.session, [meeting.subject])[meeting.subject]
    append(tx, room_id, "note", {"code": "meeting_started", "params": {}})
    _write_call(tx, room_id, meeting, "start")
    announce.started(tx, meeting)


def _write_call(tx: Tx, room_id: str, meeting: Meeting, action: str) -> None:
    if meeting.call_link:
        body = {"provider": calllink.provider(meeting.call_link)[0], "link": meeting.call_link, "action": action}
        append(tx, room_id, "call", body)


@operation(policy.LEAD, audit="meeting.ended", action="end", states=(MeetingState.LIVE,))
def end_meeting(tx: Tx, meeting: Meeting, _change: Nothing) -> None:
    """End: what was not reached waits for another meeting; a case still being discussed awaits its opinion."""
    open_items = (AgendaItem.meeting_id == meeting.id) & AgendaItem.state.in_(OPEN_ITEM)
    for item in tx.session.execute(select(AgendaItem).where(open_items).order_by(AgendaItem.position)).scalars().all():
        was_reached = item.state is ItemState.RUNNING
        _close(tx, item, Outcome.DECIDED if was_reached else Outcome.NOT_REACHED, "")
    meeting.state, meeting.ended_at, meeting.stand_in_id = MeetingState.ENDED, tx.at, None
    room_id = room_ids(tx.session, [meeting.subject])[meeting.subject]
    append(tx, room_id, "note", {"code": "meeting_ended", "params": {}})
    _end_unanswered(tx, meeting)
    tx.emit(MeetingEnded(meeting.subject, meeting_id=meeting.id))
    tx.ring("rights", f"meeting:{meeting.id}")


def _end_unanswered(tx: Tx, meeting: Meeting) -> None:
    waiting = (Invitation.meeting_id == meeting.id) & (Invitation.state == InvitationState.INVITED)
    silent = tx.session.execute(select(Invitation).where(waiting)).scalars().all()
    silent = [each for each in silent if each.person_id not in (meeting.chair_id, meeting.deputy_id)]
    for invitation in silent:
        invitation.state = InvitationState.NO_REPLY
    tx.session.flush()  # the rights are worked out from the rows
    renew_people(tx, meeting, [invitation.person_id for invitation in silent])


@operation(policy.LEAD_ITEM, audit="agenda.started", action="start", states=(ItemState.PLANNED,))
def start_item(tx: Tx, item: AgendaItem, _change: Nothing) -> AgendaItem:
    """Begin with a case: whoever may see it is taken to its room, the others wait in the meeting's."""
    meeting = tx.session.get_one(Meeting, item.meeting_id, with_for_update=True)
    if meeting.state is MeetingState.PLANNED:
        _begin(tx, meeting)
    elif meeting.state is not MeetingState.LIVE:
        raise Conflict("wrong_state", state=meeting.state.value, allowed=[])
    _demand_none_running(tx, meeting)
    begin_discussion.inside(tx, item.case_id, Nothing())
    item.state, item.started_at = ItemState.RUNNING, tx.at
    case_room, meeting_room = announce.rooms_of(tx, item)
    announce.write_agenda(tx, item, "start", chair=meeting.stand_in_id or meeting.chair_id)
    _write_call(tx, case_room, meeting, "start")
    take_people(tx, [meeting_room, *_earlier_rooms(tx, item)], case_room)
    tx.emit(ItemStarted(Subject("case", item.case_id), meeting_id=meeting.id, item_id=item.id))
    return item


def _demand_none_running(tx: Tx, meeting: Meeting) -> None:
    running = (AgendaItem.meeting_id == meeting.id) & (AgendaItem.state == ItemState.RUNNING)
    held = tx.session.execute(select(AgendaItem.id).where(running)).scalar()
    if held is not None:
        raise Conflict("meeting.item_running", N_("请先结束正在讨论的病例。"), running=held)


def _earlier_rooms(tx: Tx, item: AgendaItem) -> list[str]:
    """The room of the item finished last: its people are still there."""
    finished = (AgendaItem.meeting_id == item.meeting_id) & (AgendaItem.state == ItemState.FINISHED)
    reached = select(AgendaItem.case_id).where(finished, AgendaItem.started_at.is_not(None))
    last = tx.session.execute(reached.order_by(AgendaItem.finished_at.desc()).limit(1)).scalar()
    return list(room_ids(tx.session, [Subject("case", last)]).values()) if last else []


class Finish(Change):
    outcome: Outcome
    reason: Line = Field(default="", max_length=400)


@operation(policy.LEAD_ITEM, audit="agenda.finished", action="finish", states=OPEN_ITEM)
def finish_item(tx: Tx, item: AgendaItem, change: Finish) -> AgendaItem:
    """End a case's turn. Only `deferred` and `not_reached` for a case that was never started; `again` says why."""
    if item.state is ItemState.PLANNED and change.outcome not in UNREACHED:
        raise Conflict("agenda.not_started", N_("这个病例还没有开始讨论。"), allowed=["start"])
    if change.outcome is Outcome.AGAIN and not change.reason:
        raise Invalid(fields={"reason": [N_("再议请写明原因。")]})
    _close(tx, item, change.outcome, change.reason)
    return item


def _close(tx: Tx, item: AgendaItem, outcome: Outcome, reason: str) -> None:
    end_discussion.inside(tx, item.case_id, EndDiscussion(outcome=outcome, reason=reason))
    close_item(tx, item, outcome, reason)


def close_item(tx: Tx, item: AgendaItem, outcome: Outcome, reason: str) -> None:
    """Close an item whose case has gone its own way already."""
    was_running = item.state is ItemState.RUNNING
    item.state, item.outcome, item.reason, item.finished_at = ItemState.FINISHED, outcome, reason, tx.at
    if was_running:
        announce.write_agenda(tx, item, "finish", outcome=outcome.value)
        take_people(tx, [], announce.rooms_of(tx, item)[1])
    subject = Subject("case", item.case_id)
    tx.emit(ItemFinished(subject, meeting_id=item.meeting_id, item_id=item.id, outcome=outcome.value))


@operation(policy.LEAD, audit="meeting.stood_in", action="stand_in", states=(MeetingState.LIVE,))
def stand_in(tx: Tx, meeting: Meeting, _change: Nothing) -> None:
    """The deputy or the coordinator leads in place of a chair who is lost; the chair's own call takes it back."""
    person_id = tx.actor.person_id
    if tx.actor.kind == "system":
        raise Forbidden
    meeting.stand_in_id = None if person_id == meeting.chair_id else person_id
    running = (AgendaItem.meeting_id == meeting.id) & (AgendaItem.state == ItemState.RUNNING)
    item = tx.session.execute(select(AgendaItem).where(running)).scalar()
    if item is not None:
        body = {"to": person_id, "from": meeting.chair_id, "action": "take"}
        append(tx, announce.rooms_of(tx, item)[0], "lead", body)
    tx.emit(ChairStoodIn(meeting.subject, meeting_id=meeting.id, person_id=person_id))
    tx.ring("rights", f"meeting:{meeting.id}")
