"""Any order of drafting, editing, proposing, signing, taking back, issuing and amending: an issued edition never
changes (P3) and a stance that holds covers exactly the text its signer read (P8)."""

import json

from hypothesis import HealthCheck
from hypothesis import settings as options
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from mdt.consensus.canonical import fingerprint
from mdt.consensus.errors import TextChanged
from mdt.consensus.models import Document, Proposal
from mdt.consensus.models import Stance as StanceRow
from mdt.consensus.operations.draft import OpenDraft, open_draft, write_draft
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Propose, Sign, propose_consensus, sign_consensus, unsign_consensus
from mdt.consensus.queries import consensus_view, document_view
from mdt.consensus.sheet import Stance
from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Invalid
from tests.world.consensus import Discussed, discussed_case, opinion_text
from tests.world.people import People

SIGNERS = ("chair", "expert1", "expert2")
HOUSE: list[People] = []


class Story(RuleBasedStateMachine):
    """One case of a house that the test opened; each run takes a new case."""

    def __init__(self) -> None:
        super().__init__()
        self.people = HOUSE[0]
        self.read: dict[str, str] = {}
        self.kept: dict[str, bytes] = {}
        self.holds: dict[str, str] = {}

    @initialize()
    def begin(self) -> None:
        self.made: Discussed = discussed_case(self.people)
        self.current = open_draft(self.people["chair"], OpenDraft(case_id=self.made.case_id)).id

    @property
    def view(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return consensus_view(self.people["chair"], self.current, None)

    @rule(words=st.sampled_from(["甲", "乙", "丙"]), by=st.sampled_from(SIGNERS))
    def edit(self, words: str, by: str) -> None:
        view = self.view
        text = opinion_text(view, self.people, diagnosis=words)
        try:
            write_draft(self.people[by], self.current, text)
        except Conflict:
            assert view.state in ("issued", "superseded")
            return
        assert view.state in ("draft", "proposed")
        self.holds = {}

    @rule()
    def propose(self) -> None:
        before = self.view
        try:
            propose_consensus(self.people["chair"], self.current, Propose())
        except Conflict:
            assert before.state != "draft"
        except Invalid:
            assert not before.answers
        else:
            self.holds = {}

    @rule(who=st.sampled_from(SIGNERS))
    def read_text(self, who: str) -> None:
        self.read[who] = self.view.fingerprint or ""

    @rule(who=st.sampled_from(SIGNERS), stance=st.sampled_from(list(Stance)))
    def sign(self, who: str, stance: Stance) -> None:
        seen = self.read.get(who, "")
        before = self.view
        change = Sign(fingerprint=seen, stance=stance, text="" if stance is Stance.AGREE else "理由")
        try:
            sign_consensus(self.people[who], self.current, change)
        except TextChanged:
            assert seen != before.fingerprint
        except Conflict:
            assert before.state != "proposed"
        else:
            assert before.state == "proposed"
            assert seen == before.fingerprint
            self.holds[self.people[who].person_id] = stance.value

    @rule(who=st.sampled_from(SIGNERS))
    def take_back(self, who: str) -> None:
        try:
            unsign_consensus(self.people[who], self.current, Nothing())
        except Conflict:
            return
        del self.holds[self.people[who].person_id]

    @rule()
    def issue(self) -> None:
        before = self.view
        try:
            document = issue_consensus(self.people["chair"], self.current, Nothing())
        except Conflict:
            assert before.state != "proposed" or before.signers_missing
            return
        assert not before.signers_missing
        self.kept[document.id] = self.frozen(document.id)

    @precondition(lambda self: self.kept)
    @rule()
    def amend(self) -> None:
        try:
            self.current = amend_consensus(self.people["chair"], self.current, Amend(reason="更正")).id
        except Conflict:
            return
        self.holds = {}

    def frozen(self, document_id: str) -> bytes:
        with runtime.database().reading() as session:
            return session.get_one(Document, document_id).content.encode()

    @invariant()
    def issued_editions_never_change(self) -> None:
        for document_id, content in self.kept.items():
            assert self.frozen(document_id) == content
            kept = json.loads(content)
            shown = document_view(self.people["county"], document_id, None)
            assert fingerprint(kept["frozen"]) == shown.fingerprint
            assert all(one["fingerprint"] == shown.fingerprint for one in kept["statements"])

    @invariant()
    def stances_cover_what_was_read(self) -> None:
        if not hasattr(self, "current"):
            return
        assert {one.person.id: one.stance for one in self.view.signatures} == self.holds
        with runtime.database().reading() as session:
            rows = session.execute(
                select(StanceRow, Proposal).join(Proposal, Proposal.fingerprint == StanceRow.fingerprint)
            )
            for stance, proposal in rows:
                assert json.loads(stance.statement)["fingerprint"] == fingerprint(json.loads(proposal.frozen))


def test_every_order_of_steps(people: People) -> None:
    HOUSE[:] = [people]
    Story.TestCase.settings = options(
        max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Story.TestCase().runTest()
