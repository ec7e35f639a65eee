"""Indexing: verdicts and records of a group of files become rows, in one transaction per group."""

from typing import Any

from pydantic import Field
from sqlalchemy import func, select

from mdt.imaging import policy
from mdt.imaging.events import ImagesIndexed
from mdt.imaging.ingest.record import IndexRecord
from mdt.imaging.models import Batch, BatchFile, Instance, Series, Study, StudyLink
from mdt.imaging.operations.receive import Change, Nothing
from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx


class Judged(Change):
    """One file looked at. `record` is None for a refused file."""

    file_id: str
    state: FileState
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
    record: IndexRecord | None = None


class Group(Change):
    judged: list[Judged]


@operation(policy.INNER_BATCH, audit="batch.indexed")
def index_group(tx: Tx, batch: Batch, change: Group) -> None:
    """Write the verdicts of ≤ 64 files and index what was taken. Files that have a verdict are left alone, and so is a
    batch that was undone while its files were looked at."""
    if batch.state is BatchState.UNDONE:
        return
    for judged in change.judged:
        row = tx.session.get_one(BatchFile, judged.file_id)
        if row.state is not FileState.RECEIVED:
            continue
        row.state, row.code, row.params = judged.state, judged.code, judged.params
        if judged.record is not None and judged.state is not FileState.REFUSED:
            row.study_uid, row.series_uid = judged.record.study.uid, judged.record.series.uid
            _index(tx, batch, row, judged.record)


def _index(tx: Tx, batch: Batch, row: BatchFile, record: IndexRecord) -> None:
    kept = stored_instance(tx, batch.hospital_id, record.instance.uid)
    if kept is not None:
        if kept.sha256 != row.sha256:
            row.state, row.code = FileState.REFUSED, "duplicate_sop_other_content"
            row.study_uid = row.series_uid = ""
            return
        row.state = FileState.DUPLICATE
        row.code = "duplicate_same_content" if row.code == "ok" else row.code
        _link(tx, batch, tx.session.get_one(Series, kept.series_id).study_id)
        return
    study = _study(tx, batch, record)
    series = _series(tx, study, record)
    tx.session.add(_instance(batch, series, row, record))
    study.instance_count += 1
    series.instance_count += 1
    series.prepared = PreparedState.WAITING
    _link(tx, batch, study.id)
    tx.session.flush()  # the next file of the group may be the same instance


def stored_instance(tx: Tx, hospital_id: str, sop_uid: str) -> Instance | None:
    """The hospital's instance of a SOP UID, if it has one."""
    same = select(Instance).where(Instance.hospital_id == hospital_id, Instance.sop_uid == sop_uid)
    return tx.session.execute(same).scalar()


def _study(tx: Tx, batch: Batch, record: IndexRecord) -> Study:
    of = select(Study).where(Study.hospital_id == batch.hospital_id, Study.study_uid == record.study.uid)
    study = tx.session.execute(of).scalar()
    if study is None:
        study = Study(
            hospital_id=batch.hospital_id,
            study_uid=record.study.uid,
            date=record.study.date[:8],
            time=record.study.time[:16],
            accession=record.study.accession[:64],
            study_ref=record.study.study_id[:64],
            description=record.study.description[:400],
            referring=record.study.referring_physician[:400],
            patient_name=record.patient.name.display[:400],
            patient=record.patient.model_dump(),
            uploaded_by=batch.person_id,
            created_at=tx.at,
            series_count=0,
            instance_count=0,
        )
        tx.session.add(study)
        tx.session.flush()  # series point at it
    return study


def _series(tx: Tx, study: Study, record: IndexRecord) -> Series:
    of = select(Series).where(Series.study_id == study.id, Series.series_uid == record.series.uid)
    series = tx.session.execute(of).scalar()
    if series is None:
        found = record.series
        series = Series(
            study_id=study.id,
            series_uid=found.uid,
            modality=found.modality[:16],
            number=found.number,
            description=(found.description or found.protocol)[:400],
            body_part=found.body_part[:64],
            date=(found.date or record.study.date)[:8],
            time=(found.time or record.study.time)[:16],
            instance_count=0,
            facts={},
        )
        tx.session.add(series)
        study.series_count += 1
        study.modalities = "\\".join(sorted({*filter(None, study.modalities.split("\\")), found.modality}))[:120]
        tx.session.flush()  # instances point at it
    return series


