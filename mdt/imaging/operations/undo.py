"""A drop taken back or moved to another case. What another drop or another case relies on stays."""

from pydantic import Field
from sqlalchemy import ColumnElement, delete, exists, func, select

from mdt.imaging import policy
from mdt.imaging.events import ImagesRemoved, StudyLinked
from mdt.imaging.ingest.identity import PatientIdentity, identity_of, same_person
from mdt.imaging.models import Batch, BatchFile, Instance, Series, ShownInstance, Study, StudyLink
from mdt.imaging.operations.links import link_for, settle, show
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
    _withdraw(tx, batch)
    _hand_over(tx, batch)
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


def _withdraw(tx: Tx, batch: Batch) -> dict[str, list[str]]:
    """Nothing is shown on account of this drop any more; study → the instances that it had brought."""
    mine = ShownInstance.batch_id == batch.id
    rows = select(StudyLink, ShownInstance.instance_id).join(ShownInstance, ShownInstance.link_id == StudyLink.id)
    brought: dict[str, list[str]] = {}
    links: dict[str, StudyLink] = {}
    for link, instance_id in tx.session.execute(rows.where(mine).with_for_update(of=StudyLink)).all():
        brought.setdefault(link.study_id, []).append(instance_id)
        links[link.id] = link
    tx.session.execute(delete(ShownInstance).where(mine))
    for link in links.values():
        settle(tx, link)
    return brought


def _hand_over(tx: Tx, batch: Batch) -> None:
    """Instances that another standing drop also brought become that drop's."""
    of = (
        select(Instance, func.min(ShownInstance.batch_id))
        .join(ShownInstance, ShownInstance.instance_id == Instance.id)
        .where(Instance.batch_id == batch.id, ShownInstance.batch_id != "")
        .group_by(Instance.id)
    )
    for instance, batch_id in tx.session.execute(of).all():
        instance.batch_id = batch_id
    tx.session.flush()  # what is left is dropped


def _is_alone(batch: Batch) -> ColumnElement[bool]:
    """The instance came with this drop, and nothing shows it any more."""
    return (Instance.batch_id == batch.id) & ~exists().where(ShownInstance.instance_id == Instance.id)


def _series_to_drop(tx: Tx, batch: Batch) -> list[str]:
    return list(tx.session.execute(select(Instance.series_id).where(_is_alone(batch)).distinct()).scalars())


def _drop_instances(tx: Tx, batch: Batch, series_id: str) -> None:
    series = tx.session.get_one(Series, series_id)
    study = tx.session.get_one(Study, series.study_id, with_for_update=True)
    tx.session.refresh(series)  # counted under the lock: another drop may have added to it
    tx.session.execute(delete(Instance).where(_is_alone(batch), Instance.series_id == series_id))
    left = tx.session.execute(select(func.count()).where(Instance.series_id == series_id)).scalar_one()
    study.instance_count += left - series.instance_count
    series.instance_count, series.prepared = left, PreparedState.WAITING
    if left:
        tx.later("imaging.prepare", {"series_id": series.id}, key=f"prepare:{series.id}")
        return
    study.series_count -= 1
    tx.session.delete(series)
    if study.series_count == 0:
        tx.session.flush()  # series go before the study they point at
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
    for study_id, instance_ids in _withdraw(tx, batch).items():
        show(tx, link_for(tx, target, study_id, tx.actor.person_id), instance_ids, batch.id)
    studies = _studies(tx, batch)
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
