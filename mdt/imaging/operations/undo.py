"""A drop taken back or moved to another case. What another drop or another case relies on stays."""

from pydantic import Field
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import aliased

from mdt.imaging import policy
from mdt.imaging.events import ImagesRemoved, StudyLinked
from mdt.imaging.ingest.identity import PatientIdentity, identity_of, same_person
from mdt.imaging.models import Batch, BatchFile, Instance, Series, Study, StudyLink
from mdt.imaging.operations.arrange import add_link, link_of
from mdt.imaging.operations.receive import Change, Nothing
from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel.errors import Conflict, NotFound
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject, ask, gives
from mdt.kernel.transaction import Tx


@operation(policy.TAKE_BACK, audit="batch.undone", states=(BatchState.DONE, BatchState.OPEN))
def undo_batch(tx: Tx, batch: Batch, _change: Nothing) -> None:
    """A wrong folder: what only this drop brought is gone from the case and from the index."""
    uids = _uids(tx, batch)
    batch.state = BatchState.UNDONE
    tx.session.flush()  # the questions below look at the batches that still stand
    for study in _studies(tx, batch):
        _unlink(tx, batch, study)
        _hand_over(tx, batch, study)
    for series_id in _series_to_drop(tx, batch):
        _drop_instances(tx, batch, series_id)
    tx.emit(ImagesRemoved(batch.subject, batch_id=batch.client_id, studies=uids))


def _uids(tx: Tx, batch: Batch) -> list[str]:
    of = select(BatchFile.study_uid).where(BatchFile.batch_id == batch.id, BatchFile.study_uid != "").distinct()
    return sorted(tx.session.execute(of).scalars())


def _studies(tx: Tx, batch: Batch) -> list[Study]:
    """The hospital's studies that the batch touched."""
    of = select(Study).where(Study.hospital_id == batch.hospital_id, Study.study_uid.in_(_uids(tx, batch)))
    return list(tx.session.execute(of).scalars())


def _other_drop(tx: Tx, batch: Batch, study: Study) -> str | None:
    """Another standing batch of the same subject that brought files of the study."""
    of = (
        select(Batch.id)
        .join(BatchFile, BatchFile.batch_id == Batch.id)
        .where(
            Batch.id != batch.id,
            Batch.state != BatchState.UNDONE,
            Batch.hospital_id == batch.hospital_id,
            Batch.subject_kind == batch.subject_kind,
            Batch.subject_id == batch.subject_id,
            BatchFile.study_uid == study.study_uid,
        )
    )
    return tx.session.execute(of.limit(1)).scalar()


def _unlink(tx: Tx, batch: Batch, study: Study) -> None:
    """The link that this drop made goes, unless another drop on the same case brought the study too."""
    link = link_of(tx, batch.subject, study.id)
    if link is None or link.batch_id != batch.id:
        return
    other = _other_drop(tx, batch, study)
    if other is None:
        tx.session.delete(link)
        tx.session.flush()  # whether the study is linked elsewhere is asked next
    else:
        link.batch_id = other


def _hand_over(tx: Tx, batch: Batch, study: Study) -> None:
    """Instances that another standing drop also brought become that drop's."""
    twin, their = aliased(BatchFile), aliased(Batch)
    of = (
        select(Instance, func.min(their.id))
        .join(Series, Series.id == Instance.series_id)
        .join(twin, (twin.sha256 == Instance.sha256) & (twin.study_uid == study.study_uid))
        .join(their, their.id == twin.batch_id)
        .where(
            Series.study_id == study.id,
            Instance.batch_id == batch.id,
            their.id != batch.id,
            their.state != BatchState.UNDONE,
            their.hospital_id == batch.hospital_id,
        )
        .group_by(Instance.id)
    )
    for instance, batch_id in tx.session.execute(of).all():
        instance.batch_id = batch_id
    tx.session.flush()  # what is left is dropped


def _series_to_drop(tx: Tx, batch: Batch) -> list[str]:
    """Series with instances of this drop alone, in studies that no other case shows."""
    elsewhere = exists(
        select(StudyLink.id).where(
            StudyLink.study_id == Series.study_id,
            (StudyLink.subject_kind != batch.subject_kind) | (StudyLink.subject_id != batch.subject_id),
        )
    )
    of = select(Instance.series_id).join(Series, Series.id == Instance.series_id)
    return list(tx.session.execute(of.where(Instance.batch_id == batch.id, ~elsewhere).distinct()).scalars())


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


@operation(policy.TAKE_BACK, audit="batch.moved", states=(BatchState.DONE,))
def move_batch(tx: Tx, batch: Batch, change: Move) -> None:
    """The drop belongs to another case: its studies are shown there, and its files are compared with that patient."""
    source, target = batch.subject, Subject("case", change.case_id)
    if not gives(tx.session, target, "add", tx.actor):
        raise NotFound
    if target == source:
        raise Conflict("batch.same_case", N_("这一批影像已经在这个病例里。"))
    studies = _studies(tx, batch)
    for study in studies:
        if link_of(tx, target, study.id) is None:
            add_link(tx, target, study.id, batch.id)
        _unlink(tx, batch, study)
    batch.subject_kind, batch.subject_id = target.kind, target.id
    _compare_again(tx, batch, studies)
    uids = [study.study_uid for study in studies]
    tx.emit(ImagesRemoved(source, batch_id=batch.client_id, studies=uids))
    for uid in uids:
        tx.emit(StudyLinked(target, study_uid=uid, prior=False))


def _compare_again(tx: Tx, batch: Batch, studies: list[Study]) -> None:
    """The warning about another patient is about the new case's patient now."""
    known = ask(tx.session, tx.actor, batch.subject, "patient")
    for study in studies:
        found = PatientIdentity.model_validate(study.patient)
        differences = [each.model_dump() for each in same_person(identity_of(known), found)] if known else []
        rows = select(BatchFile).where(
            BatchFile.batch_id == batch.id,
            BatchFile.study_uid == study.study_uid,
            BatchFile.code.in_(("ok", "other_patient")),
            BatchFile.state.in_((FileState.STORED, FileState.WARNING)),
        )
        for row in tx.session.execute(rows).scalars():
            row.state = FileState.WARNING if differences else FileState.STORED
            row.code = "other_patient" if differences else "ok"
            row.params = {"differences": differences} if differences else {}
