"""A small JPEG of one normalised frame: what is seen before the series has arrived."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

POSTER_SIDE, THUMBNAIL_SIDE = 512, 128
_QUALITY = 80


def poster(
    pixels: NDArray[np.int16] | NDArray[np.uint8],
    window: tuple[float, float] | None,
    *,
    slope: float = 1.0,
    intercept: float = 0.0,
    invert: bool = False,
    side: int = POSTER_SIDE,
) -> bytes:
    """JPEG, at most `side` pixels wide and high; `window` (centre, width) in real-world units."""
    picture = Image.fromarray(
        pixels.astype(np.uint8) if pixels.ndim == 3 else _grey(pixels, window, slope, intercept, invert)
    )
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    answer = BytesIO()
    picture.save(answer, "JPEG", quality=_QUALITY)
    return answer.getvalue()


def thumbnail(
    pixels: NDArray[np.int16] | NDArray[np.uint8],
    window: tuple[float, float] | None,
    *,
    slope: float = 1.0,
    intercept: float = 0.0,
    invert: bool = False,
) -> bytes:
    """The same at list size."""
    return poster(pixels, window, slope=slope, intercept=intercept, invert=invert, side=THUMBNAIL_SIDE)


def auto_window(pixels: NDArray[np.int16], slope: float, intercept: float) -> tuple[float, float]:
    """Where the file names none: from the 1st to the 99th percentile."""
    low, high = np.percentile(pixels[::2, ::2], (1, 99)) * slope + intercept
    return (float(low + high) / 2, max(abs(float(high - low)), 1e-6))


def _grey(
    pixels: NDArray[np.int16] | NDArray[np.uint8],
    window: tuple[float, float] | None,
    slope: float,
    intercept: float,
    invert: bool,
) -> NDArray[np.uint8]:
    """Linear window (PS3.3 C.11.2.1.3.2, linear exact)."""
    centre, width = window or auto_window(pixels.astype(np.int16), slope, intercept)
    scaled = (pixels.astype(np.float32) * slope + intercept - centre) / width + 0.5
    shown: NDArray[np.uint8] = np.clip(scaled * 255, 0, 255).astype(np.uint8)
    return np.invert(shown) if invert else shown
