"""A believable chest CT that belongs to nobody, for the demo and for tests.

250 slices of 1.25 mm with a part-solid nodule in the right upper lobe, and a
prior of a year before with a faint ground-glass spot in its place. The same
seed gives the same bytes. Coordinates: see `phantom_solid`; z = 0 is the lung base.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mdt.imaging.phantom_file import CT_CLASS, PhantomPatient, PhantomSeries, SeriesWriter
from mdt.imaging.phantom_solid import (
    Grid,
    Noise,
    Plane,
    Thicket,
    Tube,
    blend,
    bumps,
    ellipse,
    lay,
    soft,
    stamp_disc,
    tree,
)

CHEST_HEIGHT_MM = 312.5
_SIZE, _FIELD_MM = 512, 380.0
_LUNG_TOP, _LUNG_BASE = 285.0, 12.0
_PATIENT = PhantomPatient()
AIR, LUNG, FAT, MUSCLE, BLOOD, BONE, MARROW = -1000.0, -868.0, -102.0, 52.0, 44.0, 620.0, 210.0
NODULE_MM = (-66.0, -22.0, 232.0)
"""Right upper lobe, anterior to the middle (x is negative on the patient's right)."""


@dataclass(frozen=True, slots=True)
class Nodule:
    """A lesion: ground-glass rim of `diameter_mm`, solid core of `core_mm` (0 = none)."""

    diameter_mm: float
    core_mm: float
    centre_mm: tuple[float, float, float] = NODULE_MM


class Chest:
    """The anatomy of one invented person; `slice_at` draws any height of it."""

    def __init__(self, seed: int, nodule: Nodule | None, noise_hu: float = 22.0) -> None:
        body = np.random.default_rng(seed)
        self.grid = Grid.square(_SIZE, _FIELD_MM)
        self.nodule = nodule
        self.vessels = Thicket(_vessels(body))
        self.airways = Thicket(_airways(body))
        self.marbling = bumps(body, _SIZE, 9.0)
        self.alveoli = bumps(body, _SIZE, 2.6)
        self.clouds = bumps(body, _SIZE, 42.0)
        # muscle bellies parted by thin planes of fat
        fat_planes = np.clip(130 - np.abs(self.clouds + 0.3 * self.marbling) * 620, 0, 120)
        self.flesh = (MUSCLE + self.marbling * 4 - fat_planes).astype(np.float32)
        self.ripples = {True: (self.clouds * 0.16).astype(np.float32), False: (self.clouds * 0.05).astype(np.float32)}
        self.noise = Noise(
            np.random.default_rng([seed, 0 if nodule is None else int(nodule.diameter_mm)]), _SIZE, noise_hu
        )

    def slice_at(self, z: float) -> Plane:
        """Hounsfield units of the slice at height `z`, 1.25 mm thick."""
        picture = np.full((_SIZE, _SIZE), AIR, np.float32)
        self._body(picture, z)
        self._lungs(picture, z)
        self._mediastinum(picture, z)
        self._bones(picture, z)
        self._table(picture)
        picture += self.noise.plane() * self._dose(z)
        return picture

    def _dose(self, z: float) -> float:
        """Shoulders and belly let less through: more noise."""
        return 1.0 + 0.9 * max(0.0, (z - 262) / 50) + 0.35 * max(0.0, (40 - z) / 40)

    def _half_widths(self, z: float) -> tuple[float, float]:
        shoulder = 1 / (1 + np.exp(-(z - 272) / 9))
        return 158.0 - 16 * (z / CHEST_HEIGHT_MM) ** 2 + 22 * float(shoulder), 108.0 - 24 * max(
            0.0, (z - 150) / 160
        ) ** 1.5

    def _body(self, picture: Plane, z: float) -> None:
        half_x, half_y = self._half_widths(z)
        grid = self.grid
        skin = ellipse(grid, 0, 0, (half_x, half_y), 2.5)
        blend(picture, soft(skin, 40), 20.0)
        inside = ellipse(grid, 0, 0, (half_x - 2.2, half_y - 2.2), 2.5)
        blend(picture, soft(inside, 40), FAT + self.marbling * 6)
        fat_mm = 13.0 - 5 * z / CHEST_HEIGHT_MM
        muscle = ellipse(grid, 0, 1.5, (half_x - fat_mm, half_y - fat_mm), 2.6)
        blend(picture, soft(muscle, 22), self.flesh)
        for side in (-1, 1):
            self._shoulder_blade(picture, z, side)

    def _shoulder_blade(self, picture: Plane, z: float, side: int) -> None:
        if not 120 < z < 300:
            return
        grow = np.sin(np.pi * (z - 120) / 190)
        for step in np.linspace(0, 1, 26):
            x = side * (78 + 46 * step * grow)
            y = 76 - 34 * step * grow + 4 * np.sin(4 * step)
            stamp_disc(picture, self.grid, x, y, (3.4, 2.4), 430.0 if 0.1 < step < 0.9 else BONE)

    def _lung_field(self, z: float, side: int) -> Plane | None:
        """Below 1 inside a lung; domes of the diaphragm below, apex above."""
        dome = 34.0 if side < 0 else 22.0
        if z > _LUNG_TOP:
            return None
        apex = np.sqrt(max(0.0, 1 - max(0.0, (z - 150) / (_LUNG_TOP - 150)) ** 2.4))
        half = (57.0 * float(apex) + 2, 81.0 * float(apex) ** 0.8 + 2)
        centre = side * (71.0 - 10 * (1 - float(apex)))
        field = ellipse(self.grid, centre, 4.0 + 8 * (1 - float(apex)), half, 2.3)
        inner = np.abs(self.grid.x) / (19.0 + 7 * max(0.0, 1 - z / 130))
        field = np.maximum(field, 1 + (1 - inner) * 0.7)
        if z < dome + 62:
            # the dome rises in the middle and front; the costophrenic angle stays deep behind
            lift = (max(0.0, z - _LUNG_BASE) / (dome + 62 - _LUNG_BASE)) ** 0.62
            size = float(np.sqrt(max(0.0, 1 - lift**2)))
            liver = ellipse(self.grid, centre * 0.93, -9.0, (64 * size + 0.1, 80 * size + 0.1), 2.2)
            field = np.maximum(field, 2 - liver)
        return field

    def _lungs(self, picture: Plane, z: float) -> None:
        lungs = np.zeros_like(picture)
        for side in (-1, 1):
            field = self._lung_field(z, side)
            if field is not None:
                lungs = np.maximum(lungs, soft(field, 26))
        gravity = (self.grid.y + 20) * 0.32
        texture = self.alveoli * 13 + self.clouds * 9 + gravity
        inside = picture.copy()
        blend(inside, 1.0, LUNG + texture.astype(np.float32))
        for x, y, radius, stretch in self.vessels.crossings(z):
            stamp_disc(inside, self.grid, x, y, (radius * stretch, radius), 38.0)
        for x, y, radius, stretch in self.airways.crossings(z):
            wall = radius + max(0.7, radius * 0.22)
            stamp_disc(inside, self.grid, x, y, (wall * stretch, wall), -120.0)
            stamp_disc(inside, self.grid, x, y, (radius * stretch, radius), -985.0)
        self._fissure(inside, z)
        self._lesion(inside, z)
        blend(picture, lungs, inside)

    def _fissure(self, inside: Plane, z: float) -> None:
        """The oblique fissures: thin lines that wander forward going down."""
        for side in (-1, 1):
            y = 58.0 - (250 - z) * 0.42
            line = np.abs(self.grid.y - y - 0.0016 * (self.grid.x - side * 70) ** 2 + 3) / 0.9
            shown = np.clip(1 - line, 0, 1) * (np.sign(self.grid.x) == side)
            blend(inside, shown * 0.32, -640.0)

    def _lesion(self, inside: Plane, z: float) -> None:
        nodule = self.nodule
        if nodule is None:
            return
        x, y, height = nodule.centre_mm
        radius = nodule.diameter_mm / 2
        angle = np.arctan2(self.grid.y - y, self.grid.x - x)
        lobes = 1 + 0.10 * np.sin(3 * angle + 0.6) + 0.06 * np.sin(7 * angle + z * 0.4)
        distance = np.sqrt((self.grid.x - x) ** 2 + (self.grid.y - y) ** 2 + (z - height) ** 2)
        glass = np.clip((radius * lobes - distance) / 1.4 + 0.5, 0, 1)
        blend(inside, (glass * 0.95).astype(np.float32), -585.0 + self.alveoli * 22)
        if nodule.core_mm:
            core = np.clip((nodule.core_mm / 2 * (2 * lobes - 1) - distance) / 1.2 + 0.5, 0, 1)
            blend(inside, core.astype(np.float32), 28.0)
            spikes = np.clip(np.cos(5 * angle + 1.1) * 6 - 5.1, 0, 1) * np.clip((radius + 6 - distance) / 5, 0, 1)
            blend(inside, (spikes * 0.55 * (distance > radius * 0.5)).astype(np.float32), -330.0)

    def _mediastinum(self, picture: Plane, z: float) -> None:
        for x, y, half, value in _central_organs(z):
            is_fat = value < -50
            lay(picture, self.grid, (x, y), half, value, self.ripples[is_fat])
        if z > 176:
            lay(picture, self.grid, (1, 16), (10.2, 9.4), 25.0)
            lay(picture, self.grid, (1, 16), (8.8, 8.0), -990.0)
        else:
            for side in (-1, 1):
                spread = (176 - z) * 0.62
                if spread < 34:
                    lay(picture, self.grid, (side * (8 + spread), 17), (7.4, 6.4), 15.0)
                    lay(picture, self.grid, (side * (8 + spread), 17), (6.2, 5.2), -985.0)

    def _bones(self, picture: Plane, z: float) -> None:
        self._spine(picture, z)
        half_x, half_y = self._half_widths(z)
        for level in range(18):
            self._rib(picture, z, 346.0 - 21.5 * level, (half_x - 20, half_y - 15), min(1.0, 0.74 + 0.08 * level))
        if 95 < z < 262:
            blend(picture, soft(ellipse(self.grid, 0, 20 - half_y, (15, 5.2), 3), 5), BONE * 0.75)
            blend(picture, soft(ellipse(self.grid, 0, 20 - half_y, (12.5, 3.2), 3), 5), 160.0 + self.marbling * 25)
        if z > 262:
            for side in (-1, 1):
                x, y = side * (22 + (z - 262) * 2.3), -half_y + 30 + (z - 262) * 0.45
                stamp_disc(picture, self.grid, x, y, (15, 6.2), BONE)
                stamp_disc(picture, self.grid, x, y, (12, 3.6), MARROW)

    def _spine(self, picture: Plane, z: float) -> None:
        phase = (z % 25.0) / 25.0
        is_disc = phase < 0.18
        lay(picture, self.grid, (0, 54), (18.0, 14.5), 95.0 if is_disc else BONE * 0.86)
        lay(picture, self.grid, (0, 54), (16.0, 12.6), 85.0 if is_disc else MARROW + self.alveoli * 38)
        if not is_disc:
            for x, y, half in ((0.0, 85.0, (3.0, 10.0)), (-13.0, 70.0, (6.5, 5.0)), (13.0, 70.0, (6.5, 5.0))):
                lay(picture, self.grid, (x, y), half, BONE * 0.9)
            for side in (-1, 1):
                lay(picture, self.grid, (side * 25, 72), (12.0, 3.8), BONE * 0.6)
        lay(picture, self.grid, (0, 72), (9.6, 7.6), 8.0)
        lay(picture, self.grid, (0, 72), (5.2, 4.2), 38.0)

    def _rib(self, picture: Plane, z: float, height: float, half: tuple[float, float], size: float) -> None:
        """A rib falls from the spine to the front: each slice cuts a short slanted piece of it."""
        along = (height - z) / 98.0
        if not 0 < along < 1:
            return
        angle = np.pi / 2 * (1 - 1.92 * along)
        if half[0] * size * max(0.0, float(np.cos(angle))) ** 0.82 < 24:
            return  # spine and breastbone are drawn elsewhere
        is_cartilage = along > 0.86
        for radius, value, reach in ((4.6, 110.0 if is_cartilage else BONE, 1.0), (2.5, MARROW, 0.9)):
            if is_cartilage and value == MARROW:
                continue
            for turn in angle + np.linspace(-reach, reach, 5) * 0.075:
                x, y = half[0] * size * max(0.0, float(np.cos(turn))) ** 0.82, half[1] * float(np.sin(turn))
                for side in (-1, 1):
                    stamp_disc(picture, self.grid, side * x, y, (radius, radius), value)

    def _table(self, picture: Plane) -> None:
        curve = 128.0 - 0.00055 * self.grid.x**2
        depth = self.grid.y - curve
        shell = (np.abs(depth) < 1.1) | (np.abs(depth - 17 + 0.00055 * self.grid.x**2) < 1.1)
        blend(picture, (shell & (np.abs(self.grid.x) < 182)).astype(np.float32) * 0.8, -330.0)


def _central_organs(z: float) -> Iterator[tuple[float, float, tuple[float, float], float]]:
    """Heart, great vessels, gullet, liver, spleen and stomach at a height: x, y, half axes, HU."""
    if z < 96:
        size = float(np.sqrt(max(0.05, 1 - (z / 100) ** 2)))
        yield -58, -8, (64 * size, 74 * size), 58.0
        yield 74, 32, (30 * size, 44 * size), 50.0
        yield 48, -30, (40 * size, 34 * size), 24.0
        yield 50, -44, (22 * size, 13 * size), -960.0
    if 40 < z < 150:
        size = float(np.sqrt(max(0.0, 1 - ((z - 92) / 58) ** 2)))
        yield 14, -24, (56 * size + 5, 46 * size + 5), -92.0
        yield 16, -23, (51 * size + 2, 41 * size + 2), BLOOD
        yield 34, -26, (24 * size, 20 * size), 34.0
        yield -14, -22, (20 * size, 22 * size), 38.0
    elif z >= 150:
        yield 2, -8, (30, 41), -88.0
    yield from _great_vessels(z)
    yield 5, 37, (6.5, 5.0), 34.0


def _great_vessels(z: float) -> Iterator[tuple[float, float, tuple[float, float], float]]:
    if z < 206:
        yield 21, 46, (12.2, 12.2), BLOOD
    if 120 < z < 206:
        yield -13, -20, (15.5, 15.5), BLOOD
        yield -29, -8, (9.0, 10.0), BLOOD - 4
    if 206 <= z < 224:
        yield 5, 8, (30, 38), -70.0
        yield 7, -2, (13, 13), BLOOD
        yield 17, 20, (12, 26), BLOOD
        yield -25, -14, (9, 10), BLOOD - 4
    if 150 < z < 182:
        yield 14, -26, (15, 14), BLOOD - 2
        yield 29, -2, (11, 20), BLOOD - 2
        yield -12, -2, (30, 7.5), BLOOD - 2
    if z >= 224:
        for x, y, half in (
            (-18.0, -8.0, 7.5),
            (2.0, -10.0, 5.5),
            (19.0, -2.0, 5.5),
            (-33.0, -6.0, 8.0),
            (14.0, -22.0, 7.0),
        ):
            yield x, y, (half, half), BLOOD


def _vessels(rng: np.random.Generator) -> list[Tube]:
    found: list[Tube] = []
    for side in (-1, 1):
        for height, rise in ((205.0, 1.1), (190.0, 0.7), (168.0, 0.1), (150.0, -0.45), (138.0, -1.0), (126.0, -1.5)):
            for back in (-0.9, -0.2, 0.5, 1.1):
                root = (side * 30.0, 6.0 + back * 8, height + float(rng.normal(0, 5)))
                aim = (side * 1.0, back + float(rng.normal(0, 0.15)), rise + float(rng.normal(0, 0.2)))
                found += tree(rng, root, aim, 31.0 + float(rng.uniform(-4, 6)), 3.6, 6)
    return found


def _airways(rng: np.random.Generator) -> list[Tube]:
    found: list[Tube] = []
    for side in (-1, 1):
        for height, aim in (
            (172.0, (0.9, -0.3, 1.0)),
            (158.0, (1.0, -0.7, 0.1)),
            (142.0, (0.7, 0.3, -1.1)),
            (150.0, (0.9, 0.8, -0.2)),
        ):
            found += tree(rng, (side * 28.0, 16.0, height), (side * aim[0], aim[1], aim[2]), 26.0, 3.4, 3)
    return found


def chest_ct(
    patient: PhantomPatient = _PATIENT,
    *,
    study_date: str = "20261110",
    seed: int = 1,
    slices: int = 250,
    nodule: Nodule | None = Nodule(14.0, 7.0),
    is_prior: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """(relative path, file) of each slice, head first as a scanner exports."""
    step = CHEST_HEIGHT_MM / slices
    series = PhantomSeries(
        patient=patient,
        seed=seed * 10 + int(is_prior),
        modality="CT",
        sop_class_uid=CT_CLASS,
        study_date=study_date,
        study_description="胸部CT平扫",
        description="肺窗 1.25mm",
        number=3,
        spacing_mm=_FIELD_MM / _SIZE,
        thickness_mm=1.25,
        step_mm=step,
        windows=((-600, 1500, "肺窗"), (40, 400, "纵隔窗")),
        folder=f"胸部CT_{study_date}/序列3_肺窗",
        frame_seed=int(is_prior),
    )
    writer, chest = SeriesWriter(series), Chest(seed, nodule)
    corner = -(_FIELD_MM - series.spacing_mm) / 2
    for n in range(slices):
        z = CHEST_HEIGHT_MM - (n + 0.5) * step
        plane = np.clip(np.rint(chest.slice_at(z)), -1024, 3071).astype("<i2")
        yield writer.file(plane, n + 1, (corner, corner, z - 150.0))


def prior_chest_ct(
    patient: PhantomPatient = _PATIENT, *, study_date: str = "20251112", seed: int = 1, slices: int = 250
) -> Iterator[tuple[str, bytes]]:
    """A year before: the same chest with a pure ground-glass spot of 9 mm."""
    return chest_ct(patient, study_date=study_date, seed=seed, slices=slices, nodule=Nodule(9.0, 0.0), is_prior=True)
