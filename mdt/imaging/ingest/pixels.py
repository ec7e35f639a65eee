"""The form of the pixel data, checked against the bytes that are there, before anything is decoded."""

import struct
from dataclasses import dataclass
from itertools import pairwise

from pydicom.uid import UID

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.codestream import read_codestream, rle_segments
from mdt.imaging.ingest.dataset import Reader
from mdt.imaging.ingest.part10 import Opened
from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.walk import DOUBLE_PIXELS, FLOAT_PIXELS

Parts = list[tuple[int, int]]
"""Offsets and lengths of the fragments of one frame."""

_EXTENDED_OFFSETS = 0x7FE00001


@dataclass(frozen=True, slots=True)
class PixelForm:
    """Image Pixel attributes (PS3.3 C.7.6.3)."""

    rows: int
    columns: int
    samples: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    planar: int

    @property
    def frame_bits(self) -> int:
        """Size of one uncompressed frame as stored; 4:2:2 shares the colours of two pixels."""
        samples = 2 if self.photometric == "YBR_FULL_422" and self.samples == 3 else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def decoded_bytes(self) -> int:
        """Memory one decoded frame takes."""
        return self.rows * self.columns * self.samples * max(1, self.bits_allocated // 8)


def pixel_form(reader: Reader) -> PixelForm:
    """Read the form; nonsense stays visible as 0."""
    allocated = reader.integer("BitsAllocated") or 0
    stored = reader.integer("BitsStored") or allocated
    high = reader.integer("HighBit")
    frames = reader.integer("NumberOfFrames")
    return PixelForm(
        rows=reader.integer("Rows") or 0,
        columns=reader.integer("Columns") or 0,
        samples=reader.integer("SamplesPerPixel") or 1,
        frames=1 if frames is None else frames,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=stored - 1 if high is None else high,
        signed=reader.integer("PixelRepresentation") == 1,
        photometric=reader.text("PhotometricInterpretation").replace(" ", "_").replace("_COLOR", " COLOR"),
        planar=reader.integer("PlanarConfiguration") or 0,
    )


def is_image_class(sop_class_uid: str) -> bool:
    """True for storage classes that promise a picture."""
    name = UID(sop_class_uid).name
    return "Image Storage" in name or name in ("RT Dose Storage", "Segmentation Storage")


def check_pixels(opened: Opened, form: PixelForm) -> set[str]:
    """Notes on the pixel data; raises Refused where header and bytes cannot be one image."""
    if opened.walk.pixels is None:
        return set()
    _check_dimensions(form)
    if opened.walk.fragments is None:
        return _check_native(opened, form)
    return _check_encapsulated(opened, form)


def _check_dimensions(form: PixelForm) -> None:
    if form.rows < 1 or form.columns < 1:
        raise Refused("bad_dimensions")
    if form.frames < 1 or form.frames > ceilings.FRAMES:
        raise Refused("pixel_length_mismatch")
    if form.bits_stored > form.bits_allocated or form.samples not in (1, 3, 4):
        raise Refused("bad_pixel_format")


def _check_native(opened: Opened, form: PixelForm) -> set[str]:
    pixels = opened.walk.pixels
    there = pixels.length if pixels else 0
    needed = (form.frame_bits * form.frames + 7) // 8
    if there < needed:
        raise Refused("pixel_length_mismatch", needed=needed, there=there)
    notes = {"pixel_length_mismatch"} if there > needed + 1 else set()
    if form.decoded_bytes > ceilings.FRAME_BYTES:
        notes.add("too_large")
    allowed = (32, 64) if pixels and pixels.tag in (FLOAT_PIXELS, DOUBLE_PIXELS) else (1, 8, 16, 32)
    if form.bits_allocated not in allowed:
        notes.add("bad_pixel_format")
    return notes


def _check_encapsulated(opened: Opened, form: PixelForm) -> set[str]:
    codec = opened.syntax.codec
    if codec in ("video", "jpeg-xl"):
        return {"unsupported_syntax"}
    frames, notes = frame_parts(opened, form)
    if form.decoded_bytes > ceilings.FRAME_BYTES:
        raise Refused("too_large")
    for parts in frames:
        head = opened.raw[parts[0][0] : sum(parts[0])]
        if codec == "rle":
            if rle_segments(head) is None:
                notes.add("undecodable_pixels")
            continue
        stream = read_codestream(codec, head)
        if stream is None:
            notes.add("undecodable_pixels")
        elif (stream.rows, stream.columns, stream.samples) != (form.rows, form.columns, form.samples):
            raise Refused("codestream_size_mismatch", rows=stream.rows, columns=stream.columns)
    return notes


def frame_parts(opened: Opened, form: PixelForm) -> tuple[list[Parts], set[str]]:
    """The fragments of each frame (PS3.5 A.4); a wrong offset table is noted and not used."""
    table, *fragments = opened.walk.fragments or [(0, 0)]
    if len(fragments) < form.frames:
        raise Refused("pixel_length_mismatch", frames=form.frames, there=len(fragments))
    starts, notes = _table_starts(opened, form, table, fragments), set()
    if starts == []:
        notes.add("bad_offset_table")
    if form.frames == len(fragments):
        return [[fragment] for fragment in fragments], notes
    if form.frames == 1:
        return [fragments], notes
    starts = starts or _marked_starts(opened, form, fragments)
    return [fragments[a:b] for a, b in zip(starts, [*starts[1:], len(fragments)], strict=True)], notes


def _table_starts(opened: Opened, form: PixelForm, table: tuple[int, int], fragments: Parts) -> list[int] | None:
    """Index of the first fragment of each frame by a table; None = no table, [] = a wrong one."""
    offset, length = table
    extended = opened.walk.spans.get(_EXTENDED_OFFSETS)
    if extended is not None and extended.length:
        offset, length, size, kind = extended.value, extended.length, 8, "Q"
    elif length:
        size, kind = 4, "I"
    else:
        return None
    if length != size * form.frames:
        return []
    stated = struct.unpack_from(f"<{form.frames}{kind}", opened.raw, offset)
    base = fragments[0][0] - 8
    index = {start - 8 - base: n for n, (start, _) in enumerate(fragments)}
    starts = [index[s] for s in stated if s in index]
    good = len(starts) == form.frames and starts[0] == 0 and all(a < b for a, b in pairwise(starts))
    return starts if good else []


def _marked_starts(opened: Opened, form: PixelForm, fragments: Parts) -> list[int]:
    """Without a table: fragments that begin a codestream begin a frame, else equal shares."""
    begins = (b"\xff\xd8\xff", b"\xff\x4f\xff")
    starts = [n for n, (at, _) in enumerate(fragments) if bytes(opened.raw[at : at + 3]) in begins]
    if len(starts) == form.frames and starts[0] == 0:
        return starts
    share, rest = divmod(len(fragments), form.frames)
    if rest:
        raise Refused("pixel_length_mismatch", frames=form.frames, there=len(fragments))
    return list(range(0, len(fragments), share))
