"""Two people at once: issued once, never a signature on another text."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from mdt.consensus.models import Document
from mdt.consensus.operations.draft import write_draft
from mdt.consensus.operations.issue import issue_consensus
from mdt.consensus.operations.sign import Sign, sign_consensus
from mdt.consensus.queries import consensus_view
from mdt.consensus.sheet import Stance
from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Refused
from tests.world.consensus import discussed_case, opinion_text, proposed, sign
from tests.world.people import People

ROUNDS = 5


def at_once(*deeds: Callable[[], object]) -> list[Refused | None]:
    """Run deeds together behind a barrier; what refused each."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> Refused | None:
        barrier.wait()
        try:
            deed()
        except Refused as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_last_signers_at_once_and_two_issuers(people: People) -> None:
    for _round in range(ROUNDS):
        made = discussed_case(people)
        view = proposed(people, made.case_id)
        sign(people, "chair", view)
        refusals = at_once(lambda v=view: sign(people, "expert1", v), lambda v=view: sign(people, "expert2", v))
        assert refusals == [None, None]
        issue = lambda key=view.id: issue_consensus(people["chair"], key, Nothing())  # noqa: E731
        refused = [one for one in at_once(issue, issue) if one is not None]
        assert [type(one) for one in refused] == [Conflict]
        done = consensus_view(people["chair"], view.id, None)
        assert len(done.signatures) == 3
    with runtime.database().reading() as session:
        assert session.execute(select(func.count()).select_from(Document)).scalar() == ROUNDS


def test_a_signer_against_an_editor(people: People) -> None:
    made = discussed_case(people)
    for turn in range(ROUNDS):
        view = proposed(people, made.case_id, diagnosis=f"第{turn}稿")
        change = Sign(fingerprint=view.fingerprint or "", stance=Stance.AGREE)
        text = opinion_text(view, people, diagnosis=f"第{turn}稿改")
        at_once(
            lambda v=view, c=change: sign_consensus(people["expert1"], v.id, c),
            lambda v=view, t=text: write_draft(people["chair"], v.id, t),
        )
        after = consensus_view(people["chair"], view.id, None)
        assert after.state == "draft"
        assert after.signatures == []
