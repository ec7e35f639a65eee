"""Every kind of image normalised once per frame: 16-bit grey with its scale, or 8-bit RGB."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mdt.imaging.ingest.dataset import Reader, read_header
from mdt.imaging.ingest.decode import Array, decode_frame, decode_native
from mdt.imaging.ingest.geometry import frame_facts
from mdt.imaging.ingest.part10 import Opened
from mdt.imaging.ingest.pixels import Parts, PixelForm, check_pixels, frame_parts, pixel_form
from mdt.imaging.ingest.record import FrameFacts
from mdt.imaging.ingest.verdicts import NotShowable, Refused
from mdt.imaging.ingest.walk import Bytes

_INT16 = np.iinfo(np.int16)
_JPEG_RGB = frozenset({"jpeg"})
_ICC_YCBCR = frozenset({"YBR_FULL", "YBR_FULL_422"})
_COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True)
class NormalFrame:
    """One frame as the viewer draws it.

    `pixels`: int16 (rows, columns), real-world value = pixel * slope + intercept;
    or uint8 (rows, columns, 3), RGB.
    """

    number: int
    pixels: NDArray[np.int16] | NDArray[np.uint8]
    kind: Literal["mono16", "rgb8"]
    slope: float
    intercept: float
    invert: bool
    lossy: bool
    facts: FrameFacts

    def stored_bytes(self) -> bytes:
        """Little endian, row by row: what is written to the frame's file."""
        dtype = "<i2" if self.kind == "mono16" else "u1"
        return np.ascontiguousarray(self.pixels).astype(dtype, copy=False).tobytes()


class Picture:
    """An opened file whose frames can be asked for one by one."""

    def __init__(self, opened: Opened) -> None:
        dataset, _ = read_header(opened)
        self.opened = opened
        self.reader = Reader(dataset)
        self.form = pixel_form(self.reader)
        if opened.walk.pixels is None:
            raise NotShowable("not_an_image")
        try:
            check_pixels(opened, self.form)
            self.parts: list[Parts] = []
            if opened.walk.fragments is not None and opened.syntax.codec not in ("video", "jpeg-xl"):
                self.parts, _ = frame_parts(opened, self.form)
        except Refused as refused:
            raise NotShowable(refused.code, str(refused.params)) from refused
        self.lossy = opened.syntax.lossy or self.reader.text("LossyImageCompression", 8) == "01"
        self.palette = _palette(self.reader) if self.form.photometric == "PALETTE COLOR" else None

    def facts(self) -> Iterator[FrameFacts]:
        """Geometry, windows and scale of each frame in stored order."""
        return frame_facts(self.reader, self.form.frames)

    def stored(self, frame: int) -> Array:
        """The stored values of a frame (from 0), before any scale."""
        opened, pixels = self.opened, self.opened.walk.pixels
        if opened.walk.fragments is None and pixels is not None:
            raw: Bytes = memoryview(opened.raw)[pixels.value : pixels.end]
            if not opened.syntax.is_little and pixels.vr == b"OW" and self.form.bits_allocated <= 8:
                raw = _swapped(raw)
            return decode_native(raw, self.form, frame=frame, tag=pixels.tag, little=opened.syntax.is_little)
        if not self.parts:
            raise NotShowable("unsupported_syntax", opened.syntax.name)
        stream = b"".join(bytes(opened.raw[at : at + length]) for at, length in self.parts[frame])
        return decode_frame(stream, opened.syntax, self.form)

    def normal(self, frame: int, facts: FrameFacts) -> NormalFrame:
        """A frame normalised; raises NotShowable with the reason."""
        values = self.stored(frame)
        if self.palette is not None:
            return self._colour(frame, facts, _look_up(values, self.palette))
        if values.ndim == 3:
            return self._colour(frame, facts, _to_rgb(values, self.form, self.opened.syntax.codec))
        if self.form.photometric not in ("MONOCHROME1", "MONOCHROME2", ""):
            raise NotShowable("bad_pixel_format", self.form.photometric)
        values, slope, intercept = self._modality(values, facts)
        pixels, step, base = to_int16(values)
        return NormalFrame(
            number=frame + 1,
            pixels=pixels,
            kind="mono16",
            slope=step * slope,
            intercept=base * slope + intercept,
            invert=self.form.photometric == "MONOCHROME1",
            lossy=self.lossy,
            facts=facts,
        )

    def _modality(self, values: Array, facts: FrameFacts) -> tuple[Array, float, float]:
        """A modality LUT is applied, a rescale is carried along (PS3.3 C.11.1)."""
        lut = self.reader.first("ModalityLUTSequence")
        table = _table(lut, "LUTDescriptor", "LUTData")
        if table is None or values.dtype.kind == "f":
            return values, facts.slope, facts.intercept
        entries, first = table
        index = np.clip(values.astype(np.int64) - first, 0, len(entries) - 1)
        return entries[index], 1.0, 0.0

    def _colour(self, frame: int, facts: FrameFacts, rgb: NDArray[np.uint8]) -> NormalFrame:
        return NormalFrame(
            number=frame + 1,
            pixels=rgb,
            kind="rgb8",
            slope=1.0,
            intercept=0.0,
            invert=False,
            lossy=self.lossy,
            facts=facts,
        )


