"""Whose stance counts when somebody is asked no more: it stays and is printed, the quorum leaves it out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mdt.consensus.errors import SignersMissing
from mdt.consensus.models import Document
from mdt.consensus.operations.issue import issue_consensus
from mdt.consensus.printing import read_content
from mdt.consensus.queries import consensus_view
from mdt.consensus.sheet import Stance
from mdt.consensus.views import ConsensusView
from mdt.identity.operations import Nothing, activate_person, deactivate_person
from mdt.kernel import clock, runtime
from mdt.meetings.operations.invitations import Reply, remove_invitation, reply_to_invitation
from mdt.meetings.queries.views import meeting_view
from mdt.meetings.terms import AbsenceCode, InvitationAnswer
from tests.world.client import Caller
from tests.world.consensus import Discussed, discussed_case, proposed, sign
from tests.world.people import People

WORDS = "实性成分仅 5 mm，可先随访三个月。"


def invitation_of(people: People, made: Discussed, name: str) -> str:
    found = meeting_view(people["coordinator"], made.meeting_id, None).invitations
    return next(each.id for each in found if each.person.id == people[name].person_id)


def leave(people: People, made: Discussed, name: str, how: str) -> None:
    if how == "removed":
        remove_invitation(people["coordinator"], invitation_of(people, made, name), Nothing())
    elif how == "declined":
        reply = Reply(answer=InvitationAnswer.DECLINE, code=AbsenceCode.BUSY)
        reply_to_invitation(people[name], invitation_of(people, made, name), reply)
    else:
        deactivate_person(people["admin"], people[name].person_id, Nothing())


def issue(people: People, view: ConsensusView) -> dict[str, object]:
    """Issue it; what the document holds."""
    document = issue_consensus(people["chair"], view.id, Nothing())
    with runtime.database().reading() as session:
        kept = session.execute(select(Document.content).where(Document.id == document.id)).scalar_one()
    return read_content(kept)


WAYS = pytest.mark.parametrize("how", ["removed", "declined", "deactivated"])


@WAYS
def test_a_stance_of_who_left_does_not_make_the_quorum(people: People, how: str) -> None:
    made = discussed_case(people, quorum=2)
    view = proposed(people, made.case_id)
    sign(people, "chair", view)
    sign(people, "expert2", view, Stance.DISSENT, WORDS)
    leave(people, made, "expert2", how)
    with clock.shifted(timedelta(days=2)), pytest.raises(SignersMissing) as refusal:
        issue_consensus(people["chair"], view.id, Nothing())
    assert refusal.value.facts["signed"] == 1
    assert [one["id"] for one in refusal.value.facts["signers_missing"]] == [people["expert1"].person_id]
    seen = consensus_view(people["chair"], view.id, None)
    assert [(one.stance, one.counts) for one in seen.signatures] == [("agree", True), ("dissent", False)]


@WAYS
def test_the_dissent_of_who_left_is_printed_all_the_same(people: People, how: str) -> None:
    made = discussed_case(people, quorum=3)
    view = proposed(people, made.case_id)
    sign(people, "expert2", view, Stance.DISSENT, WORDS)
    leave(people, made, "expert2", how)
    sign(people, "chair", view)
    sign(people, "expert1", view)
    content = issue(people, view)
    statements = content["statements"]
    assert isinstance(statements, list)
    assert [one["text"] for one in statements] == [WORDS, "", ""]
    assert content["quorum_note"] == "未达法定人数（应 3 人，实 2 人）"


@WAYS
def test_nobody_waits_for_who_left(people: People, how: str) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "chair", view)
    sign(people, "expert1", view)
    leave(people, made, "expert2", how)
    assert consensus_view(people["chair"], view.id, None).signers_missing == []
    assert issue(people, view)["quorum_note"] == ""


def test_who_comes_back_counts_again(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "expert2", view)
    leave(people, made, "expert2", "deactivated")
    activate_person(people["admin"], people["expert2"].person_id, Nothing())
    (one,) = consensus_view(people["chair"], view.id, None).signatures
    assert one.counts


def test_the_page_says_that_it_does_not_count(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "expert2", view, Stance.DISSENT, WORDS)
    chair = caller("chair")
    assert "不计入法定人数" not in chair.get(f"/consensus/{view.id}").text
    leave(people, made, "expert2", "removed")
    page = chair.get(f"/consensus/{view.id}").text
    assert "不计入法定人数" in page
    assert WORDS in page
