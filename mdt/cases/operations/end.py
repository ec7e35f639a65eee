"""How a case ends, and how it begins anew."""

from pydantic import Field

from mdt.cases import policy
from mdt.cases.events import CaseClosed, CaseReopened, CaseWithdrawn
from mdt.cases.models import Case, Question
from mdt.cases.operations.course import move
from mdt.cases.operations.review import tell
from mdt.cases.operations.score import renew_readiness
from mdt.cases.operations.write import Line
from mdt.cases.queries.people import coordinators_of, members_of
from mdt.cases.terms import BEFORE_CONCLUDED, State
from mdt.identity.operations import Change
from mdt.kernel.errors import Conflict, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import holds, operation
from mdt.kernel.policy import ask
from mdt.kernel.transaction import Tx


class Withdraw(Change):
    reason: Line = Field(min_length=1, max_length=1000)


@operation(policy.TEAM, audit="case.withdrawn", action="withdraw", states=BEFORE_CONCLUDED)
def withdraw_case(tx: Tx, case: Case, change: Withdraw) -> None:
    """Take a request back before an opinion was issued; nothing is erased, who was invited is told."""
    told = members_of(tx.session, case)
    if case.submitted_at is not None:
        told += coordinators_of(tx.session, tx.actor, case)
    move(tx, case, State.WITHDRAWN)
    tx.emit(CaseWithdrawn(case.subject, reason=change.reason))
    tell(tx, case, told, "case.withdrawn")


class Close(Change):
    """`reason` is demanded of a coordinator."""

    reason: Line = Field(default="", max_length=1000)


@operation(policy.CLOSE, audit="case.closed", action="close", states=(State.CONCLUDED, State.FOLLOW_UP))
def close_case(tx: Tx, case: Case, change: Close) -> None:
    """Close a case whose recommendations all have an answer and whose outcome (or loss) is recorded."""
    unfinished = ask(tx.session, tx.actor, case.subject, "unfinished")
    if unfinished:
        raise Conflict("case.unfinished", N_("还有建议没有回报，或还没有登记转归，暂不能结案。"), unfinished=unfinished)
    if not change.reason and not holds(tx.session, policy.TEAM, tx.actor, case.id):
        raise Invalid(fields={"reason": [N_("请写明结案原因。")]})
    told = [case.requester_id, *members_of(tx.session, case)]
    move(tx, case, State.CLOSED)
    tx.emit(CaseClosed(case.subject, reason=change.reason))
    tell(tx, case, told, "case.closed")


class Reopen(Change):
    question: Line = Field(min_length=1, max_length=1000)


@operation(policy.CLOSE, audit="case.reopened", action="reopen", states=(State.CONCLUDED, State.CLOSED))
def reopen_case(tx: Tx, case: Case, change: Reopen) -> None:
    """Ask something new of a case that was answered: the same number, the next round."""
    case.round += 1
    tx.session.add(Question(case_id=case.id, round=case.round, position=0, text=change.question))
    move(tx, case, State.ACCEPTED)
    renew_readiness(tx, case)
    tx.emit(CaseReopened(case.subject, round=case.round))
    tell(tx, case, [case.requester_id, *coordinators_of(tx.session, tx.actor, case)], "case.reopened")
