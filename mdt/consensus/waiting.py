"""What waits for a person, and what a case has: for the front page and the case page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.queries.basis import case_basis
from mdt.cases.queries.cards import case_cards
from mdt.consensus import policy
from mdt.consensus.basis import ground_of
from mdt.consensus.models import Consensus
from mdt.consensus.queries import documents_of_case, editions_of_case
from mdt.consensus.statements import standing
from mdt.consensus.terms import OPEN_CASE, SUPERSEDED, Stage
from mdt.consensus.views import CaseOpinion, ToSign
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import gives, signed_in
from mdt.kernel.query import listing


@listing(signed_in)
def case_opinion(session: Session, actor: Actor, case_id: str) -> CaseOpinion:
    """Editions and documents of a case. Raises NotFound for a case whose outcome is none of the actor's business."""
    subject = policy.case_of(case_id)
    if "\x00" in case_id or not gives(session, subject, "outcome", actor):
        raise NotFound
    case = case_basis(session, case_id)
    assert case is not None  # the rule found it
    editions = editions_of_case(session, actor, case_id)
    open_id = next((one.id for one in editions if one.state in (Stage.DRAFT, Stage.PROPOSED)), None)
    latest = next((one.id for one in reversed(editions) if one.state != SUPERSEDED), None)
    may_draft = any(gives(session, subject, access, actor) for access in policy.DRAFTERS)
    return CaseOpinion(
        case_id=case_id,
        editions=editions,
        documents=documents_of_case(session, actor, case_id),
        current=open_id or latest,
        may_begin=may_draft and open_id is None and case.state in OPEN_CASE,
    )


@listing(signed_in)
def to_sign(session: Session, actor: Actor, _ask: None) -> list[ToSign]:
    """Proposed opinions that ask for the actor's stance and have none yet, the most pressing first."""
    mine = (Consensus.stage == Stage.PROPOSED) & policy.SIGN.rule(actor)
    rows = session.execute(select(Consensus).where(mine).order_by(Consensus.deadline_at)).scalars().all()
    waiting = [row for row in rows if _is_asked(session, actor, row)]
    cards = case_cards(session, {row.case_id for row in waiting})
    return [
        ToSign(
            id=row.id,
            case_id=row.case_id,
            number=cards[row.case_id].number,
            title=cards[row.case_id].title,
            urgency=cards[row.case_id].urgency.value,
            hospital=cards[row.case_id].hospital.name,
            deadline=row.deadline_at,
        )
        for row in waiting
    ]


def _is_asked(session: Session, actor: Actor, row: Consensus) -> bool:
    signed = {stance.person_id for stance in standing(session, row.id, row.fingerprint)}
    return actor.person_id not in signed and actor.person_id in ground_of(session, row.case_id).asked
