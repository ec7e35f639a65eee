"""Which studies are shown with which subject: linking, unlinking, undoing and moving a drop."""

from pydantic import Field
from sqlalchemy import delete, func, select

from mdt.imaging import policy
from mdt.imaging.events import ImagesRemoved, StudyLinked
from mdt.imaging.models import Batch, BatchFile, Instance, Series, Study, StudyLink
from mdt.imaging.operations.receive import Change, Nothing
from mdt.imaging.terms import BatchState, PreparedState
from mdt.kernel.errors import Conflict, NotFound
from mdt.kernel.i18n import N_
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
    link = link_of(tx, subject, study.id)
    if link is None:
        link = StudyLink(
            subject_kind=subject.kind,
            subject_id=subject.id,
            study_id=study.id,
            linked_by=tx.actor.person_id,
            linked_at=tx.at,
        )
        tx.session.add(link)
    link.is_prior = change.prior
    tx.emit(StudyLinked(subject, study_uid=study.study_uid, prior=change.prior))


def link_of(tx: Tx, subject: Subject, study_id: str) -> StudyLink | None:
    of = select(StudyLink).where(
        StudyLink.subject_kind == subject.kind, StudyLink.subject_id == subject.id, StudyLink.study_id == study_id
    )
    return tx.session.execute(of).scalar()


@operation(policy.UNLINK, audit="study.unlinked")
def unlink_study(tx: Tx, link: StudyLink, _change: Nothing) -> None:
    """Take a study off a subject; the images stay with the hospital."""
    study = tx.session.get_one(Study, link.study_id)
    tx.session.delete(link)
    tx.emit(ImagesRemoved(link.subject, batch_id="", studies=[study.study_uid]))


def copy_links(tx: Tx, source: Subject, target: Subject) -> None:
    """Show everything shown with `source` with `target` too (an encounter that becomes a case)."""
    rows = tx.session.execute(
        select(StudyLink).where(StudyLink.subject_kind == source.kind, StudyLink.subject_id == source.id)
    ).scalars()
    for link in list(rows):
        if link_of(tx, target, link.study_id) is None:
            tx.session.add(
                StudyLink(
                    subject_kind=target.kind,
                    subject_id=target.id,
                    study_id=link.study_id,
                    is_prior=link.is_prior,
                    linked_by=tx.actor.person_id,
                    linked_at=tx.at,
                )
            )


@operation(policy.OWN_BATCH, audit="batch.undone", states=(BatchState.DONE, BatchState.OPEN))
def undo_batch(tx: Tx, batch: Batch, _change: Nothing) -> None:
    """A wrong folder: what this drop brought is gone from the case and from the index (bytes are swept later)."""
    uids = _uids(tx, batch)
    for series_id in _series_of(tx, batch):
        _drop_instances(tx, batch, series_id)
    tx.session.execute(delete(StudyLink).where(StudyLink.batch_id == batch.id))
    batch.state = BatchState.UNDONE
    tx.emit(ImagesRemoved(batch.subject, batch_id=batch.client_id, studies=uids))


def _uids(tx: Tx, batch: Batch) -> list[str]:
    of = select(BatchFile.study_uid).where(BatchFile.batch_id == batch.id, BatchFile.study_uid != "").distinct()
    return sorted(tx.session.execute(of).scalars())


def _series_of(tx: Tx, batch: Batch) -> list[str]:
    return list(
        tx.session.execute(select(Instance.series_id).where(Instance.batch_id == batch.id).distinct()).scalars()
    )


def _drop_instances(tx: Tx, batch: Batch, series_id: str) -> None:
    series = tx.session.get_one(Series, series_id)
    study = tx.session.get_one(Study, series.study_id)
    tx.session.execute(delete(Instance).where(Instance.batch_id == batch.id, Instance.series_id == series_id))
    left = tx.session.execute(select(func.count()).where(Instance.series_id == series_id)).scalar_one()
    study.instance_count += left - series.instance_count
    series.instance_count, series.prepared = left, PreparedState.WAITING
    if left:
        tx.later("imaging.prepare", {"series_id": series.id}, key=f"prepare:{series.id}")
        return
    study.series_count -= 1
    tx.session.delete(series)
    if study.series_count == 0:
        tx.session.execute(delete(StudyLink).where(StudyLink.study_id == study.id))
        tx.session.flush()  # series and links go before the study they point at
        tx.session.delete(study)


class Move(Change):
    """Another case that the person may add to."""

    case_id: str = Field(max_length=36)


@operation(policy.OWN_BATCH, audit="batch.moved", states=(BatchState.DONE,))
def move_batch(tx: Tx, batch: Batch, change: Move) -> None:
    """The drop belongs to another case: its links go there."""
    target = Subject("case", change.case_id)
    if not gives(tx.session, target, "add", tx.actor):
        raise NotFound
    if target == batch.subject:
        raise Conflict("batch.same_case", N_("这一批影像已经在这个病例里。"))
    source = batch.subject
    links = tx.session.execute(select(StudyLink).where(StudyLink.batch_id == batch.id)).scalars()
    for link in list(links):
        if link_of(tx, target, link.study_id) is not None:
            tx.session.delete(link)
        else:
            link.subject_kind, link.subject_id = target.kind, target.id
    batch.subject_kind, batch.subject_id = target.kind, target.id
    uids = _uids(tx, batch)
    tx.emit(ImagesRemoved(source, batch_id=batch.client_id, studies=uids))
    tx.emit(StudyLinked(target, study_uid=uids[0] if uids else "", prior=False))