def _instance(batch: Batch, series: Series, row: BatchFile, record: IndexRecord) -> Instance:
    found = record.instance
    return Instance(
        hospital_id=batch.hospital_id,
        series_id=series.id,
        batch_id=batch.id,
        sop_uid=found.uid,
        sop_class_uid=found.sop_class_uid,
        transfer_syntax_uid=found.transfer_syntax_uid,
        number=found.number,
        rows=found.rows,
        columns=found.columns,
        bits=found.bits_stored,
        frames=found.frames,
        sha256=row.sha256,
        size=row.size,
        displayable=record.displayable,
        why=record.why or "",
        code=row.code,
        dicom_json=record.dicom_json or {},
    )


def _link(tx: Tx, batch: Batch, study_id: str) -> None:
    if not batch.subject_kind:
        return
    of = select(StudyLink.id).where(
        StudyLink.subject_kind == batch.subject_kind,
        StudyLink.subject_id == batch.subject_id,
        StudyLink.study_id == study_id,
    )
    if tx.session.execute(of).first() is None:
        link = StudyLink(
            subject_kind=batch.subject_kind,
            subject_id=batch.subject_id,
            study_id=study_id,
            batch_id=batch.id,
            is_prior=False,
            linked_by=batch.person_id,
            linked_at=tx.at,
        )
        tx.session.add(link)


class Member(Change):
    """A file of an archive whose bytes are in the store, or (`code`) one that was not opened."""

    name: str
    sha256: str = ""
    size: int = 0
    code: str = ""


class Members(Change):
    archive_id: str
    members: list[Member]


@operation(policy.INNER_BATCH, audit="batch.opened_archive")
def add_members(tx: Tx, batch: Batch, change: Members) -> None:
    """List an archive's files in its batch; done once, however often it is called."""
    archive = tx.session.get_one(BatchFile, change.archive_id)
    if archive.is_archive:
        return
    archive.is_archive = True
    for member in change.members:
        state = FileState.REFUSED if member.code else FileState.RECEIVED
        row = BatchFile(
            batch_id=batch.id,
            archive_id=archive.id,
            name=f"{archive.name}/{member.name}"[:1100],
            sha256=member.sha256,
            size=member.size,
            state=state,
            code=member.code,
            params={},
        )
        tx.session.add(row)


@operation(policy.INNER_BATCH, audit="batch.done", states=(BatchState.WORKING,))
def finish_batch(tx: Tx, batch: Batch, _change: Nothing) -> None:
    """Every file has its verdict and every series is prepared: say so. A file that came meanwhile has its own job."""
    waiting = select(BatchFile.id).where(BatchFile.batch_id == batch.id, BatchFile.state == FileState.RECEIVED)
    if tx.session.execute(waiting.limit(1)).first() is not None:
        return
    batch.state = BatchState.DONE
    rows = tx.session.execute(
        select(BatchFile.state, func.count()).where(BatchFile.batch_id == batch.id).group_by(BatchFile.state)
    )
    counts = {state: count for state, count in rows}  # noqa: C416 - a Row is a tuple to Python, not to the types
    uids = select(BatchFile.study_uid).where(BatchFile.batch_id == batch.id, BatchFile.study_uid != "").distinct()
    stored = sum(counts.get(state, 0) for state in (FileState.STORED, FileState.WARNING, FileState.DUPLICATE))
    tx.emit(
        ImagesIndexed(
            batch.subject,
            batch_id=batch.client_id,
            studies=sorted(tx.session.execute(uids).scalars()),
            stored=stored,
            refused=counts.get(FileState.REFUSED, 0),
        )
    )


class Prepared(Change):
    """`version` is the folder that the frames were written to; `facts` go to readiness."""

    version: int
    instance_count: int
    facts: dict[str, Any]
    failed: bool = False


@operation(policy.INNER_SERIES, audit="series.prepared")
def note_prepared(_tx: Tx, series: Series, change: Prepared) -> None:
    """The normalised frames of a series are on disk. If files came meanwhile, it waits to be prepared again; if another
    worker was later and faster, its frames stay."""
    if change.version <= series.prepared_version:
        return
    series.prepared_version, series.facts = change.version, change.facts
    if series.instance_count == change.instance_count:
        series.prepared = PreparedState.FAILED if change.failed else PreparedState.READY
