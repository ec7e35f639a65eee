"""What cases do when images come or go: the readiness list is assessed anew in the same transaction."""

from mdt.cases.models import Case
from mdt.cases.operations.score import renew_readiness
from mdt.imaging.events import ImagesIndexed, ImagesRemoved, StudyLinked
from mdt.kernel.transaction import Tx


def assess_again(tx: Tx, event: ImagesIndexed | ImagesRemoved | StudyLinked) -> None:
    """A drop was indexed, undone or moved, a study linked or taken off."""
    if event.subject.kind != "case":
        return
    tx.session.flush()  # the links of this very change count
    case = tx.session.get(Case, event.subject.id)
    if case is not None:
        renew_readiness(tx, case)
        tx.ring("case", case.id)
