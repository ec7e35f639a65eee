"""Key images as pictures: the frame in its window, the marks burnt in, for the printed opinion."""

import io
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import atan2, cos, pi, sin
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from mdt.consensus.sheet import KeyImage
from mdt.imaging.queries.pictures import KeyImageAsk, key_picture
from mdt.kernel import runtime
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import refusing_database_errors
from mdt.press.typst import FACES, FONTS

SIDE: Final = 900
"""Pixels of the longer side, so that thin marks print well."""
INK: Final = (255, 190, 60)
EDGE: Final = (0, 0, 0)
QUALITY: Final = 90
HEAD: Final = pi / 7
Point = tuple[float, float]


def draw_key_images(case_id: str, wanted: Sequence[dict[str, Any]]) -> list[KeyImage]:
    """The pictures of frozen key images, in order; one whose frame cannot be shown is left out."""
    pictures = []
    for one in wanted:
        window = one.get("window")
        ask = KeyImageAsk(
            series_uid=one["series_uid"],
            instance_uid=one["instance_uid"],
            frame=one["frame"],
            window=(float(window[0]), float(window[1])) if window else None,
        )
        with refusing_database_errors(), runtime.database().reading() as session:
            plain = key_picture(session, Subject("case", case_id), ask)
        if plain is not None:
            pictures.append(KeyImage(picture=with_marks(plain, one["annotations"]), caption=one.get("caption") or ""))
    return pictures


def with_marks(plain: bytes, marks: Sequence[dict[str, Any]]) -> bytes:
    """A JPEG of the picture enlarged to `SIDE`, with marks drawn at their image pixels (column, row)."""
    picture = Image.open(io.BytesIO(plain)).convert("RGB")
    scale = SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    pen = Pen(picture)
    for mark in marks:
        points = [(float(x) * scale, float(y) * scale) for x, y in mark["points"]]
        TOOLS[mark["tool"]](pen, points)
        pen.label(points, words_of(mark))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def words_of(mark: dict[str, Any]) -> str:
    """What stands beside a mark: its measure, then its text."""
    measured = {name: float(value) for name, value in mark.get("measured", {}).items() if value is not None}
    said = []
    if "mm" in measured:
        said.append(f"{measured['mm']:.1f} mm")
    if "deg" in measured:
        said.append(f"{measured['deg']:.1f}°")
    if "mean" in measured:
        spread = f" ± {measured['sd']:.0f}" if "sd" in measured else ""
        said.append(f"{measured['mean']:.0f}{spread}")
    return " ".join(filter(None, [*said, mark.get("text", "")]))


class Pen:
    """Draws in amber with a dark edge, readable on bone and on air."""

    def __init__(self, picture: Image.Image) -> None:
        self.draw = ImageDraw.Draw(picture)
        self.size = picture.size
        self.font = ImageFont.truetype(str(FONTS / FACES[2]), 26)

    def line(self, start: Point, end: Point) -> None:
        self.draw.line([start, end], fill=EDGE, width=7)
        self.draw.line([start, end], fill=INK, width=3)

    def oval(self, one: Point, other: Point) -> None:
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        self.draw.ellipse([left, top, right, bottom], outline=EDGE, width=7)
        self.draw.ellipse([left + 2, top + 2, max(left + 2, right - 2), max(top + 2, bottom - 2)], outline=INK, width=3)

    def label(self, points: Sequence[Point], words: str) -> None:
        """Beside the rightmost point, kept on the picture."""
        if not words:
            return
        x, y = max(points)
        width = self.draw.textlength(words, font=self.font)
        at = (min(max(4.0, x + 10), max(4.0, self.size[0] - width - 6)), min(max(4.0, y - 14), self.size[1] - 40.0))
        self.draw.text(at, words, fill=INK, font=self.font, stroke_width=3, stroke_fill=EDGE)


def _length(pen: Pen, points: Sequence[Point]) -> None:
    start, end = points[0], points[-1]
    pen.line(start, end)
    across = atan2(end[1] - start[1], end[0] - start[0]) + pi / 2
    for x, y in (start, end):
        pen.line((x - 9 * cos(across), y - 9 * sin(across)), (x + 9 * cos(across), y + 9 * sin(across)))


def _angle(pen: Pen, points: Sequence[Point]) -> None:
    for start, end in pairwise(points):
        pen.line(start, end)


def _ellipse(pen: Pen, points: Sequence[Point]) -> None:
    pen.oval(points[0], points[-1])


def _arrow(pen: Pen, points: Sequence[Point]) -> None:
    tip, tail = points[0], points[-1]
    pen.line(tip, tail)
    back = atan2(tail[1] - tip[1], tail[0] - tip[0])
    for turn in (-HEAD, HEAD):
        pen.line(tip, (tip[0] + 26 * cos(back + turn), tip[1] + 26 * sin(back + turn)))


def _text(_pen: Pen, _points: Sequence[Point]) -> None:
    """Only its label."""


TOOLS: Final[dict[str, Callable[[Pen, Sequence[Point]], None]]] = {
    "length": _length,
    "angle": _angle,
    "ellipse": _ellipse,
    "arrow": _arrow,
    "text": _text,
}
