"""The bytes of uploads on disk: appended, flushed, then told. One temporary file per upload under `incoming`."""

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from mdt.kernel import runtime
from mdt.kernel.errors import Refused
from mdt.kernel.files import BLOCK, Stored, refusing_full_disk
from mdt.kernel.hub import off_loop
from mdt.kernel.i18n import N_


class WrongChecksum(Refused):
    """460, the status that tus has for it."""

    status = 460
    code = "checksum_mismatch"
    sentence = N_("传输中数据损坏，请重传这一段。")


class UnknownChecksum(Refused):
    code = "checksum_algorithm"
    sentence = N_("不支持这种校验方式。")


def place_of(upload_id: str) -> Path:
    return runtime.files().incoming / f"upload-{upload_id}"


def append(upload_id: str, offset: int, source: BinaryIO, limit: int, checksum: str) -> int:
    """Write what comes from `source` at `offset`, at most `limit` bytes, and flush it; the new offset.

    A checksum (`sha1 <base64>`, tus) that does not fit leaves the offset where it was and raises WrongChecksum.
    A line that breaks in the middle keeps what came. The file is never cut: a sender who came back while an older
    request of his still hangs writes the same bytes, and what was told stays. Raises UnknownChecksum, Full.
    """
    place = place_of(upload_id)
    wanted = _wanted(checksum) if checksum else b""
    digest = hashlib.sha1(usedforsecurity=False)
    written = 0
    with refusing_full_disk(), place.open("r+b" if place.exists() else "w+b") as target:
        target.seek(offset)
        while written < limit:
            block = source.read(min(BLOCK, limit - written))
            if not block:
                break
            target.write(block)
            digest.update(block)
            written += len(block)
        target.flush()
        if wanted and wanted != digest.digest():
            raise WrongChecksum
        off_loop(lambda: os.fsync(target.fileno()))
    return offset + written


def _wanted(checksum: str) -> bytes:
    algorithm, _, encoded = checksum.partition(" ")
    if algorithm != "sha1":
        raise UnknownChecksum
    try:
        return base64.b64decode(encoded, validate=True) or b"none"
    except binascii.Error:
        raise WrongChecksum from None


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
