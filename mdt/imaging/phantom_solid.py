"""Shapes and textures the phantoms are made of.

All coordinates are millimetres: x to the patient's left, y to the back, z to
the head; slices are arrays (rows, columns) of Hounsfield units, float32.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
_THINNEST_MM = 0.1


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
    u = np.abs((grid.x - x) / max(half[0], _THINNEST_MM)) ** power
    v = np.abs((grid.y - y) / max(half[1], _THINNEST_MM)) ** power
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


def window_of(picture: Plane, grid: Grid, x: float, y: float, reach: tuple[float, float]) -> tuple[slice, slice]:
    """The rows and columns within `reach` of a point: most shapes touch little of a slice."""
    step = grid.spacing_mm
    left, right = (round((x + side * reach[0]) / step + (picture.shape[1] - 1) / 2) for side in (-1, 1))
    top, bottom = (round((y + side * reach[1]) / step + (picture.shape[0] - 1) / 2) for side in (-1, 1))
    return slice(max(top, 0), max(bottom + 2, 0)), slice(max(left, 0), max(right + 2, 0))


def stamp_disc(picture: Plane, grid: Grid, x: float, y: float, radii: tuple[float, float], value: float) -> None:
    """Blend a small soft ellipse, touching only the pixels near it."""
    step = grid.spacing_mm
    rows, columns = window_of(picture, grid, x, y, (radii[0] + step, radii[1] + step))
    part = picture[rows, columns]
    if part.size == 0:
        return
    distance = np.sqrt(((grid.x[:, columns] - x) / radii[0]) ** 2 + ((grid.y[rows] - y) / radii[1]) ** 2) - 1.0
    blend(part, np.clip(0.5 - distance * (min(radii) / step), 0.0, 1.0).astype(np.float32), value)


def lay(
    picture: Plane,
    grid: Grid,
    at: tuple[float, float],
    half: tuple[float, float],
    value: Plane | float,
    ripple: Plane | None = None,
) -> None:
    """Blend a (super)ellipse with an edge about 1 mm soft; `ripple` bends its outline."""
    rows, columns = window_of(picture, grid, at[0], at[1], (half[0] * 1.4, half[1] * 1.4))
    near = Grid(grid.x[:, columns], grid.y[rows], grid.spacing_mm)
    field = ellipse(near, at[0], at[1], half, 2.1)
    if ripple is not None:
        field = field + ripple[rows, columns]
    content = value if isinstance(value, float) else value[rows, columns]
    blend(picture[rows, columns], soft(field, max(min(half) / 1.6, 2.0)), content)


def tree(
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
    thin = radius_mm * 0.9
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
            thin * rng.uniform(0.74, 0.98),
            levels - 1,
        )


class Thicket:
    """Many tubes, asked slice by slice where they are cut."""

    def __init__(self, tubes: list[Tube]) -> None:
        self._tubes = tubes
        heights = np.array([(t.start[2], t.end[2]) for t in tubes])
        reach = np.array([max(t.radius_mm) * 0.5 for t in tubes])
        self._low, self._high = heights.min(axis=1) - reach, heights.max(axis=1) + reach

    def crossings(self, z: float) -> Iterator[tuple[float, float, float, float]]:
        """Where tubes meet the slice: x, y, radius, and how long the cut is (1 = round)."""
        for index in np.flatnonzero((self._low <= z) & (z <= self._high)):
            yield from _cuts(self._tubes[index], z)


def _cuts(tube: Tube, z: float) -> Iterator[tuple[float, float, float, float]]:
    (x0, y0, z0), (x1, y1, z1) = tube.start, tube.end
    rise, run = z1 - z0, float(np.hypot(x1 - x0, y1 - y0))
    # a tube that lies in the slice is cut along its length, step by step
    lies_flat = abs(rise) < 2 * max(tube.radius_mm)
    pieces = (
        np.linspace(0, 1, 2 + int(run / max(1.0, 0.7 * tube.radius_mm[1])))
        if lies_flat
        else [min(1.0, max(0.0, (z - z0) / rise))]
    )
    for t in pieces:
        radius = tube.radius_mm[0] + (tube.radius_mm[1] - tube.radius_mm[0]) * t
        off = abs(z0 + rise * t - z)
        if lies_flat and off >= radius:
            continue
        cut = float(np.sqrt(max(radius * radius - off * off, 0.04))) if lies_flat else radius
        stretch = 1.0 if lies_flat else min(2.2, 1 + 0.3 * run / abs(rise))
        yield x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, cut, stretch


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
        shift, turn = (int(n) for n in self._rng.integers(0, size, 2))
        mixed: Plane = np.roll(self._tiles[first], shift, 0)
        mixed += np.roll(self._tiles[second], turn, 1)
        mixed *= np.float32(0.7071)
        return mixed


def bumps(rng: np.random.Generator, size: int, scale_px: float) -> Plane:
    """Smooth random texture around 0 with spread 1: parenchyma, marrow, fat."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    white = np.fft.rfft2(rng.normal(size=(size, size)).astype(np.float32))
    texture = np.fft.irfft2(white * np.exp(-((frequency * scale_px) ** 2)), s=(size, size)).astype(np.float32)
    spread: Plane = texture / np.float32(texture.std())
    return spread
