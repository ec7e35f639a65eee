"""One meeting, whole: agenda, invitations, clashes, what the reader may do."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.queries.cards import CaseCard, case_cards
from mdt.identity.queries import PersonCard, hospital_cards, person_cards
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.operation import allowed_actions, allowed_of
from mdt.kernel.policy import Subject, gives, signed_in, subject_ids
from mdt.kernel.query import listing, query
from mdt.meetings import calllink, policy
from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.queries.clashes import clashes_of
from mdt.meetings.queries.shapes import (
    InvitationList,
    InvitationView,
    ItemCase,
    ItemView,
    MeetingView,
)
from mdt.meetings.terms import STANDING, InvitationState
from mdt.rooms.queries import room_ids


@query(policy.READ, reads="meeting.read")
def meeting_view(session: Session, actor: Actor, meeting: Meeting, _ask: None) -> MeetingView:
    """The meeting with those items of its agenda that the reader may know of."""
    items = items_of(session, meeting.id)
    invitations = invitations_of(session, Invitation.meeting_id == meeting.id)
    people = person_cards(session, _people(meeting, items, invitations))
    views = _item_views(session, actor, items, people)
    shown = [_invitation_view(each, people) for each in invitations if each.person_id in people]
    signers = _count_signers(meeting, invitations)
    room = room_ids(session, [meeting.subject]).get(meeting.subject)
    allowed = allowed_actions(session, actor, meeting)
    return MeetingView(
        id=meeting.id,
        number=meeting.number,
        title=meeting.title,
        kind=meeting.kind,
        state=meeting.state,
        version=meeting.version,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.duration_min),
        duration_min=meeting.duration_min,
        hospital=hospital_cards(session, {meeting.hospital_id})[meeting.hospital_id],
        chair=people.get(meeting.chair_id),
        deputy=people.get(meeting.deputy_id or ""),
        stand_in=people.get(meeting.stand_in_id or ""),
        quorum=meeting.quorum,
        signers=signers,
        quorum_met=signers >= meeting.quorum,
        call_link=meeting.call_link,
        call_provider=calllink.provider(meeting.call_link)[0],
        room_id=room,
        started_at=meeting.started_at,
        ended_at=meeting.ended_at,
        reason=meeting.reason,
        agenda=views,
        minutes_planned=sum(item.minutes for item in items),
        invitations=shown,
        mine=next((each for each in shown if each.person.id == actor.person_id), None),
        clashes=clashes_of(session, meeting, items, invitations, people) if "edit" in allowed else [],
        allowed=allowed,
    )


def items_of(session: Session, meeting_id: str) -> list[AgendaItem]:
    """The agenda in its order."""
    mine = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    return list(session.execute(mine.order_by(AgendaItem.position, AgendaItem.id)).scalars())


def invitations_of(session: Session, place: object) -> list[Invitation]:
    """The invitations to one meeting or case, in the order in which they were sent."""
    mine = select(Invitation).where(place)  # type: ignore[arg-type]
    return list(session.execute(mine.order_by(Invitation.invited_at, Invitation.id)).scalars())


def _people(meeting: Meeting, items: Sequence[AgendaItem], invitations: Sequence[Invitation]) -> set[str]:
    ids = {meeting.chair_id, meeting.deputy_id, meeting.stand_in_id}
    ids |= {item.presenter_id for item in items}
    ids |= {each.person_id for each in invitations} | {each.substitute_id for each in invitations}
    return {person_id for person_id in ids if person_id}


def _count_signers(meeting: Meeting, invitations: Sequence[Invitation]) -> int:
    accepted = {each.person_id for each in invitations if each.state is InvitationState.ACCEPTED}
    left = {each.person_id for each in invitations if each.state not in STANDING}
    return len(accepted | {meeting.chair_id} - left)


def _item_views(
    session: Session, actor: Actor, items: Sequence[AgendaItem], people: dict[str, PersonCard]
) -> list[ItemView]:
    ids = [item.case_id for item in items]
    known = _given(session, actor, "glimpse", ids)
    seen = _given(session, actor, "read", ids)
    cards = case_cards(session, known)
    allowed = allowed_of(session, actor, items)
    rooms = room_ids(session, [Subject("case", case_id) for case_id in seen])
    return [
        _item_view(item, cards.get(item.case_id), people, allowed[item.id])
        if item.case_id not in seen
        else _item_view(item, cards[item.case_id], people, allowed[item.id]).model_copy(
            update={
                "room_id": rooms.get(Subject("case", item.case_id)),
                "missing": cards[item.case_id].missing,
                "score": cards[item.case_id].score,
                "override_reason": item.override_reason,
                "reason": item.reason,
            }
        )
        for item in items
    ]


def _given(session: Session, actor: Actor, access: str, ids: Sequence[str]) -> set[str]:
    chosen = subject_ids("case", access, actor).subquery()
    return set(session.execute(select(chosen.c[0]).where(chosen.c[0].in_(ids))).scalars())


def _item_view(item: AgendaItem, card: CaseCard | None, people: dict[str, PersonCard], allowed: list[str]) -> ItemView:
    """An item as somebody may see it who may not see the images; a case they may not know of has no card."""
    return ItemView(
        id=item.id,
        case_id=item.case_id if card else None,
        room_id=None,
        position=item.position,
        minutes=item.minutes,
        presenter=people.get(item.presenter_id or "") if card else None,
        state=item.state,
        outcome=item.outcome,
        reason="",
        missing=[],
        score=None,
        override_reason="",
        started_at=item.started_at,
        finished_at=item.finished_at,
        version=item.version,
        case=_item_case(card) if card else None,
        allowed=allowed,
    )


def _item_case(card: CaseCard) -> ItemCase:
    return ItemCase(
        number=card.number,
        title=card.title,
        question=card.question,
        hospital=card.hospital,
        urgency=card.urgency,
        sex=card.sex,
        age=card.age,
    )


@query(policy.READ_ITEM)
def item_of(_session: Session, _actor: Actor, item: AgendaItem, meeting_id: str) -> str:
    """The item's id if it stands on that meeting's agenda. Raises NotFound."""
    if item.meeting_id != meeting_id:
        raise NotFound
    return item.id


@query(policy.READ_ITEM)
def item_view(session: Session, actor: Actor, item: AgendaItem, _ask: None) -> ItemView:
    """One item of an agenda."""
    people = person_cards(session, {item.presenter_id} if item.presenter_id else set())
    return _item_views(session, actor, [item], people)[0]


def _invitation_view(invitation: Invitation, people: dict[str, PersonCard]) -> InvitationView:
    return InvitationView(
        id=invitation.id,
        person=people[invitation.person_id],
        state=invitation.state,
        code=invitation.code,
        reason=invitation.reason,
        substitute=people.get(invitation.substitute_id or ""),
        invited_at=invitation.invited_at,
        answered_at=invitation.answered_at,
        version=invitation.version,
    )


def invitation_list(session: Session, place: object) -> InvitationList:
    """The invitations to one meeting or case."""
    rows = invitations_of(session, place)
    ids = {each.person_id for each in rows} | {each.substitute_id for each in rows if each.substitute_id}
    people = person_cards(session, ids)
    return InvitationList(items=[_invitation_view(each, people) for each in rows if each.person_id in people])


@query(policy.READ)
def meeting_invitations(session: Session, _actor: Actor, meeting: Meeting, _ask: None) -> InvitationList:
    """Who is invited to a meeting and what they answered."""
    return invitation_list(session, Invitation.meeting_id == meeting.id)


@listing(signed_in)
def case_invitations(session: Session, actor: Actor, case_id: str) -> InvitationList:
    """Who is invited to one case without a meeting. Raises NotFound for who may not see the case."""
    if not gives(session, Subject("case", case_id.replace("\x00", "")), "read", actor):
        raise NotFound
    return invitation_list(session, Invitation.case_id == case_id)


@query(policy.SEE_INVITATION)
def invitation_view(session: Session, _actor: Actor, invitation: Invitation, _ask: None) -> InvitationView:
    """One invitation."""
    ids = {invitation.person_id} | ({invitation.substitute_id} if invitation.substitute_id else set())
    return _invitation_view(invitation, person_cards(session, ids))


@query(policy.SEE_INVITATION)
def invitation_place(_session: Session, _actor: Actor, invitation: Invitation, _ask: None) -> str:
    """The path of the page an invitation is about."""
    return f"/meetings/{invitation.meeting_id}" if invitation.meeting_id else f"/cases/{invitation.case_id}"
