"""Telling people about meetings, and where their entries go: times and numbers only, no patient data."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mdt.cases.queries.cards import case_cards
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import Tx
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.terms import STANDING, MeetingKind
from mdt.notices.operations import notify
from mdt.rooms.operations import append
from mdt.rooms.queries import room_ids


def when(moment: datetime) -> str:
    """`11-26 16:00`, as the clock in China shows it."""
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def page(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}"


def everybody(tx: Tx, meeting: Meeting) -> list[str]:
    """Those who are expected: chair, deputy, invited and not declined, and the requesters of the agenda's cases."""
    standing = (Invitation.meeting_id == meeting.id) & Invitation.state.in_(STANDING)
    invited = tx.session.execute(select(Invitation.person_id).where(standing)).scalars()
    cases = tx.session.execute(select(AgendaItem.case_id).where(AgendaItem.meeting_id == meeting.id)).scalars()
    requesters = [card.requester.id for card in case_cards(tx.session, cases).values() if card.requester]
    return [meeting.chair_id, meeting.deputy_id or "", *invited, *requesters]


def _tell(tx: Tx, meeting: Meeting, kind: str, people: Iterable[str]) -> None:
    """The hidden meeting of a free-clinic day says nothing: its day does."""
    if meeting.kind is not MeetingKind.CLINIC:
        notify(tx, people, kind, meeting.subject, page(meeting), when=when(meeting.starts_at))


def changed(tx: Tx, meeting: Meeting) -> None:
    _tell(tx, meeting, "meeting.changed", everybody(tx, meeting))


def cancelled(tx: Tx, meeting: Meeting) -> None:
    _tell(tx, meeting, "meeting.cancelled", everybody(tx, meeting))


def started(tx: Tx, meeting: Meeting) -> None:
    _tell(tx, meeting, "meeting.started", everybody(tx, meeting))


def soon(tx: Tx, meeting: Meeting) -> None:
    _tell(tx, meeting, "meeting.soon", everybody(tx, meeting))


def invited(tx: Tx, invitation: Invitation, meeting: Meeting) -> None:
    _tell(tx, meeting, "meeting.invited", [invitation.person_id])


def invited_to_case(tx: Tx, invitation: Invitation) -> None:
    case_id = str(invitation.case_id)
    number = case_cards(tx.session, [case_id])[case_id].number
    notify(tx, [invitation.person_id], "case.invited", invitation.subject, f"/cases/{case_id}", number=number)


def scheduled(tx: Tx, item: AgendaItem, kind: str) -> None:
    """Tell the requester that the case came onto an agenda (`case.scheduled`) or left it (`case.postponed`)."""
    card = case_cards(tx.session, [item.case_id])[item.case_id]
    if card.requester:
        subject = Subject("case", item.case_id)
        notify(tx, [card.requester.id], kind, subject, f"/cases/{item.case_id}", number=card.number)


def answered(tx: Tx, invitation: Invitation, meeting: Meeting | None, kind: str) -> None:
    """Tell who invited; `kind` is `invitation.accepted` or `invitation.declined`."""
    link = page(meeting) if meeting else f"/cases/{invitation.case_id}"
    shown = when(meeting.starts_at) if meeting else ""
    notify(tx, [invitation.invited_by], kind, invitation.subject, link, when=shown)


def rooms_of(tx: Tx, item: AgendaItem) -> tuple[str, str]:
    """The ids of the case's and of the meeting's room."""
    case, meeting = Subject("case", item.case_id), Subject("meeting", item.meeting_id)
    found = room_ids(tx.session, [case, meeting])
    return found[case], found[meeting]


def write_agenda(tx: Tx, item: AgendaItem, action: str, **facts: Any) -> None:
    """The same `agenda` entry in the case's room (a chapter of its replay) and in the meeting's."""
    body = {"item": item.id, "meeting": item.meeting_id, "action": action, "minutes": item.minutes, **facts}
    for room_id in rooms_of(tx, item):
        append(tx, room_id, "agenda", body)
