"""What does not fit together in a meeting. It is shown to who plans it and refuses nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.queries.cards import case_cards
from mdt.identity.queries import PersonCard
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.queries.shapes import Clash
from mdt.meetings.terms import OPEN_ITEM, OPEN_MEETING, STANDING

GAP = timedelta(minutes=10)
"""Between two meetings of one person."""
LONGEST = timedelta(days=1)


def clashes_of(
    session: Session,
    meeting: Meeting,
    items: Sequence[AgendaItem],
    invitations: Sequence[Invitation],
    people: dict[str, PersonCard],
) -> list[Clash]:
    """Every clash of a meeting that is still to come or going on."""
    if meeting.state not in OPEN_MEETING:
        return []
    present = attending(meeting, invitations)
    found = _double_booked(session, meeting, present, people)
    planned = sum(item.minutes for item in items)
    if planned > meeting.duration_min:
        found.append(Clash(code="over_budget", minutes=planned - meeting.duration_min))
    if meeting.chair_id not in present:
        found.append(Clash(code="chair_declined", person=people.get(meeting.chair_id)))
    return found + _one_hospital(session, items, [people[each] for each in present if each in people])


def attending(meeting: Meeting, invitations: Sequence[Invitation]) -> set[str]:
    """Who is expected: chair, deputy and everybody invited, without those who declined."""
    left = {each.person_id for each in invitations if each.state not in STANDING}
    named = {each.person_id for each in invitations} | {meeting.chair_id, meeting.deputy_id or ""}
    return named - left - {""}


def _end(meeting: Meeting) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.duration_min)


def _double_booked(session: Session, meeting: Meeting, present: set[str], people: dict[str, PersonCard]) -> list[Clash]:
    found = []
    for other in _neighbours(session, meeting):
        is_overlap = other.starts_at < _end(meeting) and meeting.starts_at < _end(other)
        code = "person_busy" if is_overlap else "short_gap"
        rows = session.execute(select(Invitation).where(Invitation.meeting_id == other.id)).scalars().all()
        for person_id in sorted(present & attending(other, rows)):
            found.append(Clash(code=code, person=people.get(person_id), starts_at=other.starts_at, ends_at=_end(other)))
    return found


def busy_people(session: Session, meeting: Meeting, person_ids: set[str]) -> set[str]:
    """Those of `person_ids` who are expected in another meeting at the same time."""
    found: set[str] = set()
    for other in _neighbours(session, meeting):
        if other.starts_at < _end(meeting) and meeting.starts_at < _end(other):
            rows = session.execute(select(Invitation).where(Invitation.meeting_id == other.id)).scalars().all()
            found |= person_ids & attending(other, rows)
    return found


def _neighbours(session: Session, meeting: Meeting) -> list[Meeting]:
    """Open meetings that overlap this one or leave less than ten minutes."""
    near = select(Meeting).where(
        Meeting.id != meeting.id,
        Meeting.state.in_(OPEN_MEETING),
        Meeting.starts_at < _end(meeting) + GAP,
        Meeting.starts_at > meeting.starts_at - LONGEST - GAP,
    )
    found = session.execute(near.order_by(Meeting.starts_at)).scalars().all()
    return [other for other in found if _end(other) + GAP > meeting.starts_at]


def _one_hospital(session: Session, items: Sequence[AgendaItem], experts: Sequence[PersonCard]) -> list[Clash]:
    """Cases whose experts would all come from the hospital that asks."""
    hospitals = {card.hospital.id for card in experts if card.hospital}
    waiting = [item.case_id for item in items if item.state in OPEN_ITEM]
    return [
        Clash(code="one_hospital", number=card.number)
        for card in case_cards(session, waiting).values()
        if hospitals == {card.hospital.id}
    ]
