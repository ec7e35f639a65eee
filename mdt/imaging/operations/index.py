"""Indexing: verdicts and records of a group of files become rows, in one transaction per group."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field
from sqlalchemy import func, select

from mdt.imaging import policy
from mdt.imaging.events import ImagesIndexed
from mdt.imaging.ingest.record import IndexRecord
from mdt.imaging.models import Batch, BatchFile, Instance, Series, Study
from mdt.imaging.operations.links import link_for, show
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
    ids = [judged.file_id for judged in change.judged]
    rows = {row.id: row for row in tx.session.execute(select(BatchFile).where(BatchFile.id.in_(ids))).scalars()}
    index = _Index(tx, batch)
    index.learn({judged.record.instance.uid for judged in change.judged if judged.record})
    for judged in change.judged:
        row = rows[judged.file_id]
        if row.state is not FileState.RECEIVED:
            continue
        row.state, row.code, row.params = judged.state, judged.code, judged.params
        if judged.record is not None and judged.state is not FileState.REFUSED:
            row.study_uid, row.series_uid = judged.record.study.uid, judged.record.series.uid
            index.take(row, judged.record)
    index.show_all()


@dataclass(slots=True)
class _Index:
    """What the hospital has of the group's files, asked once, so that the write lock is held only shortly."""

    tx: Tx
    batch: Batch
    instances: dict[str, Instance] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    series: dict[tuple[str, str], Series] = field(default_factory=dict)
    brought: dict[str, list[Instance]] = field(default_factory=dict)

    def learn(self, sop_uids: set[str]) -> None:
        """Load the instances that are there already."""
        same = select(Instance).where(Instance.hospital_id == self.batch.hospital_id, Instance.sop_uid.in_(sop_uids))
        self.instances = {row.sop_uid: row for row in self.tx.session.execute(same).scalars()}

    def take(self, row: BatchFile, record: IndexRecord) -> None:
        """One file: new, a duplicate, or another content under a known UID (the first stays)."""
        kept = self.instances.get(record.instance.uid)
        if kept is not None:
            self._again(row, kept)
            return
        study = self._study(record)
        series = self._series(study, record)
        made = _instance(self.batch, series, row, record)
        self.tx.session.add(made)
        self.instances[made.sop_uid] = made
        study.instance_count += 1
        series.instance_count += 1
        series.prepared = PreparedState.WAITING
        self._bring(study.id, made)

    def _again(self, row: BatchFile, kept: Instance) -> None:
        if kept.sha256 != row.sha256:
            row.state, row.code = FileState.REFUSED, "duplicate_sop_other_content"
            row.study_uid = row.series_uid = ""
            return
        row.state = FileState.DUPLICATE
        row.code = "duplicate_same_content" if row.code == "ok" else row.code
        self._bring(self.tx.session.get_one(Series, kept.series_id).study_id, kept)

    def _study(self, record: IndexRecord) -> Study:
        uid = record.study.uid
        if uid not in self.studies:
            of = select(Study).where(Study.hospital_id == self.batch.hospital_id, Study.study_uid == uid)
            locked = of.with_for_update()  # two drops of one study at once must not count each without the other
            self.studies[uid] = self.tx.session.execute(locked).scalar() or self._new_study(record)
        return self.studies[uid]

    def _new_study(self, record: IndexRecord) -> Study:
        study = Study(
            hospital_id=self.batch.hospital_id,
            study_uid=record.study.uid,
            date=record.study.date[:8],
            time=record.study.time[:16],
            accession=record.study.accession[:64],
            study_ref=record.study.study_id[:64],
            description=record.study.description[:400],
            referring=record.study.referring_physician[:400],
            patient_name=record.patient.name.display[:400],
            patient=record.patient.model_dump(),
            uploaded_by=self.batch.person_id,
            created_at=self.tx.at,
            series_count=0,
            instance_count=0,
        )
        self.tx.session.add(study)
        self.tx.session.flush()  # series point at it
        return study

    def _series(self, study: Study, record: IndexRecord) -> Series:
        key = (study.id, record.series.uid)
        if key not in self.series:
            of = select(Series).where(Series.study_id == study.id, Series.series_uid == record.series.uid)
            self.series[key] = self.tx.session.execute(of).scalar() or self._new_series(study, record)
        return self.series[key]

    def _new_series(self, study: Study, record: IndexRecord) -> Series:
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
        self.tx.session.add(series)
        study.series_count += 1
        study.modalities = "\\".join(sorted({*filter(None, study.modalities.split("\\")), found.modality}))[:120]
        self.tx.session.flush()  # instances point at it
        return series

    def _bring(self, study_id: str, instance: Instance) -> None:
        self.brought.setdefault(study_id, []).append(instance)

    def show_all(self) -> None:
        """The batch's subject shows what the batch brought, and nothing else of those studies."""
        self.tx.session.flush()  # new instances have their ids from now on
        for study_id in sorted(self.brought):
            link = link_for(self.tx, self.batch.shown_with, study_id, self.batch.person_id)
            show(self.tx, link, {each.id for each in self.brought[study_id]}, self.batch.id)


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
    if stored == 0:
        return  # nothing came into the case; each file's verdict says why
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
    """`version` is the folder that the frames were written to; `facts` go to readiness. `is_whole` is False while files
    of the series may still arrive."""

    version: int
    instance_count: int
    facts: dict[str, Any]
    failed: bool = False
    is_whole: bool = True


@operation(policy.INNER_SERIES, audit="series.prepared")
def note_prepared(_tx: Tx, series: Series, change: Prepared) -> None:
    """The normalised frames of a series are on disk. If files came meanwhile, it waits to be prepared again; if another
    worker was later and faster, its frames stay."""
    if change.version <= series.prepared_version:
        return
    series.prepared_version, series.facts = change.version, change.facts
    if change.is_whole and series.instance_count == change.instance_count:
        series.prepared = PreparedState.FAILED if change.failed else PreparedState.READY
