"""Untrusted files looked at in limited children; whatever they do, the caller gets a verdict.

Call from a plain process (never one patched by gevent).
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.child import Group, Line
from mdt.imaging.ingest.identity import PatientIdentity
from mdt.imaging.ingest.judge import beside_case
from mdt.imaging.ingest.prepare import FileFrames, FileHead, FrameRow, assemble
from mdt.imaging.ingest.record import Inspection, PreparedSeries

_LINE_BYTES = 2 * ceilings.RECORD_BYTES
"""JSON inside a JSON line: quotes are escaped."""


class ChildLost(Exception):
    """The child ended in the middle of a file, or was ended; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Nursery:
    """A preloaded process that forks one limited child per group; use as a context."""

    wall_s: float = ceilings.CHILD_WALL_S
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _commands: socket.socket | None = field(default=None, init=False)
    child_pid: int | None = field(default=None, init=False)
    """The child at work, for tests that end it."""

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {"OPENBLAS_NUM_THREADS": "1", "PATH": os.environ.get("PATH", ""), "PYTHONPATH": _python_path()}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "mdt.imaging.ingest.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment,
            )
        self._commands = ours
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._commands is not None:
            self._commands.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def run(self, group: Group) -> Iterator[Line]:
        """The lines of one child; raises ChildLost when it does not reach the end."""
        if self._commands is None:
            raise ChildLost("crashed")
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            socket.send_fds(self._commands, [group.model_dump_json().encode()], [writing])
            os.close(writing)
            answer = self._commands.recv(64)
            if not answer:
                raise BrokenPipeError("the nursery is gone")
            self.child_pid = int(answer)
            leash = _leash(self.child_pid)
            try:
                yield from _lines(pipe.fileno(), self.wall_s)
            finally:
                # a child that has ended already ignores this: the leash holds that one process
                if leash is not None:
                    _end(leash)
                self.child_pid = None
                self._commands.recv(64)


_kept: list[Nursery] = []


@contextmanager
def kept_nursery() -> Iterator[Nursery]:
    """This process's nursery, started with the first need; one that is gone is forgotten, its work raises OSError."""
    if not _kept:
        _kept.append(Nursery().__enter__())
    try:
        yield _kept[0]
    except OSError:
        _kept.clear()
        raise


def _python_path() -> str:
    """The nursery imports the same code as we do, wherever we were started."""
    return os.pathsep.join(path for path in (str(Path(__file__).resolve().parents[3]), *sys.path) if path)


