"""What follow-up does when an opinion is issued."""

from mdt.consensus.events import ConsensusIssued
from mdt.consensus.queries import recommendations_of
from mdt.followup.operations import make_tasks
from mdt.kernel.transaction import Tx


def recommendations_become_tasks(tx: Tx, event: ConsensusIssued) -> None:
    """In the same transaction: when the call returns, the tasks are there."""
    make_tasks(tx, event.subject.id, event.consensus_id, recommendations_of(tx.session, event.consensus_id))
