"""An instance's frames as they are stored (BitsAllocated kept), one file each, for programs that ask by DICOMweb."""

from pathlib import Path

import numpy as np

from mdt.imaging.ingest.frames import Picture
from mdt.imaging.ingest.part10 import Opened, open_part10
from mdt.imaging.ingest.pixels import PixelForm
from mdt.imaging.ingest.verdicts import NotShowable, Refused


def write_stored(path: Path, out_dir: Path) -> str:
    """Write frame n (from 1) to `out_dir/n.raw`, explicit little endian, and to `n.bin` as it is packed in the file,
    where it is packed. "" or the code of what prevents it; nothing is raised for what is in the file."""
    try:
        opened = open_part10(path.read_bytes())
        picture = Picture(opened)
        for number in range(picture.form.frames):
            if picture.parts:
                packed = b"".join(bytes(opened.raw[at : at + length]) for at, length in picture.parts[number])
                (out_dir / f"{number + 1}.bin").write_bytes(packed)
            (out_dir / f"{number + 1}.raw").write_bytes(_plain(opened, picture, number))
    except (Refused, NotShowable) as reason:
        return reason.code
    except MemoryError:
        return "too_large"
    return ""


def _plain(opened: Opened, picture: Picture, number: int) -> bytes:
    """The frame without packing; a native one keeps its bytes, order of planes and unused bits included."""
    pixels, form = opened.walk.pixels, picture.form
    if picture.parts or pixels is None:
        values = picture.stored(number)
        width = 1 if form.bits_allocated <= 8 else form.bits_allocated // 8
        kind = values.dtype.kind if values.dtype.kind in "if" else "u"
        return np.ascontiguousarray(values.astype(f"<{kind}{width}", copy=False)).tobytes()
    if form.frame_bits % 8:
        bits = picture.stored(number).reshape(-1)
        return np.packbits(bits.astype(np.uint8), bitorder="little").tobytes()
    length = form.frame_bits // 8
    start = pixels.value + number * length
    native = bytes(opened.raw[start : start + length])
    return native if opened.syntax.is_little else _swapped(native, form, words=pixels.vr == b"OW")


def _swapped(native: bytes, form: PixelForm, *, words: bool) -> bytes:
    """Big to little endian; 8-bit samples come in words where the VR is OW (PS3.5 8.1.1)."""
    width = max(form.bits_allocated // 8, 2 if words else 1)
    usable = len(native) - len(native) % width
    return np.frombuffer(native[:usable], f">u{width}").astype(f"<u{width}").tobytes() + native[usable:]
