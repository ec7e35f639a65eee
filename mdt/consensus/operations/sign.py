"""Putting the text before the signers, and their stances. A signature covers exactly the fingerprint that was sent."""

import json
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from mdt.cases.operations.course import begin_discussion
from mdt.cases.operations.write import Line
from mdt.cases.terms import Route, State
from mdt.consensus import policy
from mdt.consensus.basis import Ground, ground_of
from mdt.consensus.errors import TextChanged
from mdt.consensus.events import ConsensusProposed, ConsensusSigned
from mdt.consensus.freeze import differences, freeze
from mdt.consensus.models import Consensus, Proposal
from mdt.consensus.operations.told import tell_room, tell_signers
from mdt.consensus.opinion import unprintable
from mdt.consensus.printing import PROBE, sheet_of
from mdt.consensus.sheet import Stance as StanceWord
from mdt.consensus.statements import Said, add_statement, standing
from mdt.consensus.terms import DEADLINE_HOURS, Mark, Stage
from mdt.consensus.text import demand_complete, demand_visible
from mdt.identity.operations import Change, Nothing, OptionalChange
from mdt.identity.signin import STEP_UP, ConfirmRequired
from mdt.identity.terms import Moment
from mdt.kernel.errors import Conflict, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx
from mdt.press import typst

DISCUSSED = frozenset({State.DISCUSSING, State.DISCUSSED})
AFTERWARDS = frozenset({State.CONCLUDED, State.FOLLOW_UP})
UNPRINTABLE = N_("这些字无法打印，请改用可打印的写法。")


class Propose(OptionalChange):
    """`deadline`: when quorum is enough to issue; 24 hours from now if left out."""

    deadline: Moment | None = None


@operation(policy.CHAIR, audit="consensus.proposed", action="propose", states=(Stage.DRAFT,))
def propose_consensus(tx: Tx, row: Consensus, change: Propose) -> None:
    """Freeze the text and ask for stances.

    Raises:
        Conflict: the case is not discussed. Invalid: an answer is missing, a character cannot be printed, the
            deadline is over.
    """
    ground = ground_of(tx.session, row.case_id)
    _demand_case(tx, row, ground)
    demand_complete(row, ground.case.questions)
    deadline = change.deadline or tx.at + timedelta(hours=DEADLINE_HOURS)
    if not tx.at < deadline < tx.at + timedelta(days=366):
        raise Invalid(fields={"deadline": [N_("截止时间应在今后一年内。")]})
    row.proposals += 1
    frozen, fingerprint = freeze(row, ground.basis, _previous(tx, row))
    _demand_printable(frozen)
    row.stage, row.fingerprint, row.deadline_at = Stage.PROPOSED, fingerprint, deadline
    tx.session.add(
        Proposal(
            fingerprint=fingerprint,
            consensus_id=row.id,
            number=row.proposals,
            frozen=frozen,
            proposed_by=tx.actor.person_id,
            proposed_at=tx.at,
        )
    )
    tell_room(tx, row, "propose")
    tell_signers(tx, row, ground, "consensus.proposed")
    tx.emit(ConsensusProposed(row.subject, consensus_id=row.id, fingerprint=fingerprint))


def _demand_case(tx: Tx, row: Consensus, ground: Ground) -> None:
    state = ground.case.state
    if row.amends_id is not None and state in AFTERWARDS:
        return
    if ground.case.route is Route.WRITTEN and state is State.ACCEPTED:
        begin_discussion.inside(tx, row.case_id, Nothing())
        return
    if state not in DISCUSSED:
        raise Conflict("case.not_discussed", N_("讨论开始后才能提请签署。"), state=state.value, allowed=["edit"])


def _previous(tx: Tx, row: Consensus) -> str:
    """The fingerprint of the edition this one amends: editions are a chain."""
    if row.amends_id is None:
        return ""
    return tx.session.execute(select(Consensus.fingerprint).where(Consensus.id == row.amends_id)).scalar_one()


def _demand_printable(frozen: str) -> None:
    sheet = sheet_of({"frozen": json.loads(frozen), "statements": [], "quorum_note": ""}, PROBE)
    if missing := unprintable(sheet):
        listed = "、".join(f"{char}(U+{ord(char):04X})" for char in missing)
        raise Invalid("consensus.unprintable", N_("有字无法打印：%(chars)s。请改用可打印的写法。"), chars=listed)


class Confirm(BaseModel):
    """A password, as typed: blanks at its ends belong to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    password: str = Field(max_length=200)


class Sign(Change):
    """`fingerprint` is that of the text the person read; `text` is compulsory for anything but `agree`."""

    fingerprint: Annotated[Line, Field(max_length=64)]
    stance: StanceWord
    text: Annotated[str, Field(max_length=4000)] = ""
    confirm: Confirm | None = None


@operation(policy.SIGN, audit="consensus.signed", action="sign", states=(Stage.PROPOSED,))
def sign_consensus(tx: Tx, row: Consensus, change: Sign) -> None:
    """Take a stance to the present text; a later one takes the place of an earlier one.

    The proof of identity is asked for last, so that nobody types a password for a text that has changed.

    Raises:
        Invalid: words are missing or cannot be printed. TextChanged: with what changed. ConfirmRequired.
    """
    _demand_words(change)
    if change.fingerprint != row.fingerprint:
        raise _text_changed(tx, row, change.fingerprint)
    proved = tx.actor.signed_in_at
    if proved is None or tx.at - proved > STEP_UP:
        raise ConfirmRequired
    is_chair = tx.actor.person_id == ground_of(tx.session, row.case_id).chair_id
    add_statement(tx, row, Said(Mark(change.stance.value), change.text, is_chair))
    tell_room(tx, row, "sign", stance=change.stance.value)
    tx.emit(ConsensusSigned(row.subject, consensus_id=row.id, fingerprint=row.fingerprint, stance=change.stance.value))


def _demand_words(change: Sign) -> None:
    if change.stance is not StanceWord.AGREE and not change.text:
        raise Invalid("consensus.text_required", fields={"text": [N_("除“同意”外，请写明意见。")]})
    demand_visible(change.text, "text")
    if typst.unprintable(change.text):
        raise Invalid("consensus.unprintable", fields={"text": [UNPRINTABLE]})


def _text_changed(tx: Tx, row: Consensus, seen: str) -> TextChanged:
    """The refusal with what differs between the text that was read and the present one."""
    wanted = select(Proposal).where(Proposal.consensus_id == row.id, Proposal.fingerprint.in_((seen, row.fingerprint)))
    texts = {one.fingerprint: one.frozen for one in tx.session.execute(wanted).scalars()}
    now = texts[row.fingerprint]
    changes = differences(texts.get(seen, "{}"), now)
    return TextChanged(fingerprint=row.fingerprint, changes=changes)


@operation(policy.SIGN, audit="consensus.unsigned", action="unsign", states=(Stage.PROPOSED,))
def unsign_consensus(tx: Tx, row: Consensus, _change: Nothing) -> None:
    """Take one's stance back before it is issued; both rows stay."""
    mine = [one for one in standing(tx.session, row.id, row.fingerprint) if one.person_id == tx.actor.person_id]
    if not mine:
        raise Conflict("consensus.not_signed", N_("您还没有签署。"))
    add_statement(tx, row, Said(Mark.WITHDRAWN, "", is_chair=False))
    tell_room(tx, row, "unsign")
