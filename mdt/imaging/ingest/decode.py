"""One frame's bytes to an array of stored values.

Every codestream's size has been compared with the header before (`pixels`);
it is compared again here, because a frame is decoded in another process.
"""

import sys

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.codestream import Codestream, read_codestream, rle_segments
from mdt.imaging.ingest.pixels import PixelForm
from mdt.imaging.ingest.syntaxes import Syntax
from mdt.imaging.ingest.verdicts import NotShowable
from mdt.imaging.ingest.walk import DOUBLE_PIXELS, FLOAT_PIXELS, Bytes

Array = NDArray[np.generic]

_YCBCR = frozenset({"YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420", "YBR_PARTIAL_422"})


def decode_native(raw: Bytes, form: PixelForm, *, frame: int, tag: int, little: bool) -> Array:
    """Stored values of an uncompressed frame, (rows, columns) or (rows, columns, samples)."""
    if form.decoded_bytes > ceilings.FRAME_BYTES:
        raise NotShowable("too_large")
    if form.bits_allocated == 1:
        return _unpack_bits(raw, form, frame)
    length = form.frame_bits // 8
    values = np.frombuffer(
        raw, _dtype(form, tag, little=little), offset=frame * length, count=length * 8 // form.bits_allocated
    )
    if form.samples == 1:
        return _stored(values.reshape(form.rows, form.columns), form, tag)
    if form.photometric == "YBR_FULL_422":
        return _upsampled(values, form)
    if form.planar == 1:
        return np.moveaxis(values.reshape(form.samples, form.rows, form.columns), 0, -1)
    return values.reshape(form.rows, form.columns, form.samples)


def _dtype(form: PixelForm, tag: int, *, little: bool) -> np.dtype[np.generic]:
    order = "<" if little else ">"
    if tag == FLOAT_PIXELS:
        return np.dtype(order + "f4")
    if tag == DOUBLE_PIXELS:
        return np.dtype(order + "f8")
    if form.bits_allocated not in (8, 16, 32):
        raise NotShowable("bad_pixel_format", f"{form.bits_allocated} bits allocated")
    return np.dtype(f"{order}u{form.bits_allocated // 8}")


