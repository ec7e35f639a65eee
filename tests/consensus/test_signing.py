"""Drafting, proposing, signing and issuing through the operations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mdt.cases.queries.basis import case_basis
from mdt.cases.terms import State
from mdt.consensus.errors import SignersMissing, TextChanged
from mdt.consensus.operations.draft import OpenDraft, open_draft, write_draft
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Propose, Sign, propose_consensus, sign_consensus, unsign_consensus
from mdt.consensus.queries import consensus_view, documents_of_case
from mdt.consensus.sheet import Stance
from mdt.consensus.signing import sign_with_proof
from mdt.identity.operations import Nothing
from mdt.identity.signin import ConfirmRequired
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.world.consensus import (
    discussed_case,
    drafted,
    finish_discussion,
    issued,
    opinion_text,
    proposed,
    sign,
    signed,
    written_case,
)
from tests.world.people import PASSWORD, People


def state_of(case_id: str) -> State:
    with runtime.database().reading() as session:
        found = case_basis(session, case_id)
    assert found is not None
    return found.state


def test_a_case_has_one_open_edition(people: People) -> None:
    made = discussed_case(people)
    first = open_draft(people["expert1"], OpenDraft(case_id=made.case_id))
    again = open_draft(people["chair"], OpenDraft(case_id=made.case_id))
    assert first.id == again.id
    assert first.is_new
    assert not again.is_new


@pytest.mark.parametrize(("name", "refusal"), [("county", Forbidden), ("outsider", NotFound), ("county2", NotFound)])
def test_who_has_no_part_in_the_opinion_does_not_draft(people: People, name: str, refusal: type[Exception]) -> None:
    made = discussed_case(people)
    with pytest.raises(refusal):
        open_draft(people[name], OpenDraft(case_id=made.case_id))


def test_an_incomplete_text_is_kept_but_not_proposed(people: People) -> None:
    made = discussed_case(people)
    view = drafted(people, made.case_id, answers=[])
    with pytest.raises(Invalid) as refusal:
        propose_consensus(people["chair"], view.id, Propose())
    assert set(refusal.value.fields) == {"answers.0.text", "answers.1.text"}


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"answers": [{"question_id": "foreign", "text": "是"}]}, "answers.0.question_id"),
        ({"recommendations": [{"text": "复查", "owner": "stranger"}]}, "recommendations.0.owner"),
        (
            {"key_images": [{"study_uid": "1.2", "series_uid": "1.3", "instance_uid": "1.4"}]},
            "key_images.0.instance_uid",
        ),
        ({"narrative": "左\u200b肺"}, "narrative"),
    ],
)
def test_what_does_not_belong_into_a_draft_is_named(people: People, part: dict[str, object], field: str) -> None:
    made = discussed_case(people)
    with pytest.raises(Invalid) as refusal:
        drafted(people, made.case_id, **part)
    assert field in refusal.value.fields


def test_a_character_without_glyph_is_refused_before_signing(people: People) -> None:
    made = discussed_case(people)
    view = drafted(people, made.case_id, diagnosis="考虑\U0001f600")
    with pytest.raises(Invalid) as refusal:
        propose_consensus(people["chair"], view.id, Propose())
    assert refusal.value.code == "consensus.unprintable"


def test_signed_by_all_it_is_issued_and_concludes_the_case(people: People) -> None:
    made = discussed_case(people)
    view = issued(people, made)
    assert view.state == "issued"
    assert [one.stance for one in view.signatures] == ["agree", "agree", "dissent"]
    assert state_of(made.case_id) is State.FOLLOW_UP
    with runtime.database().reading() as session:
        (card,) = documents_of_case(session, people["county"], made.case_id)
    assert card.edition == 1
    assert card.pdf == "working"


def test_without_recommendations_there_is_no_follow_up(people: People) -> None:
    made = discussed_case(people)
    finish_discussion(people, made)
    issued(people, made, recommendations=[])
    assert state_of(made.case_id) is State.CONCLUDED


def test_a_change_voids_what_was_signed(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "expert1", view)
    write_draft(people["chair"], view.id, opinion_text(view, people, diagnosis="改了"))
    draft = consensus_view(people["chair"], view.id, None)
    assert (draft.state, draft.fingerprint, draft.signatures) == ("draft", None, [])
    propose_consensus(people["chair"], view.id, Propose())
    with pytest.raises(TextChanged) as refusal:
        sign(people, "expert2", view)
    changes = refusal.value.facts["changes"]
    assert [one["field"] for one in changes] == ["diagnosis"]
    assert changes[0]["after"] == "改了"


def test_the_same_text_proposed_again_is_signed_again(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "expert1", view)
    write_draft(people["chair"], view.id, opinion_text(view, people))
    propose_consensus(people["chair"], view.id, Propose())
    again = consensus_view(people["chair"], view.id, None)
    assert again.fingerprint != view.fingerprint
    assert again.signatures == []


@pytest.mark.parametrize("stance", [Stance.RESERVATION, Stance.DISSENT, Stance.ABSTAIN])
def test_anything_but_agreement_needs_words(people: People, stance: Stance) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    with pytest.raises(Invalid):
        sign(people, "expert1", view, stance)


def test_refusals_come_in_their_order(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    stale = replace(people["expert1"], signed_in_at=people["expert1"].signed_in_at - timedelta(hours=1))  # type: ignore[operator]
    with pytest.raises(Invalid):
        sign_consensus(stale, view.id, Sign(fingerprint="x", stance=Stance.DISSENT))
    with pytest.raises(TextChanged):
        sign_consensus(stale, view.id, Sign(fingerprint="x", stance=Stance.AGREE))
    with pytest.raises(ConfirmRequired):
        sign_consensus(stale, view.id, Sign(fingerprint=view.fingerprint or "", stance=Stance.AGREE))
    confirmed = Sign.model_validate(
        {"fingerprint": view.fingerprint, "stance": "agree", "confirm": {"password": PASSWORD}}
    )
    sign_with_proof(stale, view.id, confirmed)
    assert len(consensus_view(people["chair"], view.id, None).signatures) == 1


def test_a_wrong_password_signs_nothing(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    change = Sign.model_validate({"fingerprint": view.fingerprint, "stance": "agree", "confirm": {"password": "no"}})
    with pytest.raises(Invalid):
        sign_with_proof(people["expert1"], view.id, change)
    assert consensus_view(people["chair"], view.id, None).signatures == []


def test_a_signature_is_taken_back_before_issue_only(people: People) -> None:
    made = discussed_case(people)
    view = signed(people, made)
    unsign_consensus(people["expert1"], view.id, Nothing())
    with pytest.raises(SignersMissing) as refusal:
        issue_consensus(people["chair"], view.id, Nothing())
    assert [one["name"] for one in refusal.value.facts["signers_missing"]] == ["林静"]  # type: ignore[attr-defined]
    sign(people, "expert1", view)
    issue_consensus(people["chair"], view.id, Nothing())
    with pytest.raises(Conflict):
        unsign_consensus(people["expert1"], view.id, Nothing())


def test_only_the_chair_proposes_and_issues(people: People) -> None:
    made = discussed_case(people)
    view = drafted(people, made.case_id, by="expert1")
    for name in ("expert1", "coordinator", "county"):
        with pytest.raises(Forbidden):
            propose_consensus(people[name], view.id, Propose())
    propose_consensus(people["chair"], view.id, Propose())
    for name in ("coordinator", "county"):
        with pytest.raises(Forbidden):
            sign(people, name, consensus_view(people["chair"], view.id, None))


def test_an_amendment_takes_the_place_of_the_edition_it_names(people: People) -> None:
    made = discussed_case(people)
    first = issued(people, made)
    draft = amend_consensus(people["chair"], first.id, Amend(reason="左右写反"))
    assert consensus_view(people["chair"], first.id, None).state == "issued"
    view = consensus_view(people["chair"], draft.id, None)
    assert (view.edition, view.amends, view.amend_reason) == (2, first.id, "左右写反")
    assert [one.id for one in view.recommendations] == [one.id for one in first.recommendations]
    propose_consensus(people["chair"], draft.id, Propose())
    view = consensus_view(people["chair"], draft.id, None)
    for name in ("chair", *made.experts):
        sign(people, name, view)
    issue_consensus(people["chair"], draft.id, Nothing())
    old = consensus_view(people["chair"], first.id, None)
    assert (old.state, old.superseded_by) == ("superseded", draft.id)
    assert old.fingerprint == first.fingerprint
    with pytest.raises(Conflict):
        amend_consensus(people["chair"], first.id, Amend(reason="再改"))


def test_on_the_written_route_the_first_draft_begins_the_discussion(people: People) -> None:
    case_id = written_case(people)
    view = proposed(people, case_id, by="expert1")
    assert state_of(case_id) is State.DISCUSSING
    sign(people, "expert1", view)
    sign(people, "expert2", view)
    issue_consensus(people["expert1"], view.id, Nothing())
    assert state_of(case_id) is State.FOLLOW_UP


def test_nothing_is_proposed_before_the_discussion(people: People) -> None:
    from tests.world.consensus import accepted_case

    case_id = accepted_case(people)
    row = open_draft(people["coordinator"], OpenDraft(case_id=case_id))
    with pytest.raises(Forbidden):
        propose_consensus(people["coordinator"], row.id, Propose())
