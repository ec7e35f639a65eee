"""ZIP archives listed and streamed without ever extracting to the sender's names; see `unpack` for who calls."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.charset import display_text
from mdt.imaging.ingest.verdicts import Refused, State

NAME_LENGTH = 255
_CHUNK = 1 << 20
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_DANGEROUS = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCAL_HEADER_BYTES = 30
_END_BYTES, _LOCATOR_BYTES, _ZIP64_END_BYTES = 22, 20, 56
_DIRECTORY_BYTES = 16 << 20
_UNSAFE = ("unsafe_path", "unsafe_entry", "decompression_bomb", "encrypted_entry", "damaged_entry", "nested_archive")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: `name` for display, `code` why it is not opened (None = open it)."""

    name: str
    entry: zipfile.ZipInfo
    code: str | None


def looks_like_zip(head: bytes) -> bool:
    """True for the first bytes of a ZIP, an empty one too."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")


class Archive:
    """An archive whose directory has been checked; raises Refused for the whole."""

    def __init__(self, source: BinaryIO) -> None:
        _demand_small_directory(source)
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError):
            raise Refused("bad_archive") from None
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if not entries:
            raise Refused("empty_archive")
        if len(entries) > ceilings.ARCHIVE_FILES:
            raise Refused("too_many_files", limit=ceilings.ARCHIVE_FILES)
        _refuse_overlaps(entries)
        self._entries = entries
        self._inflated = 0

    def members(self) -> Iterator[Member]:
        """Every file in it, in the archive's order, with the verdict on its entry."""
        for entry in self._entries:
            name = entry_name(entry)
            yield Member(display_text(name.replace("\\", "/"))[:NAME_LENGTH], entry, _entry_code(entry, name))

    def copy(self, member: Member, target: BinaryIO) -> int:
        """Stream one member, counting what really comes out; raises Refused, target then holds a part."""
        limit = max(member.entry.compress_size * ceilings.INFLATED_RATIO, ceilings.INFLATED_FLOOR_BYTES)
        written = 0
        try:
            with self._zip.open(member.entry) as stream:
                while chunk := stream.read(_CHUNK):
                    written += len(chunk)
                    self._inflated += len(chunk)
                    if written > limit or self._inflated > ceilings.INFLATED_BYTES:
                        raise Refused("decompression_bomb")
                    target.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise Refused("damaged_entry") from None
        return written


def _demand_small_directory(source: BinaryIO) -> None:
    """The directory of an archive is read whole into memory: one that claims millions of entries is refused first.

    Only the end record at the end of the file is believed, and its ZIP64 twin before it (APPNOTE 4.3.14–16).
    """
    size = source.seek(0, 2)
    start = max(0, size - _END_BYTES - 0xFFFF - _LOCATOR_BYTES)
    source.seek(start)
    tail = source.read()
    source.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END_BYTES:
        raise Refused("bad_archive")
    (count, length) = struct.unpack_from("<HL", tail, at + 10)
    if at >= _LOCATOR_BYTES and tail[at - _LOCATOR_BYTES :].startswith(b"PK\x06\x07"):
        (place,) = struct.unpack_from("<Q", tail, at - _LOCATOR_BYTES + 8)
        count, length = _zip64_directory(source, min(place, size))
    if count > ceilings.ARCHIVE_FILES * 2 or length > _DIRECTORY_BYTES:  # folders have entries too
        raise Refused("too_many_files", limit=ceilings.ARCHIVE_FILES)


def _zip64_directory(source: BinaryIO, place: int) -> tuple[int, int]:
    source.seek(place)
    record = source.read(_ZIP64_END_BYTES)
    source.seek(0)
    if len(record) < _ZIP64_END_BYTES or not record.startswith(b"PK\x06\x06"):
        raise Refused("bad_archive")
    count, length = struct.unpack_from("<QQ", record, 32)
    return count, length


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as written: Chinese Windows writes GB18030 without the UTF-8 flag, macOS UTF-8."""
    original = entry.orig_filename
    if entry.flag_bits & _UTF8_FLAG:
        return original
    raw = original.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return original


def _entry_code(entry: zipfile.ZipInfo, name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name[:1] in ("/", "\\") or _DRIVE.match(name):
        return "unsafe_path"
    if len(name) > NAME_LENGTH or _DANGEROUS.search(name):
        return "unsafe_path"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "unsafe_entry"
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "encrypted_entry"
    if name.lower().endswith(_ARCHIVES):
        return "nested_archive"
    return None if entry.compress_type in _COMPRESSIONS else "unsupported_compression"


def _refuse_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are a bomb (CVE-2024-0450); older zipfile modules read them."""
    placed = sorted((e.header_offset, e.compress_size) for e in entries)
    for (start, size), (following, _) in pairwise(placed):
        if start + _LOCAL_HEADER_BYTES + size > following:
            raise Refused("bad_archive")


def archive_verdict(members: list[tuple[State, str]]) -> tuple[State, str]:
    """The archive's own row from those of its members (state, code)."""
    taken = [state for state, _ in members if state != "refused"]
    codes = {code for state, code in members if state == "refused"}
    named = next((code for code in _UNSAFE if code in codes), None)
    if not taken:
        return ("refused", named or _common(codes) or "skipped_entries")
    if codes:
        return ("warning", named or "skipped_entries")
    warned = {code for state, code in members if state == "warning"}
    return ("warning", _common(warned) or "warned_entries") if warned else ("stored", "ok")


def _common(codes: set[str]) -> str | None:
    return next(iter(codes)) if len(codes) == 1 else None
