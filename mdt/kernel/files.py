"""The file store: content-addressed by SHA-256, one folder. A row never points at bytes that are not there.

Writing: temporary name → fsync → rename to `ab/cdef…` → fsync of the folder. The same content twice is one file.
"""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mdt.kernel.clock import new_id
from mdt.kernel.errors import Full

BLOCK = 1 << 20
NO_SPACE = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Stored:
    """`sha256` in hex, `size` in bytes; the bytes are on disk and flushed."""

    sha256: str
    size: int


class FileStore:
    """Files under `root/objects`, work in progress under `root/incoming`, derived files under `root/derived`."""

    def __init__(self, root: Path) -> None:
        self.objects = root / "objects"
        self.incoming = root / "incoming"
        self.derived = root / "derived"
        for folder in (self.objects, self.incoming, self.derived):
            folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        return self.objects / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def temporary(self) -> Path:
        """A fresh name in `incoming`; nothing exists there yet."""
        return self.incoming / new_id()

    def put_bytes(self, content: bytes) -> Stored:
        """Store `content`; durable on return. Raises Full."""
        return self.put_stream(io.BytesIO(content))

    def put_stream(self, source: BinaryIO) -> Stored:
        """Store a stream block by block; durable on return. Raises Full."""
        place = self.temporary()
        try:
            with refusing_full_disk(), place.open("wb") as target:
                while block := source.read(BLOCK):
                    target.write(block)
            return self.adopt(place)
        except BaseException:
            place.unlink(missing_ok=True)  # a full disk must not stay full of halves
            raise

    def adopt(self, place: Path) -> Stored:
        """Take a finished temporary file into the store under its hash; durable on return. Raises Full."""
        with refusing_full_disk():
            digest, size = hash_of(place)
            target = self.path(digest)
            if self._wanted_again(target):
                place.unlink()
                return Stored(digest, size)
            target.parent.mkdir(parents=True, exist_ok=True)
            flush_file(place)
            place.rename(target)
            flush_folder(target.parent)
            return Stored(digest, size)

    def keep(self, place: Path) -> Stored:
        """Store a finished temporary file and leave it where it is, so that a row can be committed before it is
        removed: a crash in between loses nothing. Durable on return. Raises Full."""
        with refusing_full_disk():
            digest, size = hash_of(place)
            target = self.path(digest)
            if not self._wanted_again(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                flush_file(place)
                with suppress(FileExistsError):
                    os.link(place, target)
                flush_folder(target.parent)
            return Stored(digest, size)

    def _wanted_again(self, target: Path) -> bool:
        """Whether the object is there; its time is renewed, so that no sweep takes it before its new row comes."""
        try:
            os.utime(target)
        except FileNotFoundError:
            return False
        return True

    def drop_unnamed(self, folder: str, named: set[str], before: float) -> list[str]:
        """Remove the objects of `folder` (two hex digits) that are not `named` and unwanted since `before` (seconds);
        the hashes of those that went. One that is put anew at this very moment stays: it is moved aside first, then
        its time is looked at again."""
        gone = []
        for place in sorted((self.objects / folder).glob("*")):
            digest = folder + place.name
            if digest in named or place.stat().st_mtime >= before:
                continue
            aside = self.temporary()
            place.rename(aside)
            if aside.stat().st_mtime >= before:
                aside.rename(place)
            else:
                aside.unlink()
                gone.append(digest)
        return gone

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")


def hash_of(place: Path) -> tuple[str, int]:
    """SHA-256 in hex and size in bytes, read back from disk."""
    digest = hashlib.sha256()
    size = 0
    with place.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def flush_file(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    flush_file(folder)


@contextmanager
def refusing_full_disk() -> Iterator[None]:
    """Turn a full disk, a file size limit and a quota into the same refusal."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise Full from error
        raise
