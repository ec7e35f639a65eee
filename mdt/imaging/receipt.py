"""The bytes of uploads on disk: appended, flushed, then told. One temporary file per upload under `incoming`."""

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from mdt.kernel import runtime
from mdt.kernel.errors import Invalid
from mdt.kernel.files import BLOCK, Stored, refusing_full_disk
from mdt.kernel.i18n import N_


def place_of(upload_id: str) -> Path:
    return runtime.files().incoming / f"upload-{upload_id}"


def append(upload_id: str, offset: int, source: BinaryIO, limit: int, checksum: str) -> int:
    """Write what comes from `source` at `offset`, at most `limit` bytes, and flush it; the new offset.

    A checksum (`sha1 <base64>`, tus) that does not fit leaves the offset where it was and raises Invalid.
    A line that breaks in the middle keeps what came. Raises Full.
    """
    place = place_of(upload_id)
    digest = hashlib.sha1(usedforsecurity=False)
    written = 0
    with refusing_full_disk(), place.open("r+b" if place.exists() else "w+b") as target:
        target.seek(offset)
        while written < limit:
            block = _read(source, min(BLOCK, limit - written))
            if not block:
                break
            target.write(block)
            digest.update(block)
            written += len(block)
        target.truncate()
        target.flush()
        if checksum and not _fits(checksum, digest.digest()):
            target.truncate(offset)
            raise Invalid("checksum_mismatch", N_("传输中数据损坏,请重传这一段。"))
        os.fsync(target.fileno())
    return offset + written


def _read(source: BinaryIO, size: int) -> bytes:
    try:
        return source.read(size)
    except OSError:
        return b""  # the line broke: what came before counts


def _fits(checksum: str, digest: bytes) -> bool:
    algorithm, _, encoded = checksum.partition(" ")
    try:
        return algorithm == "sha1" and base64.b64decode(encoded, validate=True) == digest
    except binascii.Error:
        return False


def size_on_disk(upload_id: str) -> int:
    """Bytes of an unfinished upload that are there (0 when none)."""
    place = place_of(upload_id)
    return place.stat().st_size if place.exists() else 0


def keep(upload_id: str) -> Stored:
    """The finished file under its hash in the store; the temporary one stays until `forget`."""
    place = place_of(upload_id)
    if not place.exists():
        place.touch()  # an upload of no bytes
    return runtime.files().keep(place)


def forget(upload_id: str) -> None:
    place_of(upload_id).unlink(missing_ok=True)
