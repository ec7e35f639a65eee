"""Durable jobs of imaging: look at files in limited children, index them in groups, prepare series for the viewer.

Every step may be killed and run again: a file that has its verdict is left alone, a prepared folder is written anew
under a new number and told only when it is whole.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from pydantic import BaseModel
from sqlalchemy import select

from mdt.imaging.ingest.ceilings import FILES_PER_CHILD
from mdt.imaging.ingest.identity import PatientIdentity, identity_of, same_person
from mdt.imaging.ingest.limited import Nursery, inspect_files, kept_nursery, prepare_series
from mdt.imaging.ingest.record import Inspection, PreparedSeries
from mdt.imaging.ingest.verdicts import Refused as FileRefused
from mdt.imaging.ingest.zipread import Archive, archive_verdict, looks_like_zip
from mdt.imaging.models import Batch, BatchFile, Instance, Series
from mdt.imaging.operations.index import (
    Group,
    Judged,
    Member,
    Members,
    Prepared,
    add_members,
    finish_batch,
    index_group,
    note_prepared,
)
from mdt.imaging.operations.receive import Nothing, close_batch
from mdt.imaging.prepared import folder_of
from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import NotFound, Unavailable
from mdt.kernel.files import flush_file, flush_folder
from mdt.kernel.policy import ask
from mdt.kernel.work import every, job

log = structlog.get_logger()
FORGOTTEN = timedelta(minutes=15)


class BatchJob(BaseModel):
    batch_id: str


class SeriesJob(BaseModel):
    series_id: str


@job("imaging.index")
def index_batch(payload: dict[str, Any]) -> None:
    """Give every received file of a batch its verdict; when it is closed and all have one, finish it."""
    batch_id = BatchJob.model_validate(payload).batch_id
    with kept_nursery() as nursery:
        while rows := _received(batch_id):
            _open_archives(batch_id, [row for row in rows if _is_zip(row)])
            plain = [row for row in rows if not _is_zip(row)]
            if plain:
                _judge(batch_id, plain, nursery)
        _judge_archives(batch_id)
        if _state(batch_id) is BatchState.WORKING:
            for series_id in _unprepared(batch_id):
                prepare(series_id, nursery)
            finish_batch(SYSTEM, batch_id, Nothing())


def _received(batch_id: str) -> list[BatchFile]:
    """The next files without a verdict; an archive that was opened waits for its members."""
    waiting = (BatchFile.batch_id == batch_id) & (BatchFile.state == FileState.RECEIVED) & ~BatchFile.is_archive
    stands = select(Batch.id).where(Batch.id == batch_id, Batch.state != BatchState.UNDONE).exists()
    with runtime.database().reading() as session:
        rows = select(BatchFile).where(waiting, stands).order_by(BatchFile.id).limit(FILES_PER_CHILD)
        return list(session.execute(rows).scalars())


def _state(batch_id: str) -> BatchState | None:
    with runtime.database().reading() as session:
        return session.execute(select(Batch.state).where(Batch.id == batch_id)).scalar()


def _is_zip(row: BatchFile) -> bool:
    if row.archive_id is not None:
        return False
    with runtime.files().open(row.sha256) as source:
        return looks_like_zip(source.read(4))


def _open_archives(batch_id: str, archives: list[BatchFile]) -> None:
    for row in archives:
        try:
            members = _members(row)
        except FileRefused as refused:
            judged = Judged(file_id=row.id, state=FileState.REFUSED, code=refused.code, params=refused.params)
            index_group(SYSTEM, batch_id, Group(judged=[judged]))
            continue
        add_members(SYSTEM, batch_id, Members(archive_id=row.id, members=members))


def _members(row: BatchFile) -> list[Member]:
    """Stream an archive's files into the store; never to the sender's names."""
    found = []
    with runtime.files().open(row.sha256) as source:
        archive = Archive(source)
        for member in archive.members():
            if member.code:
                found.append(Member(name=member.name, code=member.code))
                continue
            place = runtime.files().temporary()
            try:
                with place.open("wb") as target:
                    archive.copy(member, target)
            except FileRefused as refused:
                place.unlink()
                found.append(Member(name=member.name, code=refused.code))
                continue
            except BaseException:
                place.unlink(missing_ok=True)  # a full disk must not stay full of halves
                raise
            stored = runtime.files().adopt(place)
            found.append(Member(name=member.name, sha256=stored.sha256, size=stored.size))
    return found


def _judge(batch_id: str, rows: list[BatchFile], nursery: Nursery) -> None:
    """Look at a group of files in a child and write the verdicts in one transaction."""
    expect = _expected(batch_id)
    paths = [runtime.files().path(row.sha256) for row in rows]
    judged = []
    for row, found in zip(rows, inspect_files(paths, expect=expect, nursery=nursery), strict=True):
        judged.append(_judged(row, found, expect))
    index_group(SYSTEM, batch_id, Group(judged=judged))


def _judged(row: BatchFile, found: Inspection, expect: PatientIdentity | None) -> Judged:
    params: dict[str, Any] = dict(found.params)
    if found.code == "other_patient" and expect and found.record:
        params["differences"] = [each.model_dump() for each in same_person(expect, found.record.patient)]
    return Judged(file_id=row.id, state=FileState(found.state), code=found.code, params=params, record=found.record)


def _expected(batch_id: str) -> PatientIdentity | None:
    """The patient of the case that the batch belongs to, if there is one."""
    with runtime.database().reading() as session:
        batch = session.get_one(Batch, batch_id)
        known = ask(session, SYSTEM, batch.subject, "patient") if batch.subject_kind else None
    return identity_of(known) if known else None


def _judge_archives(batch_id: str) -> None:
    """An archive's own verdict follows from its members'."""
    with runtime.database().reading() as session:
        open_ones = select(BatchFile.id).where(
            BatchFile.batch_id == batch_id, BatchFile.is_archive, BatchFile.state == FileState.RECEIVED
        )
        archives = list(session.execute(open_ones).scalars())
        members = {
            key: [
                (state.value, code)
                for state, code in session.execute(
                    select(BatchFile.state, BatchFile.code).where(BatchFile.archive_id == key)
                )
            ]
            for key in archives
        }
    judged = []
    for key in archives:
        state, code = archive_verdict([_as_taken(each) for each in members[key]])
        judged.append(Judged(file_id=key, state=FileState(state), code=code))
    if judged:
        index_group(SYSTEM, batch_id, Group(judged=judged))


def _as_taken(member: tuple[str, str]) -> tuple[Any, str]:
    """A duplicate inside an archive counts as taken."""
    state, code = member
    return ("stored" if state == "duplicate" else state, code)


def _unprepared(batch_id: str) -> list[str]:
    with runtime.database().reading() as session:
        touched = select(BatchFile.series_uid).where(BatchFile.batch_id == batch_id, BatchFile.series_uid != "")
        batch = session.get_one(Batch, batch_id)
        waiting = (
            select(Series.id)
            .join(Instance, Instance.series_id == Series.id)
            .where(
                Series.series_uid.in_(touched),
                Instance.hospital_id == batch.hospital_id,
                Series.prepared == PreparedState.WAITING,
            )
            .distinct()
        )
        return list(session.execute(waiting).scalars())


@job("imaging.prepare")
def prepare_job(payload: dict[str, Any]) -> None:
    with kept_nursery() as nursery:
        prepare(SeriesJob.model_validate(payload).series_id, nursery)


def prepare(series_id: str, nursery: Nursery) -> None:
    """Write the normalised frames, posters and table of a series into a new folder, flush it, tell the database."""
    with runtime.database().reading() as session:
        series = session.get(Series, series_id)
        if series is None:
            return
        rows = (
            select(Instance.sha256).where(Instance.series_id == series_id).order_by(Instance.number, Instance.sop_uid)
        )
        hashes = list(session.execute(rows).scalars())
        version = series.prepared_version + 1
    folder, version = _fresh_folder(series_id, version)
    table = prepare_series([runtime.files().path(each) for each in hashes], folder, nursery=nursery)
    if table is not None:
        (folder / "series.json").write_bytes(orjson.dumps(table.model_dump(mode="json")))
    _flush(folder)
    change = Prepared(version=version, instance_count=len(hashes), facts=_facts(table), failed=table is None)
    note_prepared(SYSTEM, series_id, change)
    if version > 2:  # the version before stays for those who are reading it
        shutil.rmtree(folder_of(series_id, version - 2), ignore_errors=True)


def _fresh_folder(series_id: str, version: int) -> tuple[Path, int]:
    """A folder that nobody else writes to, under the first free number from `version` on: two workers, or what a killed
    one left, must never mix their frames."""
    while True:
        folder = folder_of(series_id, version)
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir()
        except FileExistsError:
            version += 1
        else:
            return folder, version


def _flush(folder: Path) -> None:
    for place in folder.iterdir():
        flush_file(place)
    flush_folder(folder)


def _facts(table: PreparedSeries | None) -> dict[str, Any]:
    """What readiness and lists need of a prepared series."""
    if table is None:
        return {"shown": 0, "frames": 0, "notes": [], "poster": False}
    return {
        "shown": sum(1 for frame in table.frames if frame.file),
        "frames": len(table.frames),
        "notes": [note.model_dump() for note in table.notes],
        "poster": bool(table.poster),
        "thickness_mm": next((frame.thickness_mm for frame in table.frames if frame.thickness_mm), None),
    }


@every("imaging.forgotten", 60)
def close_forgotten() -> None:
    """A batch whose sender went away is closed after a quarter of an hour; one whose job gave up is tried again."""
    with runtime.database().reading() as session:
        unfinished = Batch.state.in_((BatchState.OPEN, BatchState.WORKING))
        silent = select(Batch.id).where(unfinished, Batch.touched_at < clock.now() - FORGOTTEN)
        keys = list(session.execute(silent).scalars())
    for key in keys:
        try:
            close_batch(SYSTEM, key, Nothing())
        except (NotFound, Unavailable):
            log.info("batch.not_closed", batch_id=key)
