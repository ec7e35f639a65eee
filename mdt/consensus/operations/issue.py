"""Issuing: from then on nothing in the edition can change; a later edition amends it."""

import json
from collections.abc import Sequence

from pydantic import Field
from sqlalchemy import select

from mdt.cases.operations.course import conclude, start_follow_up
from mdt.cases.queries.basis import case_basis
from mdt.cases.terms import Outcome, State
from mdt.consensus import policy
from mdt.consensus.basis import Ground, ground_of
from mdt.consensus.canonical import canonical, fingerprint
from mdt.consensus.codes import new_verify_code
from mdt.consensus.errors import SignersMissing
from mdt.consensus.events import ConsensusAmended, ConsensusIssued
from mdt.consensus.models import Consensus, Document, Proposal, Stance
from mdt.consensus.operations.draft import last_series, open_edition
from mdt.consensus.operations.sign import AFTERWARDS
from mdt.consensus.operations.told import tell_room, tell_team
from mdt.consensus.statements import counted, missing, standing, statement_of
from mdt.consensus.terms import OPINION, Stage
from mdt.consensus.text import demand_visible
from mdt.identity.operations import Change, Nothing
from mdt.identity.queries import person_cards
from mdt.kernel.errors import Conflict
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx
from mdt.meetings.operations.running import Finish, finish_item
from mdt.meetings.queries.facts import open_item
from mdt.meetings.terms import ItemState

PRINT = "consensus.print"
MORE_THAN_ONE_ROUND = 1


@operation(policy.CHAIR, audit="consensus.issued", action="issue", states=(Stage.PROPOSED,))
def issue_consensus(tx: Tx, row: Consensus, _change: Nothing) -> Document:
    """Issue the proposed text with its stances: the document exists, the case is concluded, recommendations become
    tasks – all in this transaction; only the print is made later.

    Raises:
        SignersMissing: not everybody has a stance, and quorum or deadline do not help.
    """
    ground = ground_of(tx.session, row.case_id)
    stances = standing(tx.session, row.id, row.fingerprint)
    _demand_signers(tx, row, ground, stances)
    frozen = _frozen(tx, row)
    row.stage, row.issued_by, row.issued_at = Stage.ISSUED, tx.actor.person_id, tx.at
    tx.session.flush()  # the document points at an issued edition
    document = _document(tx, row, ground, frozen, stances)
    _move_case(tx, row)
    print_later(tx, document.id, 0)
    _supersede(tx, row)
    tell_room(tx, row, "issue", document=document.id)
    tell_team(tx, row, ground, "consensus.issued", f"/documents/{document.id}")
    tx.emit(
        ConsensusIssued(
            row.subject,
            consensus_id=row.id,
            document_id=document.id,
            edition=row.edition,
            amends_id=row.amends_id or "",
        )
    )
    return document


def _demand_signers(tx: Tx, row: Consensus, ground: Ground, stances: Sequence[Stance]) -> None:
    waiting = missing(ground.asked, stances)
    is_over = row.deadline_at is not None and row.deadline_at <= tx.at
    count = counted(ground.voices, stances)
    if count and (not waiting or (is_over and count >= ground.basis.quorum)):
        return
    names = person_cards(tx.session, set(waiting))
    raise SignersMissing(
        signers_missing=[{"id": one, "name": names[one].name} for one in waiting],
        deadline=row.deadline_at,
        quorum=ground.basis.quorum,
        signed=count,
        allowed=["edit", "sign"],
    )


def _frozen(tx: Tx, row: Consensus) -> dict[str, object]:
    """The proposed text, checked once more against what was signed."""
    kept = tx.session.get_one(Proposal, row.fingerprint).frozen
    content: dict[str, object] = json.loads(kept)
    if fingerprint(content) != row.fingerprint:
        raise RuntimeError(f"proposal {row.fingerprint} does not match its fingerprint")
    return content


