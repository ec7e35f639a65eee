"""Writing an opinion: open a draft, change its text, give it up."""

from typing import Any

from pydantic import Field
from sqlalchemy import func, select

from mdt.cases.operations.course import begin_discussion
from mdt.cases.terms import Route, State
from mdt.consensus import policy
from mdt.consensus.basis import Ground, ground_of, owners_of
from mdt.consensus.events import ConsensusDrafted
from mdt.consensus.models import Consensus
from mdt.consensus.operations.told import tell_room, tell_signers
from mdt.consensus.terms import OPEN_CASE, Stage
from mdt.consensus.text import ConsensusText, KeyImageText, RecommendationText, demand_sound
from mdt.identity.operations import Change, Nothing, OptionalChange
from mdt.imaging.queries.studies import has_instance
from mdt.kernel.clock import new_id
from mdt.kernel.errors import Conflict, Forbidden, NotFound
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import gives
from mdt.kernel.transaction import Tx

OPEN = (Stage.DRAFT, Stage.PROPOSED)


class OpenDraft(Change):
    case_id: str = Field(max_length=36)


@creation(policy.OPEN_DRAFT, audit="consensus.drafted")
def open_draft(tx: Tx, change: OpenDraft) -> Consensus:
    """The open edition of a case, made if there is none. On the written route this is the first opinion: the case is
    discussed from now on.

    Raises:
        NotFound, Forbidden: the case's rule. Conflict: the case is in no state for an opinion.
    """
    _demand_access(tx, change.case_id)
    ground = ground_of(tx.session, change.case_id)
    found = open_edition(tx, change.case_id)
    if found is not None:
        return found
    if ground.case.state not in OPEN_CASE:
        raise Conflict("wrong_state", state=ground.case.state.value, allowed=[])
    row = _new_row(tx, ground)
    if ground.case.route is Route.WRITTEN and ground.case.state is State.ACCEPTED:
        begin_discussion.inside(tx, change.case_id, Nothing())
    tell_room(tx, row, "draft")
    tx.emit(ConsensusDrafted(row.subject, consensus_id=row.id, edition=row.edition))
    return row


def _demand_access(tx: Tx, case_id: str) -> None:
    subject = policy.case_of(case_id)
    if "\x00" in case_id or not gives(tx.session, subject, "outcome", tx.actor):
        raise NotFound
    if not any(gives(tx.session, subject, access, tx.actor) for access in policy.DRAFTERS):
        raise Forbidden


def open_edition(tx: Tx, case_id: str) -> Consensus | None:
    """The edition of a case that is being worked on."""
    mine = (Consensus.case_id == case_id) & Consensus.stage.in_(OPEN)
    return tx.session.execute(select(Consensus).where(mine)).scalar()


def last_series(tx: Tx, case_id: str) -> int:
    """How many rounds of the case have an issued opinion."""
    kept = (Consensus.case_id == case_id) & (Consensus.stage == Stage.ISSUED)
    return tx.session.execute(select(func.max(Consensus.series)).where(kept)).scalar() or 0


def _new_row(tx: Tx, ground: Ground) -> Consensus:
    row = Consensus(
        case_id=ground.case.id,
        series=last_series(tx, ground.case.id) + 1,
        edition=1,
        answers=[],
        recommendations=[],
        key_images=[],
        created_by=tx.actor.person_id,
        created_at=tx.at,
        edited_by=tx.actor.person_id,
        edited_at=tx.at,
    )
    row.is_new = True
    tx.session.add(row)
    tx.session.flush()  # the room's entry names it
    return row


@operation(policy.DRAFT, audit="consensus.edited", action="edit", states=(Stage.DRAFT, Stage.PROPOSED))
def write_draft(tx: Tx, row: Consensus, change: ConsensusText) -> None:
    """Replace the whole text. A proposed one returns to draft: its fingerprint and stances no longer hold.

    Raises:
        Invalid: see `text.demand_sound`.
    """
    ground = ground_of(tx.session, row.case_id)

    def shows(image: KeyImageText) -> bool:
        return has_instance(tx.session, row.subject, image.study_uid, image.series_uid, image.instance_uid)

    demand_sound(change, ground.question_ids, owners_of(tx.session, row.case_id), shows)
    row.diagnosis, row.narrative = change.diagnosis, change.narrative
    row.answers = [one.model_dump(mode="json") for one in change.answers]
    row.recommendations = _recommendations(row, change.recommendations)
    row.key_images = [one.model_dump(mode="json", exclude_none=True) for one in change.key_images]
    row.edited_by, row.edited_at = tx.actor.person_id, tx.at
    if row.stage is Stage.PROPOSED:
        row.stage, row.fingerprint, row.deadline_at = Stage.DRAFT, "", None
        tell_signers(tx, row, ground, "consensus.changed")
    tell_room(tx, row, "draft")


def _recommendations(row: Consensus, wanted: list[RecommendationText]) -> list[dict[str, Any]]:
    """As stored: one with a known id keeps it, so that its task is the same task in the next edition."""
    known = {one["id"] for one in row.recommendations}
    kept: list[dict[str, Any]] = []
    for one in wanted:
        taken = {each["id"] for each in kept}
        key = one.id if one.id in known and one.id not in taken else new_id()
        kept.append(one.model_dump(mode="json") | {"id": key})
    return kept


class Abandon(OptionalChange):
    reason: str = Field(default="", max_length=500)


@operation(policy.CHAIR, audit="consensus.abandoned", action="abandon", states=(Stage.DRAFT, Stage.PROPOSED))
def abandon_draft(tx: Tx, row: Consensus, _change: Abandon) -> None:
    """Give up an edition that was not issued."""
    row.stage, row.fingerprint, row.deadline_at = Stage.ABANDONED, "", None
    tell_room(tx, row, "abandon")


@operation(policy.INNER, audit="consensus.abandoned", states=(Stage.DRAFT, Stage.PROPOSED))
def drop_draft(_tx: Tx, row: Consensus, _change: Abandon) -> None:
    """The case was withdrawn: nobody will sign this any more."""
    row.stage, row.fingerprint, row.deadline_at = Stage.ABANDONED, "", None
