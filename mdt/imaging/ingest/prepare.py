"""Normalised frames of a series: files written in the child, the table put together outside."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mdt.imaging.ingest.frames import NormalFrame, Picture
from mdt.imaging.ingest.geometry import frames_per_second
from mdt.imaging.ingest.header import read_record
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.ingest.poster import auto_window, poster, thumbnail
from mdt.imaging.ingest.record import (
    FrameFacts,
    IndexRecord,
    PreparedFrame,
    PreparedNote,
    PreparedSeries,
    Window,
)
from mdt.imaging.ingest.sort import Completeness, Place, completeness, in_order
from mdt.imaging.ingest.verdicts import NotShowable, Refused

_WINDOWS = 8


class FrameRow(BaseModel):
    """One frame as the child reports it, with what its place in the series needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frame: PreparedFrame
    number: int | None
    name: str
    windows: tuple[Window, ...] = ()


class FileHead(BaseModel):
    """What the series takes from the first file that could be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: IndexRecord | None
    why: str | None = None
    fps: float | None = None


class FileFrames(BaseModel):
    """What one file gave to its series; `is_lost`: the child did not reach the file's end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: tuple[FileHead, ...] = ()
    rows: tuple[FrameRow, ...] = ()
    is_lost: bool = False

    def written_to(self, version: int) -> "FileFrames":
        """The same, in the folder of a version."""
        rows = (
            row.model_copy(update={"frame": row.frame.model_copy(update={"version": version})}) for row in self.rows
        )
        return self.model_copy(update={"rows": tuple(rows)})


def prepare_file(path: Path, out_dir: Path, stem: str) -> Iterator[FileHead | FrameRow]:
    """Write each frame to `out_dir/<stem>-<frame>.raw`; the head first, then a row per frame."""
    try:
        opened = open_part10(path.read_bytes())
        record, _ = read_record(opened)
    except Refused as refused:
        yield FileHead(record=None, why=refused.code)
        return
    try:
        picture = Picture(opened)
    except NotShowable as reason:
        yield FileHead(record=record.model_copy(update={"dicom_json": None}), why=reason.code)
        if opened.walk.pixels is not None:
            yield _blank(record, FrameFacts(), 1, reason.code, path)
        return
    yield FileHead(
        record=record.model_copy(update={"dicom_json": None}),
        fps=frames_per_second(picture.reader),
    )
    for number, facts in enumerate(picture.facts()):
        yield _row(picture, number, facts, record, path, out_dir / f"{stem}-{number + 1:05}.raw")


def _row(picture: Picture, number: int, facts: FrameFacts, record: IndexRecord, path: Path, target: Path) -> FrameRow:
    try:
        normal = picture.normal(number, facts)
    except NotShowable as reason:
        return _blank(record, facts, number + 1, reason.code, path)
    stored = normal.stored_bytes()
    target.write_bytes(stored)
    return FrameRow(
        frame=_prepared(normal, record, target.name, len(stored)),
        number=record.instance.number,
        name=path.name,
        windows=facts.windows,
    )


def _prepared(normal: NormalFrame, record: IndexRecord, file: str, size: int) -> PreparedFrame:
    facts = normal.facts
    geometry = facts.geometry
    window = facts.windows[0].window if facts.windows else None
    if window is None and normal.kind == "mono16":
        window = auto_window(normal.pixels.astype(np.int16, copy=False), normal.slope, normal.intercept)
    return PreparedFrame(
        instance_uid=record.instance.uid,
        frame=normal.number,
        file=file,
        rows=normal.pixels.shape[0],
        columns=normal.pixels.shape[1],
        kind=normal.kind,
        slope=normal.slope,
        intercept=normal.intercept,
        unit=facts.unit,
        window=window if normal.kind == "mono16" else None,
        invert=normal.invert,
        spacing_mm=geometry.spacing_mm,
        position_mm=geometry.position_mm,
        orientation=geometry.orientation,
        thickness_mm=geometry.thickness_mm,
        lossy=normal.lossy,
        bytes=size,
        duration_ms=facts.duration_ms,
    )


