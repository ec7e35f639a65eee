"""Shapes and textures the phantoms are made of.

All coordinates are millimetres: x to the patient's left, y to the back, z to
the head; slices are arrays (rows, columns) of Hounsfield units, float32.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """The pixel centres of one slice; `size` pixels of `spacing_mm`, centred on the patient."""

    x: Plane
    y: Plane
    spacing_mm: float

    @classmethod
    def square(cls, size: int, field_mm: float) -> "Grid":
        """A square field of view."""
        axis = ((np.arange(size) - (size - 1) / 2) * (field_mm / size)).astype(np.float32)
        return cls(axis[None, :], axis[:, None], field_mm / size)


def ellipse(grid: Grid, x: float, y: float, half: tuple[float, float], power: float = 2.0) -> Plane:
    """Distance-like field: below 1 inside a (super)ellipse."""
    u = np.abs((grid.x - x) / half[0]) ** power
    v = np.abs((grid.y - y) / half[1]) ** power
    field: Plane = u + v
    return field


def soft(field: Plane, sharpness: float = 12.0) -> Plane:
    """Edge of a field at 1 as a coverage 0…1: partial volume instead of stairs."""
    covered: Plane = np.clip((1.0 - field) * sharpness + 0.5, 0.0, 1.0)
    return covered


def blend(picture: Plane, coverage: Plane | float, value: Plane | float) -> None:
    """Lay a value over the picture where it covers."""
    picture += (value - picture) * coverage


@dataclass(frozen=True, slots=True)
class Tube:
    """One straight piece of a vessel or airway; `wall_mm` > 0 makes it hollow."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius_mm: tuple[float, float]


def stamp_disc(  # noqa: PLR0913 - where, how large, what
    picture: Plane, grid: Grid, x: float, y: float, radii: tuple[float, float], value: float
) -> None:
    """Blend a small soft ellipse, touching only the pixels near it."""
    size = picture.shape[1]
    step, half = grid.spacing_mm, (size - 1) / 2
    left, right = (int((x + side * (radii[0] + step)) / step + half) for side in (-1, 1))
    top, bottom = (int((y + side * (radii[1] + step)) / step + (picture.shape[0] - 1) / 2) for side in (-1, 1))
    rows, columns = slice(max(top, 0), max(bottom + 2, 0)), slice(max(left, 0), max(right + 2, 0))
    part = picture[rows, columns]
    if part.size == 0:
        return
    near = Grid(grid.x[:, columns], grid.y[rows], step)
    distance = np.sqrt(ellipse(near, x, y, radii)) - 1.0
    blend(part, np.clip(0.5 - distance * min(radii) / step, 0.0, 1.0).astype(np.float32), value)


def tree(  # noqa: PLR0913 - the shape of a growing tree
    rng: np.random.Generator,
    root: tuple[float, float, float],
    aim: tuple[float, float, float],
    length_mm: float,
    radius_mm: float,
    levels: int,
) -> Iterator[Tube]:
    """A branching tree of tubes: each piece forks in two, thinner and shorter."""
    heading = np.asarray(aim, np.float64)
    heading /= np.linalg.norm(heading)
    end = np.asarray(root) + heading * length_mm
    thin = radius_mm * 0.8
    yield Tube(root, (float(end[0]), float(end[1]), float(end[2])), (radius_mm, thin))
    if levels == 0:
        return
    across = rng.normal(size=3)
    across -= heading * (across @ heading)
    across /= np.linalg.norm(across)
    for side, spread in ((1, rng.uniform(0.3, 0.6)), (-1, rng.uniform(0.4, 0.9))):
        turned = heading + side * spread * across
        yield from tree(
            rng,
            (float(end[0]), float(end[1]), float(end[2])),
            (float(turned[0]), float(turned[1]), float(turned[2])),
            length_mm * rng.uniform(0.7, 0.92),
            thin * rng.uniform(0.7, 0.95),
            levels - 1,
        )


def crossings(tubes: list[Tube], z: float, thickness_mm: float) -> Iterator[tuple[float, float, float, float]]:
    """Where tubes meet a slice: x, y, radius, and how long the cut is (1 = round)."""
    for tube in tubes:
        low, high = sorted((tube.start[2], tube.end[2]))
        reach = max(tube.radius_mm) * 0.5
        if z < low - reach or z > high + reach:
            continue
        rise = tube.end[2] - tube.start[2]
        pieces = [0.5] if abs(rise) > thickness_mm else list(np.linspace(0.05, 0.95, 14))
        for piece in pieces:
            t = min(1.0, max(0.0, (z - tube.start[2]) / rise)) if len(pieces) == 1 else piece
            x, y = (tube.start[n] + (tube.end[n] - tube.start[n]) * t for n in (0, 1))
            slope = float(np.hypot(tube.end[0] - tube.start[0], tube.end[1] - tube.start[1])) / max(abs(rise), 1.0)
            yield x, y, tube.radius_mm[0] + (tube.radius_mm[1] - tube.radius_mm[0]) * t, min(3.0, 1 + slope * 0.4)


class Noise:
    """CT noise: filtered backprojection leaves it grainy and streaky; a stack of tiles drawn once."""

    def __init__(self, rng: np.random.Generator, size: int, sigma: float, tiles: int = 6) -> None:
        frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
        # ramp filter with a soft-tissue kernel's fall-off
        response = frequency * np.exp(-((frequency / 0.22) ** 2))
        self._rng, self._tiles = rng, []
        for _ in range(tiles):
            white = np.fft.rfft2(rng.normal(size=(size, size)).astype(np.float32))
            tile = np.fft.irfft2(white * response, s=(size, size)).astype(np.float32)
            self._tiles.append(tile * (sigma / float(tile.std())))

    def plane(self) -> Plane:
        """A fresh-looking plane: two tiles, shifted at random."""
        first, second = self._rng.choice(len(self._tiles), 2, replace=False)
        size = self._tiles[0].shape[0]
        shifts = self._rng.integers(0, size, 4)
        a = np.roll(self._tiles[first], (int(shifts[0]), int(shifts[1])), (0, 1))
        b = np.roll(self._tiles[second], (int(shifts[2]), int(shifts[3])), (0, 1))
        mixed: Plane = (a + b) * np.float32(0.7071)
        return mixed


def bumps(rng: np.random.Generator, size: int, scale_px: float) -> Plane:
    """Smooth random texture around 0 with spread 1: parenchyma, marrow, fat."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    white = np.fft.rfft2(rng.normal(size=(size, size)).astype(np.float32))
    texture = np.fft.irfft2(white * np.exp(-((frequency * scale_px) ** 2)), s=(size, size)).astype(np.float32)
    spread: Plane = texture / np.float32(texture.std())
    return spread
