"""The limited process that looks into untrusted files: `python -m mdt.imaging.ingest.child <fd>`.

A preloaded nursery waits on a socket; for each group of at most 64 files it
forks one child, which takes its limits, answers in JSON lines on the pipe it
was given, and ends. Nothing is ever unpickled. See `limited` for the parent.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pydantic import BaseModel, ConfigDict

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.judge import inspect_file
from mdt.imaging.ingest.photo import Stamp, write_pages
from mdt.imaging.ingest.prepare import prepare_file, write_posters
from mdt.imaging.ingest.record import PreparedFrame
from mdt.imaging.ingest.stored import write_stored
from mdt.imaging.ingest.unpack import Taken, unpack

MESSAGE_BYTES = 128 << 10
_PR_SET_PDEATHSIG = 1
_NICE = 5
Kind = Literal["inspection", "head", "row", "posters", "stored", "photo", "member", "halted", "end"]


class Group(BaseModel):
    """One group of files for one child; `stems` name the frame files of `prepare`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Literal["inspect", "prepare", "poster", "stored", "photo", "unpack"]
    paths: tuple[str, ...]
    stems: tuple[str, ...] = ()
    out_dir: str = ""
    frame: PreparedFrame | None = None
    stamp: Stamp | None = None


class Line(BaseModel):
    """One line of the answer: a part of the file at `index`, or its end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: int
    kind: Kind
    body: str = ""


def take_limits(job: str) -> None:
    """Memory, files, cores and death with the parent; after every import."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (ceilings.CHILD_MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (ceilings.CHILD_OPEN_FILES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    written = {"inspect": 0, "unpack": ceilings.INFLATED_BYTES}.get(job, 2 * ceilings.FRAME_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    os.nice(_NICE)


def allow_cpu() -> None:
    """Seconds for the next file on top of what is used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + ceilings.CHILD_CPU_S + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def answers(group: Group) -> Iterator[Line]:
    """Do the group's job file by file."""
    for index, name in enumerate(group.paths):
        allow_cpu()
        for kind, body in _parts(group, index, Path(name)):
            allow_cpu()
            yield Line(index=index, kind=kind, body=body)
        yield Line(index=index, kind="end")


def _parts(group: Group, index: int, path: Path) -> Iterator[tuple[Kind, str]]:
    """What is said of one file, part by part."""
    out_dir = Path(group.out_dir)
    if group.job == "prepare":
        for part in prepare_file(path, out_dir, group.stems[index]):
            yield "row" if hasattr(part, "frame") else "head", part.model_dump_json()
    elif group.job == "unpack":
        for member in unpack(path, out_dir):
            yield "member" if isinstance(member, Taken) else "halted", member.model_dump_json()
    else:
        yield _whole(group, path, out_dir)


def _whole(group: Group, path: Path, out_dir: Path) -> tuple[Kind, str]:
    """What is said of one file in one piece."""
    if group.job == "inspect":
        return "inspection", inspect_file(path).model_dump_json()
    if group.job == "stored":
        return "stored", write_stored(path, out_dir)
    if group.job == "photo":
        return "photo", write_pages(path, out_dir, group.stamp).model_dump_json()
    assert group.frame is not None  # a poster is made of a frame
    return "posters", "\n".join(write_posters(group.frame, path, out_dir))


def serve_group(group: Group, answer_fd: int) -> None:
    """The child's whole life."""
    take_limits(group.job)
    with os.fdopen(answer_fd, "wb", buffering=0) as pipe:
        for line in answers(group):
            pipe.write(line.model_dump_json().encode() + b"\n")


def run_nursery(commands: socket.socket) -> None:
    """Fork a child for each group until the parent hangs up. A parent under gevent hands over a socket that does not
    wait; this process has to."""
    commands.setblocking(True)
    while True:
        message, fds, _, _ = socket.recv_fds(commands, MESSAGE_BYTES, 1)
        if not message or not fds:
            return
        group = Group.model_validate_json(message)
        pid = os.fork()
        if pid == 0:
            _live_and_die(group, commands, fds[0])
        os.close(fds[0])
        commands.send(b"%d" % pid)
        os.waitpid(pid, 0)
        commands.send(b"ended")


def _live_and_die(group: Group, commands: socket.socket, answer_fd: int) -> None:
    """Never returns: whatever happens in the child stays in it."""
    status = 1
    try:
        commands.close()
        serve_group(group, answer_fd)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    run_nursery(socket.socket(fileno=int(sys.argv[1])))