def _blank(record: IndexRecord, facts: FrameFacts, number: int, why: str, path: Path) -> FrameRow:
    """A frame that has its place in the series but no picture."""
    geometry = facts.geometry
    frame = PreparedFrame(
        instance_uid=record.instance.uid,
        frame=number,
        file=None,
        rows=record.instance.rows,
        columns=record.instance.columns,
        kind=None,
        position_mm=geometry.position_mm,
        orientation=geometry.orientation,
        why=why,
    )
    return FrameRow(frame=frame, number=record.instance.number, name=path.name)


def write_posters(frame: PreparedFrame, source: Path, out_dir: Path) -> tuple[str, str]:
    """`poster.jpg` and `thumb.jpg` of one prepared frame, whose values are in `source`."""
    shape = (frame.rows, frame.columns, 3) if frame.kind == "rgb8" else (frame.rows, frame.columns)
    raw = source.read_bytes()
    pixels: NDArray[np.uint8] | NDArray[np.int16]
    if frame.kind == "rgb8":
        pixels = np.frombuffer(raw, np.uint8).reshape(shape)
    else:
        pixels = np.frombuffer(raw, np.dtype("<i2")).astype(np.int16, copy=False).reshape(shape)
    large, small = (
        draw(pixels, frame.window, slope=frame.slope, intercept=frame.intercept, invert=frame.invert)
        for draw in (poster, thumbnail)
    )
    (out_dir / "poster.jpg").write_bytes(large)
    (out_dir / "thumb.jpg").write_bytes(small)
    return "poster.jpg", "thumb.jpg"


def assemble(files: Iterable[FileFrames]) -> PreparedSeries | None:
    """The table of a series; None if no file of it could be read."""
    files = list(files)
    heads = [head for each in files for head in each.heads]
    rows = [row for each in files for row in each.rows]
    record = next((head.record for head in heads if head.record is not None), None)
    if record is None:
        return None
    ordered = in_order(rows, [place_of(row) for row in rows])
    return PreparedSeries(
        series_uid=record.series.uid,
        study_uid=record.study.uid,
        modality=record.series.modality,
        description=record.series.description or record.series.protocol,
        date=record.series.date or record.study.date,
        number=record.series.number,
        window_presets=_presets(ordered),
        frames=_steady(ordered),
        notes=_notes(heads, rows),
        frame_of_reference_uid=record.series.frame_of_reference_uid,
        fps=next((head.fps for head in heads if head.fps), None),
    )


def _steady(rows: Sequence[FrameRow]) -> tuple[PreparedFrame, ...]:
    """Where the files name no window, one for the whole series: each frame's own would flicker."""
    guessed = [row.frame.window for row in rows if row.frame.window is not None and not row.windows]
    if not guessed:
        return tuple(row.frame for row in rows)
    common = guessed[len(guessed) // 2]
    return tuple(
        row.frame.model_copy(update={"window": common}) if row.frame.window and not row.windows else row.frame
        for row in rows
    )


def place_of(row: FrameRow) -> Place:
    """Where a frame belongs."""
    frame = row.frame
    return Place(frame.position_mm, frame.orientation, row.number, row.name, frame.frame)


def _presets(rows: Sequence[FrameRow]) -> tuple[Window, ...]:
    found: dict[tuple[float, float], Window] = {}
    for row in rows:
        for window in row.windows:
            found.setdefault(window.window, window)
            if len(found) == _WINDOWS:
                return tuple(found.values())
    return tuple(found.values())


def _notes(heads: Sequence[FileHead], rows: Sequence[FrameRow]) -> tuple[PreparedNote, ...]:
    reasons = [head.why for head in heads if head.why] + [row.frame.why for row in rows if row.frame.why]
    notes = [PreparedNote(code=code, detail=str(reasons.count(code))) for code in sorted(set(reasons))]
    if any(row.frame.lossy for row in rows):
        notes.append(PreparedNote(code="lossy"))
    notes += _gap_notes(completeness([place_of(row) for row in rows]))
    return tuple(notes)


def _gap_notes(found: Completeness) -> list[PreparedNote]:
    notes = []
    if found.gaps:
        notes.append(PreparedNote(code="gaps", detail=str(sum(gap.missing for gap in found.gaps))))
    if found.missing_numbers:
        listed = ",".join(str(number) for number in found.missing_numbers[:20])
        notes.append(PreparedNote(code="missing_numbers", detail=listed))
    return notes
