"""Stored files on their way out: an active preamble is blanked; many files become one uncompressed ZIP as they go."""

import io
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from mdt.imaging.ingest.part10 import is_active
from mdt.imaging.queries.archive import Entry
from mdt.kernel.files import BLOCK

PREAMBLE = 128


def blocks(place: Path) -> Iterator[bytes]:
    """A stored instance's bytes, block by block; a preamble that is a program or a page leaves as zeros."""
    with place.open("rb") as source:
        head = source.read(PREAMBLE + 4)
        yield bytes(PREAMBLE) + head[PREAMBLE:] if is_active(head) else head
        while block := source.read(BLOCK):
            yield block


def plain_blocks(place: Path) -> Iterator[bytes]:
    """A file's bytes, block by block."""
    with place.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


class _Sink(io.RawIOBase):
    """What zipfile writes, until it is taken; not seekable, so entries carry their sizes behind them."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def zip_blocks(entries: Iterable[Entry]) -> Iterator[bytes]:
    """A ZIP of the entries, stored without compression (pixel data hardly shrinks), never whole in memory."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            facts = entry.place.stat()
            info = zipfile.ZipInfo(entry.name, time.localtime(facts.st_mtime)[:6])
            info.file_size = facts.st_size
            with archive.open(info, "w") as target:
                for block in blocks(entry.place):
                    target.write(block)
                    yield sink.take()
    yield sink.take()
