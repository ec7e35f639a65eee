"""Meetings in lists: the reader's own and those they coordinate; by month for the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from mdt.identity.queries import person_cards
from mdt.identity.terms import Moment
from mdt.kernel.actor import Actor
from mdt.kernel.clock import rfc3339
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing
from mdt.meetings import policy
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.queries.shapes import MeetingList, MeetingRow
from mdt.meetings.terms import InvitationState, MeetingKind, MeetingState


class FindMeetings(BaseModel):
    """`from` and `to` bound the beginning; newest first unless `order` is `soonest`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")
    state: MeetingState | None = None
    order: Annotated[str, Field(pattern="^(newest|soonest)$")] = "newest"
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=100)


@listing(signed_in)
def meetings(session: Session, actor: Actor, ask: FindMeetings) -> MeetingList:
    """Meetings the actor may see; the hidden meeting of a free-clinic day is left out."""
    is_newest = ask.order == "newest"
    place = tuple_(Meeting.starts_at, Meeting.id)
    found = select(Meeting).where(policy.readable(actor), Meeting.kind != MeetingKind.CLINIC)
    if ask.since:
        found = found.where(Meeting.starts_at >= ask.since)
    if ask.until:
        found = found.where(Meeting.starts_at < ask.until)
    if ask.state:
        found = found.where(Meeting.state == ask.state)
    if ask.cursor:
        after = tuple_(*_read_cursor(ask.cursor))
        found = found.where(place < after if is_newest else place > after)
    order = (Meeting.starts_at.desc(), Meeting.id.desc()) if is_newest else (Meeting.starts_at, Meeting.id)
    rows = list(session.execute(found.order_by(*order).limit(ask.limit + 1)).scalars())
    page = rows[: ask.limit]
    following = _cursor(page[-1]) if len(rows) > ask.limit else None
    return MeetingList(items=_rows(session, actor, page), next=following)


def _cursor(meeting: Meeting) -> str:
    return f"{rfc3339(meeting.starts_at)}_{meeting.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    moment, _, meeting_id = cursor.partition("_")
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("shape", fields={"cursor": [N_("格式不对。")]}) from None
    return at, meeting_id.replace("\x00", "")


def _rows(session: Session, actor: Actor, page: list[Meeting]) -> list[MeetingRow]:
    ids = [meeting.id for meeting in page]
    counted = select(AgendaItem.meeting_id, func.count()).where(AgendaItem.meeting_id.in_(ids))
    cases = {row[0]: row[1] for row in session.execute(counted.group_by(AgendaItem.meeting_id))}
    asked = select(Invitation.meeting_id, Invitation.person_id, Invitation.state).where(Invitation.meeting_id.in_(ids))
    invited: dict[str, dict[str, InvitationState]] = {}
    for meeting_id, person_id, state in session.execute(asked):
        invited.setdefault(str(meeting_id), {})[person_id] = state
    chairs = person_cards(session, {meeting.chair_id for meeting in page})
    made = []
    for meeting in page:
        answers = invited.get(meeting.id, {})
        made.append(
            MeetingRow(
                id=meeting.id,
                number=meeting.number,
                title=meeting.title,
                kind=meeting.kind,
                state=meeting.state,
                starts_at=meeting.starts_at,
                ends_at=meeting.starts_at + timedelta(minutes=meeting.duration_min),
                duration_min=meeting.duration_min,
                chair=chairs.get(meeting.chair_id),
                cases=cases.get(meeting.id, 0),
                accepted=sum(state is InvitationState.ACCEPTED for state in answers.values()),
                invited=len(answers),
                mine=answers.get(actor.person_id),
            )
        )
    return made
