"""Pictures of normalised frames: JPEG or PNG through a grey window, smaller if asked for."""

import io

import numpy as np
from PIL import Image

from mdt.imaging.prepared import Frame

Size = tuple[int, int]
QUALITY = 88


def draw(
    frame: Frame,
    window: tuple[float, float] | None = None,
    *,
    size: Size | None = None,
    form: str = "JPEG",
    quality: int = QUALITY,
) -> bytes:
    """One frame as a picture of at most `size`; 16-bit frames through `window` (centre, width) or their own."""
    picture = _picture(frame, window)
    if size:
        picture.thumbnail(size)
    target = io.BytesIO()
    picture.save(target, form, **({"quality": quality} if form == "JPEG" else {}))
    return target.getvalue()


def _picture(frame: Frame, window: tuple[float, float] | None) -> Image.Image:
    facts, raw = frame.facts, frame.place.read_bytes()
    rows, columns = facts["rows"], facts["columns"]
    if facts["kind"] == "rgb8":
        return Image.fromarray(np.frombuffer(raw, np.uint8).reshape(rows, columns, 3))
    centre, width = window or facts["window"] or (0.0, 2000.0)
    values = np.frombuffer(raw, "<i2").astype(np.float32).reshape(rows, columns)
    values = values * facts["slope"] + facts["intercept"]
    grey = np.clip((values - (centre - width / 2)) / max(width, 1e-6) * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(255 - grey if facts["invert"] else grey)
