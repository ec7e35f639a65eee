"""Relations of a person to a case, and what ends them."""

import pytest

from mdt.cases.operations.course import EndDiscussion, begin_discussion, conclude, end_discussion, start_follow_up
from mdt.cases.operations.end import Close, Reopen, Withdraw, close_case, reopen_case, withdraw_case
from mdt.cases.operations.members import Revoke, revoke
from mdt.cases.operations.review import Decline, decline_case
from mdt.cases.queries.view import view_case
from mdt.cases.terms import DeclineCode, Outcome, Relation
from mdt.followup.operations import RecordOutcome, record_outcome
from mdt.identity.operations import Nothing
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import transaction
from tests.world.cases import accepted, give, state_of, submitted
from tests.world.people import People


def accesses(case_id: str, who: Actor) -> set[str]:
    names = ("read", "post", "add", "lead", "export", "audit", "outcome", "glimpse")
    with runtime.database().reading() as session:
        return {name for name in names if gives(session, Subject("case", case_id), name, who)}


def concluded(people: People) -> str:
    case = accepted(people)
    with transaction(SYSTEM) as tx:
        begin_discussion.inside(tx, case.id, Nothing())
        begin_discussion.inside(tx, case.id, Nothing())
        end_discussion.inside(tx, case.id, EndDiscussion(outcome=Outcome.DECIDED))
        conclude.inside(tx, case.id, Nothing())
        start_follow_up.inside(tx, case.id, Nothing())
    return case.id


def answered(people: People) -> str:
    """A concluded case with its outcome recorded: it may be closed."""
    case_id = concluded(people)
    today = clock.now().date()
    record_outcome(people["county"], RecordOutcome(case_id=case_id, text="已手术", status="improved", on=today))
    return case_id


def test_each_relation_gives_its_accesses(people: People) -> None:
    case = submitted(people)
    assert accesses(case.id, people["county"]) == {"read", "post", "add", "export", "audit", "outcome", "glimpse"}
    assert accesses(case.id, people["coordinator"]) == {"read", "post", "lead", "outcome", "glimpse"}
    assert accesses(case.id, people["qingxi_admin"]) == {"audit"}
    give(case.id, people["expert1"], Relation.INVITED)
    assert accesses(case.id, people["expert1"]) == {"glimpse"}
    give(case.id, people["expert1"], Relation.EXPERT)
    assert accesses(case.id, people["expert1"]) == {"read", "post", "outcome", "glimpse"}
    give(case.id, people["chair"], Relation.CHAIR)
    assert accesses(case.id, people["chair"]) == {"read", "post", "lead", "outcome", "glimpse"}
    give(case.id, people["county2"], Relation.NAMED)
    assert "add" in accesses(case.id, people["county2"])
    for name in ("outsider", "trainee", "township", "admin", "expert2"):
        assert accesses(case.id, people[name]) == set()


def test_an_invited_person_sees_no_patient(people: People) -> None:
    case = submitted(people)
    give(case.id, people["expert1"], Relation.INVITED)
    seen = view_case(people["expert1"], case.id, None).model_dump()
    assert set(seen["patient"]) == {"sex", "age"}
    assert "summary" not in seen
    assert seen["questions"]


def test_a_revoked_person_sees_nothing_at_once(people: People) -> None:
    case = submitted(people)
    give(case.id, people["expert1"], Relation.EXPERT, "invitation:1")
    with transaction(people["coordinator"]) as tx:
        revoke.inside(tx, case.id, Revoke(via="invitation:1", person_id=people["expert1"].person_id))
    with pytest.raises(NotFound):
        view_case(people["expert1"], case.id, None)


def test_after_closing_an_expert_keeps_only_the_outcome(people: People) -> None:
    case_id = answered(people)
    give(case_id, people["expert1"], Relation.EXPERT)
    close_case(people["county"], case_id, Close())
    assert accesses(case_id, people["expert1"]) == {"outcome", "glimpse"}
    assert "add" not in accesses(case_id, people["county"])


def test_a_coordinator_closes_only_with_a_reason(people: People) -> None:
    case_id = answered(people)
    with pytest.raises(Invalid):
        close_case(people["coordinator"], case_id, Close())
    close_case(people["coordinator"], case_id, Close(reason="失访"))
    assert state_of(case_id) == "closed"
    with pytest.raises(Conflict):
        close_case(people["coordinator"], case_id, Close(reason="失访"))


def test_a_case_without_outcome_is_not_closed(people: People) -> None:
    case_id = concluded(people)
    with pytest.raises(Conflict) as refused:
        close_case(people["county"], case_id, Close())
    assert refused.value.code == "case.unfinished"


def test_reopening_asks_a_new_question_in_the_next_round(people: People) -> None:
    case_id = answered(people)
    close_case(people["county"], case_id, Close())
    reopen_case(people["county"], case_id, Reopen(question="病理已回，是否补充手术？"))
    view = view_case(people["county"], case_id, None)
    assert (view.state, view.questions[-1].round) == ("accepted", 2)


def test_withdrawing_and_declining(people: People) -> None:
    case = submitted(people)
    with pytest.raises(Forbidden):
        withdraw_case(people["coordinator"], case.id, Withdraw(reason="x"))
    withdraw_case(people["county"], case.id, Withdraw(reason="患者转院"))
    with pytest.raises(Conflict):
        withdraw_case(people["county"], case.id, Withdraw(reason="患者转院"))
    other = submitted(people)
    change = Decline(code=DeclineCode.DUPLICATE, reason="已在会诊")
    with pytest.raises(Forbidden):
        decline_case(people["county"], other.id, change)
    decline_case(people["coordinator"], other.id, change)
    assert state_of(other.id) == "declined"
