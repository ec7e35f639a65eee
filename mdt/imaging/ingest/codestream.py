"""What a compressed frame says of its own size, read before a decoder runs."""

import struct
from dataclasses import dataclass
from itertools import pairwise

from mdt.imaging.ingest.walk import Bytes

_LOOK_BYTES = 1 << 20
_TILES = 65_535
_NO_LENGTH = frozenset(range(0xD0, 0xD8)) | {0x01, 0xD8}
_NOT_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_APP14 = 0xEE
_RLE_HEADER = 64


@dataclass(frozen=True, slots=True)
class Codestream:
    """Size and sample form a codestream declares."""

    rows: int
    columns: int
    samples: int
    bits: int
    process: int = 0
    """JPEG: the SOF marker's low byte."""
    adobe_transform: int | None = None
    """JPEG APP14: 0 = components as they are, 1 = YCbCr; None = not said."""
    is_jfif: bool = False
    """JFIF promises YCbCr for three components."""


def read_codestream(codec: str, frame: Bytes) -> Codestream | None:
    """The declared size, or None where no decoder could start."""
    head = bytes(frame[:_LOOK_BYTES])
    if codec in ("jpeg", "jpeg-lossless", "jpeg-ls"):
        return _jpeg(head)
    if codec in ("jpeg2000", "htj2k"):
        return _jpeg2000(head)
    return None


def _jpeg(head: bytes) -> Codestream | None:
    """Markers up to the frame header (ITU-T T.81 B.2.2, T.87 C.2.2)."""
    pos, transform, is_jfif = 2, None, False
    if head[:2] != b"\xff\xd8":
        return None
    while pos + 4 <= len(head):
        if head[pos] != 0xFF:
            return None
        marker = head[pos + 1]
        if marker == 0xFF or marker in _NO_LENGTH:
            pos += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", head, pos + 2)
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES):
            if pos + 10 > len(head):
                return None
            bits, rows, columns, samples = struct.unpack_from(">BHHB", head, pos + 4)
            return Codestream(rows, columns, samples, bits, marker & 0x0F, transform, is_jfif)
        if marker == _APP14 and head[pos + 4 : pos + 9] == b"Adobe" and pos + 16 <= len(head):
            transform = head[pos + 15]
        is_jfif = is_jfif or (marker == 0xE0 and head[pos + 4 : pos + 8] == b"JFIF")
        pos += 2 + length
    return None


def _jpeg2000(head: bytes) -> Codestream | None:
    """The SIZ marker (ITU-T T.800 A.5.1); some devices wrap it in JP2 boxes."""
    start = head.find(b"\xff\x4f\xff\x51")
    if start < 0 or start > 4096 or len(head) < start + 43:
        return None
    values = struct.unpack_from(">8IH", head, start + 8)
    width, height, left, top, tile_width, tile_height, _, _, samples = values
    if not tile_width or not tile_height or left >= width or top >= height:
        return None
    if -(-width // tile_width) * -(-height // tile_height) > _TILES:
        return None
    bits = (head[start + 42] & 0x7F) + 1
    return Codestream(height - top, width - left, samples, bits)


def rle_segments(frame: Bytes) -> list[tuple[int, int]] | None:
    """Start and end of each RLE segment (PS3.5 G.5), or None if the header is no header."""
    if len(frame) < _RLE_HEADER:
        return None
    count, *offsets = struct.unpack_from("<16I", frame, 0)
    if not 1 <= count <= 15:
        return None
    bounds = [*offsets[:count], len(frame)]
    if bounds[0] != _RLE_HEADER or any(a >= b for a, b in pairwise(bounds)):
        return None
    return list(pairwise(bounds))
