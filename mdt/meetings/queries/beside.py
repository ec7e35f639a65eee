"""Meetings beside other things: on a case's page, among a person's work of the day."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mdt.cases.queries.cards import case_cards
from mdt.cases.terms import OVER, Outcome, State
from mdt.identity.queries import FindPeople, PersonCard, people, person_cards, reachable_people
from mdt.identity.terms import CLINICAL
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import Subject, gives, signed_in
from mdt.kernel.query import listing
from mdt.meetings import policy
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.queries.shapes import InvitationView, Shape
from mdt.meetings.queries.views import invitation_list
from mdt.meetings.terms import OPEN_MEETING, InvitationState, ItemState, MeetingKind, MeetingState
from mdt.rooms.queries import room_ids


class CaseTurn(Shape):
    """A case's turn in one meeting the reader may see."""

    meeting_id: str
    number: str
    title: str
    starts_at: datetime
    meeting_state: MeetingState
    state: ItemState
    minutes: int
    outcome: Outcome | None
    reason: str


class CasePlaces(Shape):
    """Where a case is discussed. `mine`: the reader's own invitation to it; `to_invite`: whom a coordinator could ask
    in writing."""

    turns: list[CaseTurn]
    invitations: list[InvitationView]
    mine: InvitationView | None
    may_invite: bool
    to_invite: list[PersonCard]


@listing(signed_in)
def case_places(session: Session, actor: Actor, case_id: str) -> CasePlaces:
    """A case's turns and its own invitations. Raises NotFound for who may not know of it."""
    subject = Subject("case", case_id.replace("\x00", ""))
    if not gives(session, subject, "glimpse", actor):
        raise NotFound
    invitations = invitation_list(session, Invitation.case_id == case_id).items
    mine = next((each for each in invitations if each.person.id == actor.person_id), None)
    is_reader = gives(session, subject, "read", actor)
    state = case_cards(session, [case_id])[case_id].state
    turns = _turns(session, actor, case_id, is_reader=is_reader)
    is_placed = state in OVER | {State.DRAFT, State.CONCLUDED, State.FOLLOW_UP}
    is_placed = is_placed or any(turn.state is not ItemState.FINISHED for turn in turns)
    may_invite = not is_placed and gives(session, subject, "coordinate", actor)
    return CasePlaces(
        turns=turns,
        invitations=invitations if is_reader else [],
        mine=mine,
        may_invite=may_invite,
        to_invite=_clinicians(session, actor, {each.person.id for each in invitations}) if may_invite else [],
    )


def _turns(session: Session, actor: Actor, case_id: str, *, is_reader: bool) -> list[CaseTurn]:
    query = (
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id == case_id, policy.readable(actor))
        .order_by(AgendaItem.added_at.desc())
    )
    return [
        CaseTurn(
            meeting_id=meeting.id,
            number=meeting.number,
            title=meeting.title,
            starts_at=meeting.starts_at,
            meeting_state=meeting.state,
            state=item.state,
            minutes=item.minutes,
            outcome=item.outcome,
            reason=item.reason if is_reader else "",
        )
        for item, meeting in session.execute(query)
    ]


def _clinicians(session: Session, actor: Actor, without: set[str]) -> list[PersonCard]:
    found = people.within(session, actor, FindPeople(limit=200))
    roles = reachable_people(session, actor, {card.id for card in found})
    clinical = [card for card in found if not roles.get(card.id, frozenset()).isdisjoint(CLINICAL)]
    return sorted((card for card in clinical if card.id not in without), key=lambda card: (card.specialty, card.name))


class MeetingSoon(Shape):
    """A meeting that waits for an answer, or is today. `room_id`: where it is going on now, for who takes part."""

    id: str
    room_id: str | None
    title: str
    starts_at: datetime
    state: MeetingState
    chair: PersonCard | None
    mine: InvitationState | None


@listing(signed_in)
def my_meetings(session: Session, actor: Actor, _ask: None) -> list[MeetingSoon]:
    """Today's and live meetings of the actor, and invitations they have not answered, soonest first."""
    midnight = clock.now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = select(Invitation.meeting_id).where(
        Invitation.person_id == actor.person_id, Invitation.state == InvitationState.INVITED
    )
    is_today = Meeting.starts_at.between(midnight, midnight + timedelta(days=1))
    waits = or_(Meeting.state == MeetingState.LIVE, is_today, Meeting.id.in_(asked))
    query = select(Meeting).where(
        policy.readable(actor), Meeting.state.in_(OPEN_MEETING), Meeting.kind != MeetingKind.CLINIC, waits
    )
    rows = session.execute(query.order_by(Meeting.starts_at).limit(20)).scalars().all()
    mine = select(Invitation.meeting_id, Invitation.state).where(
        Invitation.person_id == actor.person_id, Invitation.meeting_id.in_([row.id for row in rows])
    )
    answers = {str(meeting_id): state for meeting_id, state in session.execute(mine)}
    chairs = person_cards(session, {row.chair_id for row in rows})
    going_on = [
        row for row in rows if row.state == MeetingState.LIVE and answers.get(row.id) != InvitationState.INVITED
    ]
    rooms = room_ids(session, [row.subject for row in going_on])
    return [
        MeetingSoon(
            id=row.id,
            room_id=rooms.get(row.subject),
            title=row.title,
            starts_at=row.starts_at,
            state=row.state,
            chair=chairs.get(row.chair_id),
            mine=answers.get(row.id),
        )
        for row in rows
    ]
