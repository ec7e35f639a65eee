"""Durable jobs of imaging: look at files in limited children, index them in groups, prepare series for the viewer.

Every step may be killed and run again: a file that has its verdict is left alone, a prepared folder is told only when
it is on disk. A series is prepared piece by piece while its files still arrive.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy import select

from mdt.imaging.ingest.archive import unpack_archive
from mdt.imaging.ingest.ceilings import FILES_PER_CHILD
from mdt.imaging.ingest.identity import PatientIdentity, identity_of, same_person
from mdt.imaging.ingest.limited import Nursery, inspect_files, kept_nursery
from mdt.imaging.ingest.record import Inspection
from mdt.imaging.ingest.unpack import Taken
from mdt.imaging.ingest.verdicts import Refused as FileRefused
from mdt.imaging.ingest.zipread import archive_verdict, looks_like_zip
from mdt.imaging.models import Batch, BatchFile, Series, Study
from mdt.imaging.operations.index import (
    Group,
    Judged,
    Member,
    Members,
    add_members,
    finish_batch,
    index_group,
)
from mdt.imaging.operations.receive import Nothing, close_batch
from mdt.imaging.preparing import has_grown, prepare
from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import NotFound, Unavailable
from mdt.kernel.policy import ask
from mdt.kernel.work import every, job

log = structlog.get_logger()
FORGOTTEN = timedelta(minutes=15)
FIRST_FILES = 4
"""A small group first, so that there is something to look at."""


class BatchJob(BaseModel):
    batch_id: str


class SeriesJob(BaseModel):
    series_id: str


@job("imaging.index")
def index_batch(payload: dict[str, Any]) -> None:
    """Give every received file of a batch its verdict; when it is closed and all have one, finish it."""
    batch_id = BatchJob.model_validate(payload).batch_id
    with kept_nursery() as nursery:
        limit = FIRST_FILES
        while rows := _received(batch_id, limit):
            limit = FILES_PER_CHILD
            _open_archives(batch_id, [row for row in rows if _is_zip(row)], nursery)
            plain = [row for row in rows if not _is_zip(row)]
            if plain:
                _judge(batch_id, plain, nursery)
                for series in filter(has_grown, _unprepared(batch_id)):
                    prepare(series.id, nursery, is_whole=False)
        _judge_archives(batch_id)
        if _state(batch_id) is BatchState.WORKING:
            for series in _unprepared(batch_id):
                prepare(series.id, nursery)
            finish_batch(SYSTEM, batch_id, Nothing())


def _received(batch_id: str, limit: int) -> list[BatchFile]:
    """The next files without a verdict; an archive that was opened waits for its members."""
    waiting = (BatchFile.batch_id == batch_id) & (BatchFile.state == FileState.RECEIVED) & ~BatchFile.is_archive
    stands = select(Batch.id).where(Batch.id == batch_id, Batch.state != BatchState.UNDONE).exists()
    with runtime.database().reading() as session:
        rows = select(BatchFile).where(waiting, stands).order_by(BatchFile.id).limit(limit)
        return list(session.execute(rows).scalars())


def _state(batch_id: str) -> BatchState | None:
    with runtime.database().reading() as session:
        return session.execute(select(Batch.state).where(Batch.id == batch_id)).scalar()


def _is_zip(row: BatchFile) -> bool:
    if row.archive_id is not None:
        return False
    with runtime.files().open(row.sha256) as source:
        return looks_like_zip(source.read(4))


def _open_archives(batch_id: str, archives: list[BatchFile], nursery: Nursery) -> None:
    for row in archives:
        try:
            members = _members(row, nursery)
        except FileRefused as refused:
            judged = Judged(file_id=row.id, state=FileState.REFUSED, code=refused.code, params=refused.params)
            index_group(SYSTEM, batch_id, Group(judged=[judged]))
            continue
        add_members(SYSTEM, batch_id, Members(archive_id=row.id, members=members))


def _members(row: BatchFile, nursery: Nursery) -> list[Member]:
    """An archive's files, taken into the store. What a killed worker leaves of the folder is swept."""
    folder = runtime.files().temporary()
    folder.mkdir()
    try:
        found = unpack_archive(runtime.files().path(row.sha256), folder, nursery=nursery)
        return [_member(each, folder) for each in found]
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # a full disk must not stay full of halves


def _member(taken: Taken, folder: Path) -> Member:
    if taken.code:
        return Member(name=taken.name, code=taken.code)
    stored = runtime.files().adopt(folder / taken.file)
    return Member(name=taken.name, sha256=stored.sha256, size=stored.size)


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


def _unprepared(batch_id: str) -> list[Series]:
    with runtime.database().reading() as session:
        touched = select(BatchFile.series_uid).where(BatchFile.batch_id == batch_id, BatchFile.series_uid != "")
        batch = session.get_one(Batch, batch_id)
        waiting = (
            select(Series)
            .join(Study, Study.id == Series.study_id)
            .where(
                Series.series_uid.in_(touched),
                Study.hospital_id == batch.hospital_id,
                Series.prepared == PreparedState.WAITING,
            )
        )
        return list(session.execute(waiting).scalars())


@job("imaging.prepare")
def prepare_job(payload: dict[str, Any]) -> None:
    with kept_nursery() as nursery:
        prepare(SeriesJob.model_validate(payload).series_id, nursery)


@every("imaging.nursery", 60)
def warm_nursery() -> None:
    """The first files of a worker's life do not wait for the parser to load."""
    with kept_nursery():
        pass


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
