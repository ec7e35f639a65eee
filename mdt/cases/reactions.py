"""What cases do when images come or go: the readiness list is assessed anew in the same transaction."""

from mdt.cases.models import Case
from mdt.cases.operations.score import renew_readiness
from mdt.imaging.events import ImagesIndexed, ImagesRemoved, StudyLinked
from mdt.kernel.event import react
from mdt.kernel.transaction import Tx


def on_images(tx: Tx, event: ImagesIndexed | ImagesRemoved | StudyLinked) -> None:
    """A drop was indexed, undone or moved, a study linked or taken off."""
    if event.subject.kind != "case":
        return
    tx.session.flush()  # the links of this very change count
    case = tx.session.get(Case, event.subject.id)
    if case is not None:
        renew_readiness(tx, case)
        tx.ring("case", case.id)


def listen() -> None:
    """Called by the shell."""
    react(ImagesIndexed, on_images)
    react(ImagesRemoved, on_images)
    react(StudyLinked, on_images)
