"""What other slices ask of meetings: who is to sign, which item of a case is open, where a case was discussed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.kernel.actor import Actor
from mdt.kernel.clock import rfc3339
from mdt.kernel.database import asked_once
from mdt.kernel.policy import Subject, gives
from mdt.meetings import policy
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.queries.clashes import attending
from mdt.meetings.terms import DEFAULT_QUORUM, STANDING, InvitationState, ItemState, MeetingKind, MeetingState

REMINDERS_MIN = (10, 60, 1440)
"""Before the beginning, nearest first."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody whose stance on a case's consensus is asked for."""

    person_id: str
    is_chair: bool


@dataclass(frozen=True, slots=True)
class OpenItem:
    """The turn of a case that is planned or running now."""

    id: str
    meeting_id: str
    state: ItemState
    minutes: int
    started_at: datetime | None
    chair_id: str


def last_meeting(session: Session, case_id: str) -> Meeting | None:
    """The meeting on whose agenda the case is, or stood last."""

    def ask(_missing: set[str]) -> dict[str, Meeting]:
        query = (
            select(Meeting)
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .where(AgendaItem.case_id == case_id, Meeting.state != MeetingState.CANCELLED)
            .order_by(AgendaItem.added_at.desc(), AgendaItem.id.desc())
        )
        found = session.execute(query.limit(1)).scalar()
        return {} if found is None else {case_id: found}

    return asked_once(session, "last meeting", [case_id], ask).get(case_id)


def signers(session: Session, case_id: str) -> list[Signer]:
    """Who is asked: those who accepted (to the case's latest meeting, or to the case itself) and the chair, first.

    The deputy chairs where the chair has declined. On the written route the one who was named to lead does.
    """
    meeting = last_meeting(session, case_id)
    place = Invitation.case_id == case_id
    if meeting is not None:
        place |= Invitation.meeting_id == meeting.id
    accepted = (Invitation.state == InvitationState.ACCEPTED) & place
    asked = select(Invitation.person_id, Invitation.leads).where(accepted)
    found = session.execute(asked.order_by(Invitation.answered_at, Invitation.id)).all()
    leader = next((person_id for person_id, leads in found if leads), "")
    chair = chair_of(session, meeting) if meeting is not None else leader
    others = dict.fromkeys(person_id for person_id, _leads in found if person_id != chair)
    return [Signer(each, is_chair=each == chair) for each in ([chair] if chair else []) + list(others)]


def chair_of(session: Session, meeting: Meeting) -> str:
    """Who chairs: the deputy where the chair has declined or is stood in for by the deputy, else the chair."""
    if meeting.deputy_id is None or meeting.deputy_id == meeting.stand_in_id:
        return meeting.deputy_id or meeting.chair_id
    rows = session.execute(select(Invitation).where(Invitation.meeting_id == meeting.id)).scalars().all()
    present = attending(meeting, rows)
    return meeting.deputy_id if meeting.chair_id not in present and meeting.deputy_id in present else meeting.chair_id


def quorum_of(session: Session, case_id: str) -> int:
    """The least number of signers, chair included, of the case's latest meeting; the default on the written route."""
    meeting = last_meeting(session, case_id)
    return meeting.quorum if meeting is not None else DEFAULT_QUORUM


def open_item(session: Session, case_id: str) -> OpenItem | None:
    """The case's open agenda item, if it has one."""
    query = (
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id == case_id, AgendaItem.state != ItemState.FINISHED)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    item, meeting = found
    chair_id = meeting.stand_in_id or meeting.chair_id
    return OpenItem(item.id, meeting.id, item.state, item.minutes, item.started_at, chair_id)


def case_meetings(session: Session, actor: Actor, case_id: str) -> list[dict[str, Any]]:
    """The fact `meetings` of a case: where it stands or stood on an agenda, newest first, as far as the actor may
    see these meetings. Why a turn ended as it did is for those who may read the case."""
    is_reader = gives(session, Subject("case", case_id), "read", actor)
    query = (
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id == case_id, policy.readable(actor))
        .order_by(AgendaItem.added_at.desc())
    )
    return [
        {
            "id": meeting.id,
            "number": meeting.number,
            "title": meeting.title,
            "state": meeting.state.value,
            "starts_at": rfc3339(meeting.starts_at),
            "item_id": item.id,
            "item_state": item.state.value,
            "minutes": item.minutes,
            "outcome": item.outcome.value if item.outcome else None,
            "reason": item.reason if is_reader else "",
        }
        for item, meeting in session.execute(query)
    ]


def invited_people(session: Session, case_id: str) -> list[tuple[str, InvitationState]]:
    """Person and answer of everybody asked for this case by its own invitations or its latest meeting's."""
    meeting = last_meeting(session, case_id)
    place = Invitation.case_id == case_id
    if meeting is not None:
        place |= Invitation.meeting_id == meeting.id
    standing = select(Invitation.person_id, Invitation.state).where(place, Invitation.state.in_(STANDING))
    return [(person_id, state) for person_id, state in session.execute(standing)]


def meeting_title(session: Session, _actor: Actor, meeting_id: str) -> str:
    """The fact `title` of a meeting: the head of its room."""
    meeting = session.get(Meeting, meeting_id)
    return f"{meeting.title} · {meeting.number}" if meeting else ""


def due_reminders(session: Session, now: datetime) -> list[tuple[str, int]]:
    """Planned meetings that begin within a day, hour or ten minutes and whose people were not told so yet:
    (meeting id, the distance in minutes)."""
    near = select(Meeting).where(
        Meeting.state == MeetingState.PLANNED,
        Meeting.kind != MeetingKind.CLINIC,
        Meeting.starts_at > now,
        Meeting.starts_at <= now + timedelta(minutes=REMINDERS_MIN[-1]),
    )
    found = []
    for meeting in session.execute(near).scalars():
        left = (meeting.starts_at - now).total_seconds() / 60
        distance = next(each for each in REMINDERS_MIN if left <= each)
        if meeting.reminded_min is None or meeting.reminded_min > distance:
            found.append((meeting.id, distance))
    return found
