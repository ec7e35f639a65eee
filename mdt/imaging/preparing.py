"""Preparing a series for the viewer, piece by piece: a version's folder holds the frames of the files that came since
the version before, and a table of all. A frame keeps its address for as long as its file is in the series."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import select

from mdt.imaging.ingest.limited import Nursery, prepare_files, with_posters
from mdt.imaging.ingest.prepare import FileFrames, assemble
from mdt.imaging.ingest.record import PreparedSeries
from mdt.imaging.models import Instance, Series
from mdt.imaging.operations.index import Prepared, note_prepared
from mdt.imaging.prepared import folder_of
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.files import flush_file, flush_folder

MEMORY = TypeAdapter(dict[str, FileFrames])
STEP_FILES = 32
OF_ALL_ONLY = ("gaps", "missing_numbers")
"""Notes that are true of a whole series only."""


def has_grown(series: Series) -> bool:
    """Nothing is prepared yet, or enough came since the last time that the work stays in proportion to the series."""
    known = int(series.facts.get("files", 0))
    return known == 0 or series.instance_count - known >= max(STEP_FILES, known // 4)


def prepare(series_id: str, nursery: Nursery, *, is_whole: bool = True) -> None:
    """Write the frames that are not there yet, posters and table into a new folder, flush it, tell the database.

    A series that is not `is_whole` can be looked at as far as it has come and stays waiting.
    """
    with runtime.database().reading() as session:
        series = session.get(Series, series_id)
        rows = (
            select(Instance.sha256).where(Instance.series_id == series_id).order_by(Instance.number, Instance.sop_uid)
        )
        hashes = list(session.execute(rows).scalars())
    if series is None:
        return
    folder, version = _fresh_folder(series_id, series.prepared_version + 1)
    files = _frames(series, hashes, folder, version, nursery)
    table = assemble(files.values())
    if table is not None:
        if not is_whole:
            table = table.model_copy(update={"notes": tuple(n for n in table.notes if n.code not in OF_ALL_ONLY)})
        table = with_posters(table, lambda number: folder_of(series_id, number), folder, nursery)
        (folder / "series.json").write_bytes(orjson.dumps(table.model_dump(mode="json")))
    (folder / "files.json").write_bytes(
        MEMORY.dump_json({key: each for key, each in files.items() if not each.is_lost})
    )
    _flush(folder)
    facts = _facts(table) | {"files": len(hashes), "versions": sorted(_versions(files, version))}
    change = Prepared(version=version, instance_count=len(hashes), facts=facts, failed=table is None, is_whole=is_whole)
    note_prepared(SYSTEM, series_id, change)
    # the version before stays for those who are reading it
    _forget(series, {version, *facts["versions"], series.prepared_version, *series.facts.get("versions", ())})


def _frames(
    series: Series, hashes: Sequence[str], folder: Path, version: int, nursery: Nursery
) -> dict[str, FileFrames]:
    """What each file gives, by its hash: as it was before, or written now. Where a file was taken out of the series all
    is written anew, so that nothing of it stays."""
    place = folder_of(series.id, series.prepared_version) / "files.json"
    known = MEMORY.validate_json(place.read_bytes()) if place.exists() else {}
    if not known.keys() <= set(hashes):
        known = {}
    new = [key for key in hashes if key not in known]
    made = prepare_files([runtime.files().path(key) for key in new], folder, nursery=nursery)
    known |= {key: each.written_to(version) for key, each in zip(new, made, strict=True)}
    return {key: known[key] for key in hashes}


def _versions(files: dict[str, FileFrames], version: int) -> set[int]:
    return {version, *(row.frame.version for each in files.values() for row in each.rows if row.frame.file)}


def _forget(series: Series, kept: set[int]) -> None:
    """Remove the folders of older versions; what is newer may be somebody's work."""
    for place in folder_of(series.id, 0).parent.iterdir():
        if place.name.isdigit() and int(place.name) < series.prepared_version and int(place.name) not in kept:
            shutil.rmtree(place, ignore_errors=True)


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
