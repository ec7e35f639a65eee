"""Accepted cases that wait for a meeting."""

from sqlalchemy import case as choose
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case
from mdt.cases.queries.cards import CaseCard, cards_of
from mdt.cases.terms import URGENCY_RANK, Route, State
from mdt.kernel.actor import Actor


def waiting_cases(session: Session, actor: Actor, limit: int = 100) -> list[CaseCard]:
    """Those the actor coordinates: the most urgent first, then hospital by hospital so that its doctors can leave."""
    rank = choose({urgency.value: place for urgency, place in URGENCY_RANK.items()}, value=Case.urgency)
    waiting = select(Case).where(
        policy.coordinator(actor),
        Case.state == State.ACCEPTED,
        or_(Case.route.is_(None), Case.route == Route.MEETING),
    )
    ordered = waiting.order_by(rank, Case.hospital_id, Case.state_at).limit(limit)
    return cards_of(session, session.execute(ordered).scalars().all())