def normal_frames(opened: Opened) -> Iterator[NormalFrame]:
    """All frames of a file; raises NotShowable at the first that cannot be shown."""
    picture = Picture(opened)
    for frame, facts in enumerate(picture.facts()):
        yield picture.normal(frame, facts)


def to_int16(values: Array) -> tuple[NDArray[np.int16], float, float]:
    """int16 pixels with (slope, intercept) back to `values`: exact where 16 bits suffice."""
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = values.min().item(), values.max().item()
    if values.dtype.kind != "f":
        if low >= _INT16.min and high <= _INT16.max:
            return values.astype(np.int16), 1.0, 0.0
        if values.dtype.itemsize <= 2:
            return (values.astype(np.int32) - 32768).astype(np.int16), 1.0, 32768.0
        if high - low <= _INT16.max - _INT16.min:
            shift = low - int(_INT16.min)
            return (values.astype(np.int64) - shift).astype(np.int16), 1.0, float(shift)
    span = float(high) - float(low) or 1.0
    steps = float(_INT16.max) - float(_INT16.min)
    scaled = (values.astype(np.float64) - low) * (steps / span) + _INT16.min
    slope = span / steps
    return np.rint(scaled).astype(np.int16), slope, float(low) - float(_INT16.min) * slope


def _to_rgb(values: Array, form: PixelForm, codec: str) -> NDArray[np.uint8]:
    if values.shape[2] != 3:
        raise NotShowable("bad_pixel_format", f"{values.shape[2]} samples")
    eight = _to_eight_bits(values, form)
    if form.photometric in _ICC_YCBCR and codec not in _JPEG_RGB:
        return _ycbcr_to_rgb(eight)
    return eight


def _to_eight_bits(values: Array, form: PixelForm) -> NDArray[np.uint8]:
    shift = max(0, min(form.bits_stored, values.dtype.itemsize * 8) - 8)
    return (
        np.right_shift(values, shift, dtype=values.dtype).astype(np.uint8)
        if shift
        else values.astype(np.uint8, copy=False)
    )


def _ycbcr_to_rgb(ycbcr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """PS3.3 C.7.6.3.1.2, full range."""
    y, cb, cr = (ycbcr[..., n].astype(np.float32) for n in range(3))
    red = y + 1.402 * (cr - 128)
    green = y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)
    blue = y + 1.772 * (cb - 128)
    rgb: NDArray[np.uint8] = np.clip(np.rint(np.stack([red, green, blue], axis=-1)), 0, 255).astype(np.uint8)
    return rgb


def _table(reader: Reader, descriptor: str, data: str) -> tuple[NDArray[np.int64], int] | None:
    """A look-up table: entries and the first stored value mapped (PS3.3 C.11.1.1.1)."""
    facts = [int(v) for v in reader.decimals(descriptor)]
    if len(facts) != 3:
        return None
    count, first, bits = facts[0] % 65536 or 65536, facts[1], facts[2]
    raw = reader.binary(data)
    if not raw:
        numbers = np.array(reader.decimals(data), np.int64)
    elif len(raw) >= 2 * count or bits > 8:
        little = reader.dataset.original_encoding[1] is not False
        numbers = np.frombuffer(raw[: len(raw) // 2 * 2], "<u2" if little else ">u2").astype(np.int64)
    else:
        numbers = np.frombuffer(raw, np.uint8).astype(np.int64)
    if len(numbers) == 0:
        return None
    return numbers[:count] & 0xFFFF, first - 65536 if first > 32767 and bits < 0 else first


def _swapped(raw: Bytes) -> bytes:
    """Bytes sent as big endian words (PS3.5 8.1.1): each pair turned round."""
    return np.frombuffer(raw, ">u2", count=len(raw) // 2).astype("<u2").tobytes()


Palette = tuple[NDArray[np.uint8], int]


def _palette(reader: Reader) -> Palette:
    """Red, green, blue for each entry, 8 bits, and the first stored value mapped."""
    channels: list[NDArray[np.uint8]] = []
    first = 0
    for colour in _COLOURS:
        name = f"{colour}PaletteColorLookupTable"
        if reader.binary(f"Segmented{name}Data"):
            raise NotShowable("unsupported_syntax", "segmented palette")
        table = _table(reader, f"{name}Descriptor", f"{name}Data")
        if table is None:
            raise NotShowable("bad_pixel_format", "palette missing")
        entries, first = table
        bits = reader.decimals(f"{name}Descriptor")[2]
        # 8-bit tables are met under "16": then no entry uses the high byte
        wide = bits > 8 and entries.max() > 255
        channels.append((entries >> 8 if wide else entries & 0xFF).astype(np.uint8))
    if len({len(channel) for channel in channels}) != 1:
        raise NotShowable("bad_pixel_format", "palette lengths differ")
    return np.stack(channels, axis=-1), first


def _look_up(values: Array, palette: Palette) -> NDArray[np.uint8]:
    entries, first = palette
    return entries[np.clip(values.astype(np.int64) - first, 0, len(entries) - 1)]
