"""The course of a case as meetings, consensus and follow-up move it. Nobody calls these directly."""

from pydantic import Field

from mdt.cases import policy
from mdt.cases.events import (
    CaseConcluded,
    CasePostponed,
    CaseScheduled,
    DiscussionBegan,
    DiscussionEnded,
    FollowUpBegan,
)
from mdt.cases.models import Case
from mdt.cases.terms import Outcome, PostponeCode, State
from mdt.identity.operations import Change, Nothing
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx


def move(tx: Tx, case: Case, state: State) -> None:
    """Put a case into `state`; who may see it can change with that, so open sockets are looked at again."""
    case.state = state
    case.state_at = tx.at
    tx.session.flush()  # rules asked later in this transaction read the state in SQL
    tx.ring("rights", f"case:{case.id}")
    tx.ring("case", case.id)


class Schedule(Change):
    meeting_id: str


@operation(policy.INNER, audit="case.scheduled", states=(State.ACCEPTED,))
def schedule(tx: Tx, case: Case, change: Schedule) -> None:
    """The case stands on an agenda."""
    move(tx, case, State.SCHEDULED)
    tx.emit(CaseScheduled(case.subject, meeting_id=change.meeting_id))


class Postpone(Change):
    code: PostponeCode


@operation(policy.INNER, audit="case.postponed", states=(State.SCHEDULED,))
def unschedule(tx: Tx, case: Case, change: Postpone) -> None:
    """The case leaves its agenda and waits for another."""
    move(tx, case, State.ACCEPTED)
    tx.emit(CasePostponed(case.subject, code=change.code.value))


@operation(
    policy.INNER,
    audit="case.discussion_began",
    states=(State.ACCEPTED, State.SCHEDULED, State.DISCUSSING),
)
def begin_discussion(tx: Tx, case: Case, _change: Nothing) -> None:
    """Its agenda item was started, or the first opinion on the written route was given; again is no change."""
    if case.state is State.DISCUSSING:
        return
    move(tx, case, State.DISCUSSING)
    tx.emit(DiscussionBegan(case.subject))


class EndDiscussion(Change):
    outcome: Outcome
    reason: str = Field(default="", max_length=500)


@operation(policy.INNER, audit="case.discussion_ended", states=(State.DISCUSSING, State.SCHEDULED))
def end_discussion(tx: Tx, case: Case, change: EndDiscussion) -> None:
    """Decided: the opinion is awaited; anything else: back among the accepted."""
    move(tx, case, State.DISCUSSED if change.outcome is Outcome.DECIDED else State.ACCEPTED)
    tx.emit(DiscussionEnded(case.subject, outcome=change.outcome.value, reason=change.reason))


@operation(policy.INNER, audit="case.concluded", states=(State.DISCUSSING, State.DISCUSSED))
def conclude(tx: Tx, case: Case, _change: Nothing) -> None:
    """A consensus was issued."""
    move(tx, case, State.CONCLUDED)
    tx.emit(CaseConcluded(case.subject))


@operation(policy.INNER, audit="case.follow_up_began", states=(State.CONCLUDED,))
def start_follow_up(tx: Tx, case: Case, _change: Nothing) -> None:
    """There are recommendations to carry out."""
    move(tx, case, State.FOLLOW_UP)
    tx.emit(FollowUpBegan(case.subject))
