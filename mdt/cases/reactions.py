"""What cases do when images or papers come or go: the readiness list is assessed anew in the same transaction, and
who is in the case's room is told."""

from mdt.cases.events import MaterialAdded, MaterialRemoved
from mdt.cases.models import Case
from mdt.cases.operations.score import renew_readiness
from mdt.imaging.events import ImagesIndexed, ImagesRemoved, StudyLinked
from mdt.kernel.transaction import Tx
from mdt.rooms.operations import note


def assess_again(tx: Tx, event: ImagesIndexed | ImagesRemoved | StudyLinked) -> None:
    """A drop was indexed, undone or moved, a study linked or taken off."""
    if event.subject.kind != "case":
        return
    tx.session.flush()  # the links of this very change count
    case = tx.session.get(Case, event.subject.id)
    if case is not None:
        renew_readiness(tx, case)
        tx.ring("case", case.id)


def tell_room(tx: Tx, event: ImagesIndexed | ImagesRemoved | StudyLinked | MaterialAdded | MaterialRemoved) -> None:
    """A line in the case's room: those who discuss see what came meanwhile without asking for it."""
    if event.subject.kind != "case":
        return
    match event:
        case ImagesIndexed():
            note(tx, event.subject, "images_added", count=event.stored)
        case ImagesRemoved():
            note(tx, event.subject, "images_removed")
        case StudyLinked():
            note(tx, event.subject, "images_arranged")
        case MaterialAdded():
            note(tx, event.subject, "paper_added")
        case MaterialRemoved():
            note(tx, event.subject, "paper_removed")