def _leash(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _end(leash: int) -> None:
    try:
        signal.pidfd_send_signal(leash, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        os.close(leash)


def _lines(fd: int, wall_s: float) -> Iterator[Line]:
    """Lines under a ceiling of length, each within `wall_s` of the one before."""
    pending = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(fd, selectors.EVENT_READ)
        deadline = time.monotonic() + wall_s
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise ChildLost("time")
            chunk = os.read(fd, 1 << 16)
            if not chunk:
                return
            pending += chunk
            *complete, pending = pending.split(b"\n")
            if len(pending) > _LINE_BYTES or any(len(line) > _LINE_BYTES for line in complete):
                raise ChildLost("crashed")
            for line in complete:
                yield _checked(bytes(line))
                deadline = time.monotonic() + wall_s


def _checked(line: bytes) -> Line:
    try:
        return Line.model_validate_json(line)
    except ValidationError:
        raise ChildLost("crashed") from None


def _answers(nursery: Nursery, group: Group) -> Iterator[tuple[int, list[Line], str | None]]:
    """For each file: its index, its lines, and the code if the child was lost on it.

    Every file gets exactly one answer; after a loss the rest goes on in a new child.
    """
    first, total = 0, len(group.paths)
    while first < total:
        rest = group.model_copy(update={"paths": group.paths[first:], "stems": group.stems[first:]})
        done, lines, lost = 0, [], "crashed"
        try:
            for line in nursery.run(rest):
                if line.kind != "end":
                    lines.append(line)
                    continue
                yield first + done, lines, None
                done, lines = done + 1, []
        except ChildLost as loss:
            lost = loss.code
        first += done
        if first < total:
            yield first, lines, lost
            first += 1


def inspect_files(
    paths: Sequence[Path], *, expect: PatientIdentity | None = None, nursery: Nursery | None = None
) -> Iterator[Inspection]:
    """The verdict on each file, in order, none left out; `expect` is the case's patient."""
    if nursery is None:
        with Nursery() as own:
            yield from inspect_files(paths, expect=expect, nursery=own)
        return
    for start in range(0, len(paths), ceilings.FILES_PER_CHILD):
        names = tuple(str(path) for path in paths[start : start + ceilings.FILES_PER_CHILD])
        for index, lines, lost in _answers(nursery, Group(job="inspect", paths=names)):
            yield beside_case(_inspection(names[index], lines, lost), expect)


def _inspection(path: str, lines: list[Line], lost: str | None) -> Inspection:
    if lost is None and len(lines) == 1:
        try:
            found = Inspection.model_validate_json(lines[0].body)
        except ValidationError:
            lost = "crashed"
        else:
            return found.model_copy(update={"path": path})
    return Inspection(path=path, state="refused", code=lost or "crashed")


def prepare_series(paths: Sequence[Path], out_dir: Path, *, nursery: Nursery | None = None) -> PreparedSeries | None:
    """Write the normalised frames and posters of one series into `out_dir`; its table.

    None if no file could be read. Frame files are written, not flushed to disk.
    """
    if nursery is None:
        with Nursery() as own:
            return prepare_series(paths, out_dir, nursery=own)
    series = assemble(prepare_files(paths, out_dir, nursery=nursery))
    return with_posters(series, lambda _version: out_dir, out_dir, nursery) if series is not None else None


def prepare_files(paths: Sequence[Path], out_dir: Path, *, nursery: Nursery) -> Iterator[FileFrames]:
    """Write the normalised frames of each file into `out_dir`; what it gave to its series, in order."""
    for start in range(0, len(paths), ceilings.FILES_PER_CHILD):
        part = paths[start : start + ceilings.FILES_PER_CHILD]
        stems = tuple(f"{start + n:06}" for n in range(len(part)))
        group = Group(job="prepare", paths=tuple(map(str, part)), stems=stems, out_dir=str(out_dir))
        for _, lines, lost in _answers(nursery, group):
            yield _frames_of(lines, lost)


def _frames_of(lines: list[Line], lost: str | None) -> FileFrames:
    """A file that was lost keeps the frames it had finished."""
    heads: list[FileHead] = []
    rows: list[FrameRow] = []
    try:
        for line in lines:
            if line.kind == "head":
                heads.append(FileHead.model_validate_json(line.body))
            elif line.kind == "row":
                rows.append(FrameRow.model_validate_json(line.body))
    except ValidationError:
        lost = "crashed"
    if lost is not None:
        heads.append(FileHead(record=None, why=lost))
    return FileFrames(heads=tuple(heads), rows=tuple(rows), is_lost=lost is not None)


def lines_of(group: Group, nursery: Nursery) -> tuple[list[Line], str | None]:
    """The lines of a group of one file, and the code if the child was lost on it."""
    for _, lines, lost in _answers(nursery, group):
        return lines, lost
    return [], "crashed"


def stored_frames(path: Path, out_dir: Path, *, nursery: Nursery) -> str:
    """Write an instance's stored frames into `out_dir` (see `stored`); "" or the code of what prevents it."""
    lines, lost = lines_of(Group(job="stored", paths=(str(path),), out_dir=str(out_dir)), nursery)
    return lines[0].body if lost is None and len(lines) == 1 else lost or "crashed"


def with_posters(
    series: PreparedSeries, folder_of: Callable[[int], Path], out_dir: Path, nursery: Nursery
) -> PreparedSeries:
    """The frame in the middle stands for the series; `folder_of` tells where a version's frames are."""
    shown = [frame for frame in series.frames if frame.file is not None]
    if not shown:
        return series
    frame = shown[len(shown) // 2]
    source = folder_of(frame.version) / (frame.file or "")
    group = Group(job="poster", paths=(str(source),), out_dir=str(out_dir), frame=frame)
    for _, lines, lost in _answers(nursery, group):
        if lost is None and lines:
            return series.model_copy(update={"poster": "poster.jpg", "thumbnail": "thumb.jpg"})
    return series
