"""Which studies are shown with which subject: linking, unlinking, and a person's word that it is the same patient."""

from sqlalchemy import select

from mdt.imaging import policy
from mdt.imaging.events import ImagesRemoved, StudyLinked
from mdt.imaging.models import Study, StudyLink
from mdt.imaging.operations.receive import Change, Nothing
from mdt.kernel.errors import NotFound
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import Tx


class Link(Change):
    subject_kind: str
    subject_id: str
    prior: bool = False


@operation(policy.LINK_STUDY, audit="study.linked")
def link_study(tx: Tx, study: Study, change: Link) -> None:
    """Show a stored study of the own hospital with a subject; linking again changes `prior` only."""
    subject = Subject(change.subject_kind, change.subject_id)
    if not gives(tx.session, subject, "add", tx.actor):
        raise NotFound
    link = link_of(tx, subject, study.id) or add_link(tx, subject, study.id)
    link.is_prior = change.prior
    tx.emit(StudyLinked(subject, study_uid=study.study_uid, prior=change.prior))


def link_of(tx: Tx, subject: Subject, study_id: str) -> StudyLink | None:
    of = select(StudyLink).where(
        StudyLink.subject_kind == subject.kind, StudyLink.subject_id == subject.id, StudyLink.study_id == study_id
    )
    return tx.session.execute(of).scalar()


def add_link(tx: Tx, subject: Subject, study_id: str, batch_id: str | None = None) -> StudyLink:
    """A new link; `batch_id` is the drop that brought it."""
    link = StudyLink(
        subject_kind=subject.kind,
        subject_id=subject.id,
        study_id=study_id,
        batch_id=batch_id,
        is_prior=False,
        linked_by=tx.actor.person_id,
        linked_at=tx.at,
    )
    tx.session.add(link)
    return link


@operation(policy.UNLINK, audit="study.unlinked")
def unlink_study(tx: Tx, link: StudyLink, _change: Nothing) -> None:
    """Take a study off a subject; the images stay with the hospital."""
    study = tx.session.get_one(Study, link.study_id)
    tx.session.delete(link)
    tx.emit(ImagesRemoved(link.subject, batch_id="", studies=[study.study_uid]))


@operation(policy.UNLINK, audit="study.same_patient")
def confirm_patient(tx: Tx, link: StudyLink, _change: Nothing) -> None:
    """The physician compared both: this study is of the case's patient, whatever its header says."""
    study = tx.session.get_one(Study, link.study_id)
    link.confirmed_by, link.confirmed_at = tx.actor.person_id, tx.at
    tx.emit(StudyLinked(link.subject, study_uid=study.study_uid, prior=link.is_prior))


def copy_links(tx: Tx, source: Subject, target: Subject) -> None:
    """Show everything shown with `source` with `target` too (an encounter that becomes a case)."""
    rows = tx.session.execute(
        select(StudyLink).where(StudyLink.subject_kind == source.kind, StudyLink.subject_id == source.id)
    ).scalars()
    for link in list(rows):
        if link_of(tx, target, link.study_id) is None:
            add_link(tx, target, link.study_id).is_prior = link.is_prior
