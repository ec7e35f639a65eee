"""Who may see, lead and manage meetings. One rule each, as SQL, for lists and single rows alike.

A meeting exists for its coordinators, its chair and deputy, those invited who have not declined, and those who may
read a case on its agenda (they see that case alone). Declining takes effect with the commit.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import QueryableAttribute

from mdt.identity.queries import partner_hospitals
from mdt.identity.terms import Role
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right, governed
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.terms import OPEN_MEETING, STANDING, InvitationState


def is_coordinator(actor: Actor) -> bool:
    return actor.kind == "system" or actor.has(Role.COORDINATOR)


def _coordinated(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "system":
        return true()
    if not actor.has(Role.COORDINATOR):
        return false()
    return Meeting.hospital_id.in_(partner_hospitals(actor))


def _invited(actor: Actor, states: frozenset[InvitationState]) -> Select[Any]:
    return select(Invitation.meeting_id).where(Invitation.person_id == actor.person_id, Invitation.state.in_(states))


def _chairs(actor: Actor) -> ColumnElement[bool]:
    """Chair or deputy, unless they have declined."""
    named = or_(Meeting.chair_id == actor.person_id, Meeting.deputy_id == actor.person_id)
    left = frozenset({InvitationState.DECLINED, InvitationState.SUBSTITUTED})
    return and_(named, Meeting.id.not_in(_invited(actor, left).where(Invitation.meeting_id.is_not(None))))


def _attends_for_a_case(actor: Actor) -> ColumnElement[bool]:
    theirs = governed(AgendaItem.case_id, "case", "read", actor)
    return exists(select(AgendaItem.id).where(AgendaItem.meeting_id == Meeting.id, theirs).correlate(Meeting))


def readable(actor: Actor) -> ColumnElement[bool]:
    """The rule of `meeting.read`."""
    return or_(
        _coordinated(actor), _chairs(actor), Meeting.id.in_(_invited(actor, STANDING)), _attends_for_a_case(actor)
    )


def led(actor: Actor) -> ColumnElement[bool]:
    """The rule of `meeting.lead`: chair, deputy, the alliance's coordinator."""
    return or_(_coordinated(actor), _chairs(actor))


def _posts(actor: Actor) -> ColumnElement[bool]:
    accepted = _invited(actor, frozenset({InvitationState.ACCEPTED}))
    is_member = or_(led(actor), Meeting.id.in_(accepted), _attends_for_a_case(actor))
    return and_(Meeting.state.in_(OPEN_MEETING), is_member)


def _of_meeting(rule: ColumnElement[bool]) -> Select[Any]:
    return select(Meeting.id).where(rule)


def _in(key: QueryableAttribute[Any], rule: ColumnElement[bool]) -> ColumnElement[bool]:
    """The row's meeting fulfils `rule`."""
    return exists(select(Meeting.id).where(Meeting.id == key, rule).correlate(key.class_))


READ: Permission[Meeting] = Permission("meeting.read", Meeting, readable)
LEAD: Permission[Meeting] = Permission("meeting.lead", Meeting, led, see=READ)
MANAGE: Permission[Meeting] = Permission("meeting.manage", Meeting, _coordinated, see=READ)

REMIND: Permission[Meeting] = Permission(
    "meeting.remind", Meeting, lambda actor: true() if actor.kind == "system" else false()
)

READ_ITEM: Permission[AgendaItem] = Permission(
    "agenda.read", AgendaItem, lambda actor: _in(AgendaItem.meeting_id, readable(actor))
)
LEAD_ITEM: Permission[AgendaItem] = Permission(
    "agenda.lead", AgendaItem, lambda actor: _in(AgendaItem.meeting_id, led(actor)), see=READ_ITEM
)


def _own_invitation(actor: Actor) -> ColumnElement[bool]:
    return Invitation.person_id == actor.person_id


def _managed_invitation(actor: Actor) -> ColumnElement[bool]:
    if not is_coordinator(actor):
        return false()
    return or_(
        _in(Invitation.meeting_id, _coordinated(actor)),
        governed(Invitation.case_id, "case", "read", actor),
    )


def _seen_invitation(actor: Actor) -> ColumnElement[bool]:
    return or_(
        _own_invitation(actor),
        _in(Invitation.meeting_id, readable(actor)),
        governed(Invitation.case_id, "case", "read", actor),
    )


SEE_INVITATION: Permission[Invitation] = Permission("invitation.see", Invitation, _seen_invitation)
REPLY: Permission[Invitation] = Permission("invitation.reply", Invitation, _own_invitation, see=SEE_INVITATION)
MANAGE_INVITATION: Permission[Invitation] = Permission(
    "invitation.manage", Invitation, _managed_invitation, see=SEE_INVITATION
)

PLAN = Right("meeting.create", is_coordinator)


def meeting_ids(rule: str, actor: Actor) -> Select[Any]:
    """The SELECT of ids of the meetings that give `read`, `post` or `lead`: what the meeting's room asks."""
    rules = {"read": readable, "post": _posts, "lead": led}
    if not actor.person_id:
        return select(literal("")).where(false())
    return _of_meeting(rules[rule](actor))
