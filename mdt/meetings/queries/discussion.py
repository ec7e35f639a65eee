"""How a case was or is being discussed: who is asked to sign, who chairs, how many make a quorum. What the opinion on
the case needs to know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.meetings.models import AgendaItem, Invitation, Meeting
from mdt.meetings.terms import DEFAULT_QUORUM, OPEN_ITEM, InvitationState

LEFT = frozenset({InvitationState.DECLINED, InvitationState.SUBSTITUTED, InvitationState.NO_REPLY})


@dataclass(frozen=True, slots=True)
class Signer:
    person_id: str
    is_chair: bool


@dataclass(frozen=True, slots=True)
class Discussion:
    """`chair_id` is empty on the written route; `discussed_at` is when the case's item was started, null before."""

    signers: tuple[Signer, ...]
    chair_id: str
    quorum: int
    discussed_at: datetime | None
    open_item_id: str | None


def discussion_of(session: Session, case_id: str) -> Discussion:
    """The case's latest meeting with the invitations to it, and those to the case itself."""
    item = _latest_item(session, case_id)
    meeting = session.get(Meeting, item.meeting_id) if item else None
    accepted = _accepted(session, case_id, meeting.id if meeting else "")
    chair_id = meeting.chair_id if meeting and not _has_left(session, meeting) else ""
    ids = dict.fromkeys([*([chair_id] if chair_id else []), *accepted])
    return Discussion(
        signers=tuple(Signer(person_id, person_id == chair_id) for person_id in ids),
        chair_id=chair_id,
        quorum=meeting.quorum if meeting else DEFAULT_QUORUM,
        discussed_at=item.started_at if item else None,
        open_item_id=item.id if item and item.state in OPEN_ITEM else None,
    )


def _latest_item(session: Session, case_id: str) -> AgendaItem | None:
    mine = select(AgendaItem).where(AgendaItem.case_id == case_id)
    return session.execute(mine.order_by(AgendaItem.added_at.desc(), AgendaItem.id.desc()).limit(1)).scalar()


def _accepted(session: Session, case_id: str, meeting_id: str) -> list[str]:
    place = (Invitation.case_id == case_id) | (Invitation.meeting_id == meeting_id)
    taken = select(Invitation.person_id).where(place, Invitation.state == InvitationState.ACCEPTED)
    return list(session.execute(taken.order_by(Invitation.answered_at, Invitation.id)).scalars())


def _has_left(session: Session, meeting: Meeting) -> bool:
    mine = (Invitation.meeting_id == meeting.id) & (Invitation.person_id == meeting.chair_id)
    return session.execute(select(Invitation.state).where(mine)).scalar() in LEFT


def signers(session: Session, case_id: str) -> list[Signer]:
    """Who is asked to sign the opinion on a case: chair and accepted invitees."""
    return list(discussion_of(session, case_id).signers)
