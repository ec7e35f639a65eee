"""From a file's bytes to a walked data set: preamble, meta group, syntax, inflating (PS3.10 section 7)."""

import struct
import zlib
from dataclasses import dataclass, field

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.syntaxes import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, SYNTAXES, Syntax
from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.walk import LONG_VRS, SHORT_VRS, Bytes, Walk, walk_dataset

_ACTIVE = (b"MZ", b"\x7fELF", b"<", b"#!", b"PK\x03\x04", b"%PDF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"GIF8")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_FIRST_GROUPS = frozenset({0x0002, 0x0004, 0x0008})
META_CLASS, META_INSTANCE, META_SYNTAX = 0x00020002, 0x00020003, 0x00020010
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


@dataclass(slots=True)
class Opened:
    """A file that may be parsed: `raw` holds the data set (inflated), `walk` its index."""

    raw: Bytes
    syntax: Syntax
    walk: Walk
    meta: dict[int, str] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)


def open_part10(raw: Bytes) -> Opened:
    """Open one file's bytes, or raise Refused with the code to say."""
    if len(raw) == 0:
        raise Refused("empty_file")
    notes: set[str] = set()
    start = _dataset_or_meta_start(raw, notes)
    meta, start = _read_meta(raw, start, notes)
    if meta.get(META_CLASS) == MEDIA_DIRECTORY:
        raise Refused("dicomdir")
    syntax = _syntax(raw, start, meta, notes)
    end = len(raw)
    if syntax.is_deflated:
        raw, start = inflate(raw[start:]), 0
        end = len(raw)
    walk = walk_dataset(raw, start=start, end=end, explicit=syntax.is_explicit, little=syntax.is_little)
    notes |= walk.notes
    _check_pixel_form(walk, syntax)
    return Opened(raw, syntax, walk, meta, notes)


def is_active(head: Bytes) -> bool:
    """The preamble is the beginning of a program, a page or a script."""
    return bytes(head[128:132]) == b"DICM" and bytes(head[:16]).lstrip().startswith(_ACTIVE)


def _dataset_or_meta_start(raw: Bytes, notes: set[str]) -> int:
    if bytes(raw[128:132]) == b"DICM":
        if is_active(raw):
            notes.add("active_preamble")
        return 132
    start = 4 if bytes(raw[:4]) == b"DICM" else 0
    if bytes(raw[:4]) in _ZIP_STARTS:
        raise Refused("nested_archive")
    if not _looks_like_dataset(raw, start):
        raise Refused("not_dicom")
    notes.add("no_preamble")
    return start


def _looks_like_dataset(raw: Bytes, start: int) -> bool:
    """A bare data set starts with a small element of group 2 or 8, in either byte order."""
    if len(raw) < start + 16:
        return False
    group, element = struct.unpack_from("<HH", raw, start)
    if group in (0x0200, 0x0800):
        group, element = struct.unpack_from(">HH", raw, start)
    if group not in _FIRST_GROUPS or element > 0x0100:
        return False
    if _has_vr(raw, start):
        return True
    (length,) = struct.unpack_from("<I", raw, start + 4)
    return group != 0x0002 and int(length) <= 1024


def _has_vr(raw: Bytes, start: int) -> bool:
    return bytes(raw[start + 4 : start + 6]) in LONG_VRS | SHORT_VRS


def _read_meta(raw: Bytes, start: int, notes: set[str]) -> tuple[dict[int, str], int]:
    """UIDs of group 2 and where it really ends; the length it states is only compared."""
    meta: dict[int, str] = {}
    pos, stated = start, None
    while pos + 8 <= len(raw):
        group, element = struct.unpack_from("<HH", raw, pos)
        if group != 0x0002:
            if stated is not None and stated != pos:
                notes.add("wrong_group_length")
            return meta, pos
        vr, value, length = _meta_element(raw, pos)
        if element == 0 and length == 4:
            stated = value + 4 + struct.unpack_from("<I", raw, value)[0]
        elif vr == b"UI":
            meta[group << 16 | element] = _uid(raw[value : value + length])
        pos = value + length
    raise Refused("truncated")


def _meta_element(raw: Bytes, pos: int) -> tuple[bytes, int, int]:
    """VR, offset and length of the value; group 2 is always explicit little endian."""
    vr = bytes(raw[pos + 4 : pos + 6])
    value = pos + (12 if vr in LONG_VRS else 8)
    if value > len(raw):
        raise Refused("truncated")
    length = int(
        struct.unpack_from("<I" if vr in LONG_VRS else "<H", raw, value - 4 if vr in LONG_VRS else value - 2)[0]
    )
    if value + length > len(raw):
        raise Refused("truncated")
    return vr, value, length


def _uid(value: Bytes) -> str:
    return bytes(value).rstrip(b"\0 ").decode("latin-1")


def _syntax(raw: Bytes, start: int, meta: dict[int, str], notes: set[str]) -> Syntax:
    declared = meta.get(META_SYNTAX)
    if declared is None:
        return SYNTAXES[_guess(raw, start)]
    syntax = SYNTAXES.get(declared)
    if syntax is None:
        raise Refused("unknown_transfer_syntax", uid=declared[:64])
    if syntax.is_deflated or len(raw) < start + 8:
        return syntax
    if (syntax.is_explicit and not _has_vr(raw, start)) or (not syntax.is_explicit and _has_vr(raw, start)):
        real = _guess(raw, start)
    else:
        return syntax
    if syntax.is_encapsulated or real == declared:
        return syntax
    notes.add("wrong_transfer_syntax")
    return SYNTAXES[real]


def _guess(raw: Bytes, start: int) -> str:
    """Explicit if a VR stands where one would be; big endian if the group reads so."""
    if not _has_vr(raw, start):
        return IMPLICIT_LITTLE
    (group,) = struct.unpack_from("<H", raw, start)
    return EXPLICIT_BIG if group >= 0x0100 else EXPLICIT_LITTLE


def inflate(packed: Bytes) -> bytes:
    """Inflate a deflated data set under the ceilings of ratio and size."""
    ratio_limit = max(len(packed) * ceilings.INFLATED_RATIO, ceilings.INFLATED_FLOOR_BYTES)
    limit = min(ratio_limit, ceilings.DEFLATED_FILE_BYTES)
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = machine.decompress(packed, limit + 1)
    except zlib.error:
        raise Refused("truncated") from None
    if len(inflated) > limit:
        raise Refused("decompression_bomb")
    if not machine.eof:
        raise Refused("truncated")
    return inflated


def _check_pixel_form(walk: Walk, syntax: Syntax) -> None:
    """Fragments and native pixels must be what the syntax says."""
    pixels = walk.pixels
    if pixels is None or pixels.length == 0:
        return
    if syntax.is_encapsulated != (walk.fragments is not None):
        raise Refused("wrong_transfer_syntax")
