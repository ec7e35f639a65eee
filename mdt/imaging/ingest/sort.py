"""The order of a series in space, and what seems to be missing from it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from mdt.imaging.ingest.record import Cosines, Vector

_SAME_PLANE_COSINE = 0.97
"""About 14 degrees: a tilted gantry is one stack, a three-plane localiser is none."""
_GAP = 1.5
_SAME_PLACE_MM = 0.01
_NUMBERS_LISTED = 200


@dataclass(frozen=True, slots=True)
class Place:
    """What the order is made from; millimetres, patient coordinates."""

    position_mm: Vector | None
    orientation: Cosines | None
    number: int | None = None
    name: str = ""
    frame: int = 1


class Gap(BaseModel):
    """A step larger than 1.5 × the median: about `missing` slices between two positions."""

    model_config = ConfigDict(frozen=True)

    after_mm: float
    before_mm: float
    missing: int


class Completeness(BaseModel):
    """Step statistics of one series; positions run along the slice normal."""

    model_config = ConfigDict(frozen=True)

    slices: int
    median_step_mm: float | None
    gaps: tuple[Gap, ...] = ()
    missing_numbers: tuple[int, ...] = ()


Row = TypeVar("Row")


def in_order(rows: Sequence[Row], places: Sequence[Place]) -> list[Row]:
    """`rows` sorted by their places: position, else instance number, else name."""
    along = positions_along(places)
    keyed = [(_key(place, mm), n) for n, (place, mm) in enumerate(zip(places, along, strict=True))]
    return [rows[n] for _, n in sorted(keyed)]


def _key(place: Place, along_mm: float | None) -> tuple[float, float, list[tuple[int, int, str]], int]:
    number = math.inf if place.number is None else place.number
    return (math.inf if along_mm is None else along_mm, number, _natural(place.name), place.frame)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """IM2 before IM10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(p[:18]), "") if p.isdecimal() else (1, 0, p) for p in parts]


def positions_along(places: Sequence[Place]) -> list[float | None]:
    """Each position projected on the median normal; all None where that means nothing."""
    normal = _median_normal(places)
    if normal is None:
        return [None] * len(places)
    return [
        None if p.position_mm is None else round(sum(a * b for a, b in zip(p.position_mm, normal, strict=True)), 4)
        for p in places
    ]


def normal_of(cosines: Cosines) -> Vector:
    """The direction across the slice: row × column."""
    a, b, c, d, e, f = cosines
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def _median_normal(places: Sequence[Place]) -> Vector | None:
    placed = [p for p in places if p.position_mm is not None and p.orientation is not None]
    if 2 * len(placed) <= len(places):
        return None
    normals = [normal_of(p.orientation) for p in placed if p.orientation is not None]
    x, y, z = (median(axis) for axis in zip(*normals, strict=True))
    length = math.hypot(x, y, z)
    if length < 0.5:
        return None
    middle = (x / length, y / length, z / length)
    cosines = (abs(sum(a * b for a, b in zip(n, middle, strict=True))) for n in normals)
    return middle if min(cosines) >= _SAME_PLANE_COSINE else None


def completeness(places: Sequence[Place]) -> Completeness:
    """Gaps along the normal and holes in the instance numbers."""
    along = sorted(mm for mm in positions_along(places) if mm is not None)
    unique = [mm for n, mm in enumerate(along) if n == 0 or mm - along[n - 1] > _SAME_PLACE_MM]
    steps = [b - a for a, b in pairwise(unique)]
    step = median(steps) if len(steps) > 1 else None
    gaps = [
        Gap(after_mm=a, before_mm=b, missing=max(1, round((b - a) / step) - 1))
        for a, b in pairwise(unique)
        if step and b - a > _GAP * step
    ]
    return Completeness(
        slices=len(unique) or len(places),
        median_step_mm=step,
        gaps=tuple(gaps[:_NUMBERS_LISTED]),
        missing_numbers=_missing(places),
    )


def _missing(places: Sequence[Place]) -> tuple[int, ...]:
    """Holes between the lowest and highest number; none where numbers are absent or sparse."""
    numbers = [p.number for p in places if p.number is not None]
    present = set(numbers)
    if len(numbers) < len(places) or not present:
        return ()
    low, high = min(present), max(present)
    if high - low + 1 > 2 * len(present):
        return ()
    return tuple(n for n in range(low, high) if n not in present)[:_NUMBERS_LISTED]