def _unpack_bits(raw: Bytes, form: PixelForm, frame: int) -> Array:
    """1-bit frames are not byte aligned (PS3.5 8.1.1)."""
    count = form.rows * form.columns * form.samples
    first = frame * count
    packed = np.frombuffer(raw, np.uint8)[first // 8 : (first + count + 7) // 8]
    bits = np.unpackbits(packed, bitorder="little")[first % 8 :][:count]
    shape = (form.rows, form.columns) if form.samples == 1 else (form.rows, form.columns, form.samples)
    return bits.reshape(shape)


def _upsampled(values: Array, form: PixelForm) -> Array:
    """Uncompressed 4:2:2: Y Y Cb Cr for each pair of pixels (PS3.3 C.7.6.3.1.2)."""
    quads = values.reshape(-1, 4)
    pixels = np.empty((len(quads), 2, 3), values.dtype)
    pixels[:, 0, 0], pixels[:, 1, 0] = quads[:, 0], quads[:, 1]
    pixels[:, :, 1], pixels[:, :, 2] = quads[:, 2:3], quads[:, 3:4]
    return pixels.reshape(form.rows, form.columns, 3)


def _stored(values: Array, form: PixelForm, tag: int = 0) -> Array:
    """Cut away what is not stored and extend the sign."""
    if values.dtype.kind == "f" or tag in (FLOAT_PIXELS, DOUBLE_PIXELS):
        return values
    bits = min(form.bits_stored, values.dtype.itemsize * 8)
    unsigned = values.astype(np.dtype(f"u{values.dtype.itemsize}"), copy=False)
    low = max(0, min(form.high_bit, values.dtype.itemsize * 8 - 1) + 1 - bits)
    spare = unsigned.dtype.itemsize * 8 - bits
    if form.signed:
        signed = (unsigned << (spare - low)).view(np.dtype(f"i{unsigned.dtype.itemsize}"))
        return signed >> spare
    return (unsigned >> low) & ((1 << bits) - 1) if spare or low else unsigned


def decode_frame(stream: bytes, syntax: Syntax, form: PixelForm) -> Array:
    """Stored values of a compressed frame; colour comes back as RGB where the codec says so."""
    if form.decoded_bytes > ceilings.FRAME_BYTES:
        raise NotShowable("too_large")
    if syntax.codec == "rle":
        return _rle(stream, form)
    if syntax.codec in ("video", "jpeg-xl"):
        raise NotShowable("unsupported_syntax", syntax.name)
    facts = read_codestream(syntax.codec, stream)
    if facts is None:
        raise NotShowable("undecodable_pixels", f"{syntax.name}: no codestream header")
    if (facts.rows, facts.columns, facts.samples) != (form.rows, form.columns, form.samples):
        raise NotShowable("codestream_size_mismatch", f"{facts.rows}×{facts.columns}×{facts.samples}")
    try:
        values = _run_codec(stream, syntax, form, facts)
    except (RuntimeError, ValueError, TypeError) as fault:
        raise NotShowable("undecodable_pixels", f"{syntax.name}: {fault}"[:200]) from fault
    if values.shape[:2] != (form.rows, form.columns):
        raise NotShowable("undecodable_pixels", f"decoder gave {values.shape}")
    return _signed(values, form) if form.samples == 1 else values


def _signed(values: Array, form: PixelForm) -> Array:
    """Codecs without a sign give the stored bits; a lossy value may pass the stored maximum and stays."""
    if not form.signed or values.dtype.kind == "i":
        return values
    width = 1 if form.bits_stored <= 8 else 2 if form.bits_stored <= 16 else 4
    spare = width * 8 - form.bits_stored
    wide = values.astype(np.dtype(f"u{width}"))
    return (wide << spare).view(np.dtype(f"i{width}")) >> spare


def _run_codec(stream: bytes, syntax: Syntax, form: PixelForm, facts: Codestream) -> Array:
    values: Array
    match syntax.codec:
        case "jpeg-ls":
            values = imagecodecs.jpegls_decode(stream)
        case "jpeg2000":
            values = imagecodecs.jpeg2k_decode(stream)
        case "htj2k":
            values = _htj2k(stream)
        case "jpeg-lossless":
            values = imagecodecs.ljpeg_decode(stream) if facts.samples == 1 else imagecodecs.jpeg8_decode(stream)
        case _:
            values = _jpeg(stream, form, facts)
    if form.samples == 3 and values.ndim == 3 and values.shape[0] == 3 != values.shape[2]:
        values = np.moveaxis(values, 0, -1)
    return values


def _htj2k(stream: bytes) -> Array:
    """imagecodecs only reports a fault in the middle of a frame as unraisable and returns half a picture."""
    faults: list[BaseException | None] = []
    earlier = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: faults.append(unraisable.exc_value)
    try:
        values: Array = imagecodecs.htj2k_decode(stream)
    finally:
        sys.unraisablehook = earlier
    if faults:
        raise RuntimeError(str(faults[0]))
    return values


def _jpeg(stream: bytes, form: PixelForm, facts: Codestream) -> Array:
    """DCT JPEG. The codestream's own colour marks go before the header's claim."""
    values: Array
    if form.samples == 1:
        values = imagecodecs.jpeg8_decode(stream)
        return values
    if facts.adobe_transform is not None:
        is_ycbcr = facts.adobe_transform == 1
    else:
        is_ycbcr = facts.is_jfif or form.photometric in _YCBCR
    values = imagecodecs.jpeg8_decode(stream, colorspace="YCBCR" if is_ycbcr else "RGB", outcolorspace="RGB")
    return values


def _rle(stream: bytes, form: PixelForm) -> Array:
    """PackBits per byte plane, most significant first (PS3.5 G.2)."""
    segments = rle_segments(stream)
    width, rest = divmod(form.bits_allocated, 8)
    if segments is None or rest or len(segments) != width * form.samples:
        raise NotShowable("undecodable_pixels", "RLE header")
    count = form.rows * form.columns
    planes = np.zeros((form.samples, count, width), np.uint8)
    for n, (start, end) in enumerate(segments):
        try:
            plane = imagecodecs.packbits_decode(stream[start:end], out=count + 1)
        except RuntimeError as fault:
            raise NotShowable("undecodable_pixels", f"RLE: {fault}"[:200]) from fault
        if len(plane) < count:
            raise NotShowable("undecodable_pixels", "RLE segment too short")
        sample, byte = divmod(n, width)
        planes[sample, :, width - 1 - byte] = np.frombuffer(plane, np.uint8, count)
    values = planes.view(f"<u{width}")[:, :, 0].reshape(form.samples, form.rows, form.columns)
    return _stored(values[0], form) if form.samples == 1 else np.moveaxis(values, 0, -1)