def _document(tx: Tx, row: Consensus, ground: Ground, frozen: dict[str, object], stances: Sequence[Stance]) -> Document:
    quorum, count = ground.basis.quorum, counted(ground.voices, stances)
    note = "" if count >= quorum else f"未达法定人数（应 {quorum} 人，实 {count} 人）"
    content = {"frozen": frozen, "statements": [statement_of(one) for one in stances], "quorum_note": note}
    document = Document(
        case_id=row.case_id,
        consensus_id=row.id,
        kind=OPINION,
        number=document_number(ground.case.number, row.series),
        edition=row.edition,
        verify_code=new_verify_code(),
        hospital=ground.basis.invited_hospital or ground.basis.requesting_hospital,
        fingerprint=row.fingerprint,
        issued_at=tx.at,
        content=canonical(content).decode(),
    )
    tx.session.add(document)
    tx.session.flush()  # jobs and notices name it
    return document


def document_number(case_number: str, series: int) -> str:
    """The case's number; from the second round on with the round behind it."""
    return case_number if series == MORE_THAN_ONE_ROUND else f"{case_number}-{series:02}"


def _move_case(tx: Tx, row: Consensus) -> None:
    """An open agenda item is decided; the case is concluded; recommendations begin the follow-up."""
    item = open_item(tx.session, row.case_id)
    if item is not None and item.state is ItemState.RUNNING:
        finish_item.inside(tx, item.id, Finish(outcome=Outcome.DECIDED))
    state = _state(tx, row.case_id)
    if state in (State.DISCUSSING, State.DISCUSSED):
        conclude.inside(tx, row.case_id, Nothing())
        state = State.CONCLUDED
    if row.recommendations and state is State.CONCLUDED:
        start_follow_up.inside(tx, row.case_id, Nothing())


def _state(tx: Tx, case_id: str) -> State:
    case = case_basis(tx.session, case_id)
    assert case is not None  # ground_of found it
    return case.state


def print_later(tx: Tx, document_id: str, superseded_by: int) -> None:
    payload = {"document_id": document_id, "superseded_by": superseded_by}
    tx.later(PRINT, payload, key=f"print:{document_id}:{superseded_by}")


def _supersede(tx: Tx, row: Consensus) -> None:
    """The edition before is marked as replaced on a copy of its print; the print that was issued stays."""
    if row.amends_id is None:
        return
    before = tx.session.execute(select(Document.id).where(Document.consensus_id == row.amends_id)).scalar_one()
    print_later(tx, before, row.edition)


class Amend(Change):
    reason: str = Field(min_length=1, max_length=500)


@operation(policy.CHAIR, audit="consensus.amended", action="amend", states=(Stage.ISSUED,))
def amend_consensus(tx: Tx, row: Consensus, change: Amend) -> Consensus:
    """A new draft with the same text and the next edition number; the issued one holds until that one is issued.

    Raises:
        Conflict: another edition is being worked on.
    """
    demand_visible(change.reason, "reason")
    if open_edition(tx, row.case_id) is not None:
        raise Conflict("consensus.open", N_("已有一份正在起草或签署的意见。"), allowed=[])
    if _state(tx, row.case_id) not in AFTERWARDS or row.series != last_series(tx, row.case_id):
        raise Conflict("consensus.not_amendable", N_("只有本轮已出意见的病例才能更正。"), allowed=[])
    draft = Consensus(
        case_id=row.case_id,
        series=row.series,
        edition=row.edition + 1,
        amends_id=row.id,
        amend_reason=change.reason,
        diagnosis=row.diagnosis,
        narrative=row.narrative,
        answers=list(row.answers),
        recommendations=list(row.recommendations),
        key_images=list(row.key_images),
        created_by=tx.actor.person_id,
        created_at=tx.at,
        edited_by=tx.actor.person_id,
        edited_at=tx.at,
    )
    tx.session.add(draft)
    tx.session.flush()  # the room's entry names it
    tell_room(tx, draft, "amend", amends=row.id)
    tx.emit(ConsensusAmended(draft.subject, consensus_id=draft.id, edition=draft.edition))
    return draft
