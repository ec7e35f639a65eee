"""Smaller made examinations for the other demo stories: film, liver, kidney, brain, uterus.

Rougher than the chest CT, each with the finding its story is about. Coordinates
as in `phantom_solid`; every generator yields (relative path, file).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from mdt.imaging.phantom import Chest
from mdt.imaging.phantom_file import CT_CLASS, DX_CLASS, MR_CLASS, PhantomPatient, PhantomSeries, SeriesWriter
from mdt.imaging.phantom_solid import Grid, Noise, Plane, bumps, ellipse, lay, soft, stamp_disc

Files = Iterator[tuple[str, bytes]]
_PATIENT = PhantomPatient()
_WOMAN = PhantomPatient(name="演示丙", pinyin="Yanshi^Bing", local_id="DEMO0003", sex="F", birth_date="19900214")
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
ARTERIAL, PORTAL = "动脉期", "门脉期"


def _series(patient: PhantomPatient, seed: int, study_date: str) -> PhantomSeries:
    return PhantomSeries(
        patient=patient,
        seed=seed,
        modality="CT",
        sop_class_uid=CT_CLASS,
        study_date=study_date,
        study_description="",
        description="",
        number=1,
        spacing_mm=0.75,
        thickness_mm=5.0,
        step_mm=5.0,
        windows=((40, 400, "腹部窗"),),
        folder="",
        body_part="ABDOMEN",
    )


def chest_film(patient: PhantomPatient = _PATIENT, *, study_date: str = "20261112", seed: int = 21) -> Files:
    """A frontal chest film with a patchy infiltrate in the right upper lobe: the phantom seen through."""
    chest = Chest(seed, None, noise_hu=1.0)
    rng = np.random.default_rng(seed)
    pixel_mm = 380.0 / 1024
    heights = np.arange(306.0, 2.0, -8 * pixel_mm)
    through = np.stack([(np.clip(chest.slice_at(z), -1000, 900) + 1000).mean(axis=0) for z in heights])
    film = np.repeat(np.repeat(through, 8, axis=0), 2, axis=1)[:, 60:964]
    for _ in range(2):
        film = _smooth(film, 5)
    rows, columns = film.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    cloud = np.clip(bumps(rng, 1216, 26)[:rows, :columns] * 0.6 + 0.7, 0, 2)
    spot = np.exp(-((((x - 285) / 78) ** 2 + ((y - 280) / 84) ** 2) ** 1.4))
    film = film + 46 * spot * cloud + rng.normal(0, 1.6, film.shape)
    low, high = np.percentile(film, (1, 99.8))
    grey = np.clip((film - low) / (high - low), 0, 1) ** 0.9
    pixels = np.rint(grey * 3600 + 200).astype("<u2")
    series = replace(
        _series(patient, seed, study_date),
        modality="DX",
        sop_class_uid=DX_CLASS,
        study_description="胸部正位片",
        description="胸部正位",
        spacing_mm=pixel_mm,
        windows=((2000, 3800, "默认"),),
        folder=f"胸片_{study_date}",
        body_part="CHEST",
    )
    yield SeriesWriter(series).file(pixels, 1, (0, 0, 0))


def _smooth(picture: Plane, width: int) -> Plane:
    """A box blur down the columns, so that the steps between slices do not show."""
    padded = np.pad(picture, ((width + 1, width), (0, 0)), mode="edge").astype(np.float64)
    sums = padded.cumsum(axis=0)
    blurred: Plane = ((sums[2 * width + 1 :] - sums[: -2 * width - 1]) / (2 * width + 1)).astype(np.float32)
    return blurred


class Abdomen:
    """Upper abdomen in CT; `drawn` adds the organs of one story."""

    def __init__(self, seed: int, organs: Callable[["Abdomen", Plane, float], None], noise_hu: float = 11.0) -> None:
        rng = np.random.default_rng(seed)
        self.grid = Grid.square(512, 384.0)
        self.fine, self.coarse = bumps(rng, 512, 7), bumps(rng, 512, 34)
        self.noise = Noise(rng, 512, noise_hu)
        self._organs = organs

    def slice_at(self, z: float) -> Plane:
        """Hounsfield units at height z (0 = upper pole of the liver, going down)."""
        picture = np.full((512, 512), -1000.0, np.float32)
        for half, value in (((164.0, 116.0), 15.0), ((162.0, 114.0), -104.0)):
            blend_all(picture, soft(ellipse(self.grid, 0, 0, half, 2.4), 40), value)
        blend_all(picture, soft(ellipse(self.grid, 0, 2, (149, 101), 2.5), 30), 56.0)
        blend_all(picture, soft(ellipse(self.grid, 0, -6, (139, 90), 2.4), 30), -100.0 + self.fine * 7)
        for side in (-1, 1):
            lay(picture, self.grid, (side * 42, 78), (32, 20), 54.0)
            lay(picture, self.grid, (side * 30, 50 + z * 0.05), (15, 17), 55.0)
        self._spine(picture, z)
        self._gut(picture, z)
        self._organs(self, picture, z)
        picture += self.noise.plane()
        return picture

    def _spine(self, picture: Plane, z: float) -> None:
        is_disc = z % 32 < 7
        lay(picture, self.grid, (0, 52), (22, 17), 100.0 if is_disc else 520.0)
        lay(picture, self.grid, (0, 52), (20, 15), 90.0 if is_disc else (190.0 + self.fine * 22).astype(np.float32))
        lay(picture, self.grid, (0, 76), (13, 9), 500.0)
        lay(picture, self.grid, (0, 75), (9, 7), 20.0)
        if not is_disc:
            lay(picture, self.grid, (0, 92), (3.5, 11), 520.0)
        for turn in np.linspace(0.35, 2.8, 6) + z * 0.006:
            x, y = 143 * np.cos(turn), 95 * np.sin(turn)
            for side in (-1, 1):
                stamp_disc(picture, self.grid, side * abs(x), y, (4.5, 4.5), 560.0)
                stamp_disc(picture, self.grid, side * abs(x), y, (2.4, 2.4), 200.0)

    def _gut(self, picture: Plane, z: float) -> None:
        """Loops of bowel with fluid and some gas, wandering with height."""
        for n in range(7):
            x = -70 + 26 * n + 9 * np.sin(z / 23 + n)
            y = -48 + 16 * np.sin(z / 17 + 1.9 * n)
            lay(picture, self.grid, (x, y), (14, 11), 46.0)
            lay(picture, self.grid, (x, y), (11, 8.5), -850.0 if (n + int(z / 30)) % 4 == 0 else 14.0)


def blend_all(picture: Plane, coverage: Plane, value: Plane | float) -> None:
    """Blend over the whole slice."""
    picture += (value - picture) * coverage


def _liver(phase: str) -> Callable[[Abdomen, Plane, float], None]:
    """A 32 mm lesion in segment VI: bright in the arterial phase, washed out in the portal one."""
    is_arterial = phase == ARTERIAL
    liver, spleen, aorta, portal = (68.0, 105.0, 310.0, 90.0) if is_arterial else (112.0, 122.0, 150.0, 172.0)
    lesion = 128.0 if is_arterial else 84.0

    def draw(body: Abdomen, picture: Plane, z: float) -> None:
        size = float(np.sqrt(max(0.0, 1 - ((z - 110) / 150) ** 2)))
        parenchyma = (liver + body.fine * 4 + body.coarse * 3).astype(np.float32)
        lay(picture, body.grid, (-66, -6), (70 * size, 82 * size), parenchyma, body.coarse * 0.03)
        lay(picture, body.grid, (-6, -40), (62 * size * 0.9, 36 * size), parenchyma, body.coarse * 0.05)
        for n in range(9):
            reach = 18 + 8 * n
            stamp_disc(picture, body.grid, -22 - reach * 0.9, -4 + 22 * np.sin(n * 2.1 + z / 31), (3.2, 2.6), portal)
        stamp_disc(picture, body.grid, -18, 8, (8, 7), portal)
        stamp_disc(picture, body.grid, -22, 28, (13, 10), 62.0 if is_arterial else 118.0)
        stamp_disc(picture, body.grid, 8, 29, (11, 11), aorta)
        mottled = (spleen + (body.coarse * 26 if is_arterial else body.fine * 3)).astype(np.float32)
        lay(picture, body.grid, (104, 30), (27 * size, 46 * size), mottled)
        depth = abs(z - 160.0)
        radius = float(np.sqrt(max(0.0, 16.0**2 - depth**2)))
        if radius > 1:
            lay(picture, body.grid, (-98, 34), (radius, radius * 0.94), lesion + body.fine * 7, body.coarse * 0.06)
            if not is_arterial:
                ring = np.abs(np.sqrt(ellipse(body.grid, -98, 34, (radius, radius * 0.94))) - 0.96)
                blend_all(picture, np.clip(1 - ring * 14, 0, 0.7).astype(np.float32), 132.0)
        _kidneys(body, picture, z - 95, cortex=190.0 if is_arterial else 175.0, medulla=80.0 if is_arterial else 165.0)

    return draw


def _kidneys(body: Abdomen, picture: Plane, z: float, *, cortex: float, medulla: float) -> None:
    size = float(np.sqrt(max(0.0, 1 - ((z - 95) / 62) ** 2)))
    if size < 0.1:
        return
    for side in (-1, 1):
        at = (side * 68.0, 42.0)
        lay(picture, body.grid, at, (29 * size, 33 * size), cortex)
        lay(picture, body.grid, at, (21 * size, 24 * size), medulla)
        for turn in np.linspace(0, 2 * np.pi, 8)[:-1]:
            spot = (at[0] + 19 * size * np.cos(turn), at[1] + 22 * size * np.sin(turn))
            lay(picture, body.grid, spot, (3.4 * size, 3.4 * size), cortex)
        lay(picture, body.grid, (at[0] - side * 9, at[1]), (12 * size, 9 * size), -75.0)


def _renal_mass(body: Abdomen, picture: Plane, z: float) -> None:
    """A 45 mm mass of the left kidney, uneven inside."""
    _liver(PORTAL)(body, picture, z - 40)
    _kidneys(body, picture, z, cortex=185.0, medulla=120.0)
    radius = float(np.sqrt(max(0.0, 22.5**2 - (z - 100) ** 2)))
    if radius > 1:
        uneven = (118.0 + body.coarse * 22 + body.fine * 14).astype(np.float32)
        lay(picture, body.grid, (92, 26), (radius, radius * 0.92), uneven, body.coarse * 0.05)
        lay(picture, body.grid, (94, 27), (radius * 0.42, radius * 0.36), 34.0, body.coarse * 0.1)


def _ct_files(series: PhantomSeries, body: Abdomen, slices: int, top_mm: float) -> Files:
    writer = SeriesWriter(series)
    corner = -(384.0 - series.spacing_mm) / 2
    for n in range(slices):
        plane = np.clip(np.rint(body.slice_at(top_mm + n * series.step_mm)), -1024, 3071).astype("<i2")
        yield writer.file(plane, n + 1, (corner, corner, -n * series.step_mm))


def liver_ct(
    patient: PhantomPatient = _PATIENT, *, study_date: str = "20261108", seed: int = 31, slices: int = 60
) -> Files:
    """Two phases of one liver study, `slices` each, 5 mm."""
    for number, phase in ((2, ARTERIAL), (3, PORTAL)):
        series = replace(
            _series(patient, seed, study_date),
            study_description="上腹部CT增强",
            description=phase,
            number=number,
            contrast="碘海醇",
            folder=f"上腹部CT_{study_date}/{phase}",
            study_time="101500" if phase == ARTERIAL else "101545",
        )
        yield from _ct_files(series, Abdomen(seed, _liver(phase)), slices, 10.0)


def kidney_ct(
    patient: PhantomPatient = _PATIENT, *, study_date: str = "20261105", seed: int = 41, slices: int = 40
) -> Files:
    """A contrast study of the kidneys with a mass on the left."""
    series = replace(
        _series(patient, seed, study_date),
        study_description="双肾CT增强",
        description="皮髓质期",
        contrast="碘海醇",
        folder=f"双肾CT_{study_date}",
    )
    yield from _ct_files(series, Abdomen(seed, _renal_mass), slices, 20.0)


def brain_swi(
    patient: PhantomPatient = _PATIENT, *, study_date: str = "20261101", seed: int = 51, slices: int = 48
) -> Files:
    """Susceptibility-weighted brain: dark dots (microbleeds) at the border of grey and white, dark veins."""
    rng = np.random.default_rng(seed)
    grid = Grid.square(320, 230.0)
    folds, fine, noise = bumps(rng, 320, 11), bumps(rng, 320, 3), Noise(rng, 320, 14.0)
    dots = [
        (rng.uniform(-58, 58), rng.uniform(-66, 66), rng.uniform(30, 100), rng.uniform(1.4, 2.8)) for _ in range(24)
    ]
    series = replace(
        _series(patient, seed, study_date),
        modality="MR",
        sop_class_uid=MR_CLASS,
        study_description="颅脑MRI平扫+SWI",
        description="SWI",
        spacing_mm=230.0 / 320,
        thickness_mm=2.5,
        step_mm=2.5,
        windows=((420, 900, "默认"),),
        folder=f"颅脑MR_{study_date}/SWI",
        body_part="BRAIN",
    )
    writer = SeriesWriter(series)
    for n in range(slices):
        z = 6.0 + n * 2.5
        size = float(np.sqrt(max(0.04, 1 - ((z - 58) / 76) ** 2)))
        plane = _brain(grid, size, z, folds, fine)
        for x, y, height, radius in dots:
            cut = radius**2 - ((z - height) / 1.6) ** 2
            if cut > 0 and (x / 64) ** 2 + (y / 78) ** 2 < (0.86 * size) ** 2:
                stamp_disc(plane, grid, x, y, (float(np.sqrt(cut)) + 0.5,) * 2, 90.0)
        plane += noise.plane()
        yield writer.file(np.clip(np.rint(plane), 0, 4095).astype("<u2"), n + 1, (-115.0, -115.0, z))


def _brain(grid: Grid, size: float, z: float, folds: Plane, fine: Plane) -> Plane:
    plane = np.full((320, 320), 14.0, np.float32)
    blend_all(plane, soft(ellipse(grid, 0, 0, (80 * size, 97 * size)), 30), 330.0 + fine * 18)
    blend_all(plane, soft(ellipse(grid, 0, 0, (75 * size, 92 * size)), 30), 60.0)
    blend_all(plane, soft(ellipse(grid, 0, 0, (70 * size, 87 * size)), 30), 300.0)
    depth = ellipse(grid, 0, 0, (68 * size, 85 * size))
    tissue = 560.0 + np.clip((depth - 0.62 + folds * 0.16) * 320, -20, 70) + fine * 9
    sulci = np.clip((np.abs(folds) < 0.16) * (depth > 0.6), 0, 1) * 0.6
    blend_all(plane, soft(depth, 30), tissue.astype(np.float32))
    blend_all(plane, (sulci * (depth < 1)).astype(np.float32), 330.0)
    cleft = np.clip(1 - np.abs(grid.x + folds * 0.6) / 1.1, 0, 1) * (depth < 1) * (np.abs(grid.y) > 22 * size)
    blend_all(plane, cleft.astype(np.float32), 210.0)
    if 40 < z < 88:
        for side in (-1, 1):
            lay(plane, grid, (side * 11, -10), (7, 22), 380.0, folds * 0.1)
            lay(plane, grid, (side * 24, -4), (11, 17), 520.0)
    for side in (-1, 1):
        for step in np.linspace(0, 1, 40):
            x, y = side * (14 + 30 * step) * size, (20 + 24 * np.sin(2.2 * step + z / 9)) * size
            stamp_disc(plane, grid, x, y, (0.9, 0.9), 190.0)
    return plane


def uterus_mr(
    patient: PhantomPatient = _WOMAN,
    *,
    study_date: str = "20261103",
    seed: int = 61,
    slices: int = 24,
) -> Files:
    """Sagittal T2 of the pelvis: a sac in the scar of an earlier section, low in the front wall."""
    rng = np.random.default_rng(seed)
    grid = Grid.square(384, 260.0)
    fine, coarse, noise = bumps(rng, 384, 5), bumps(rng, 384, 28), Noise(rng, 384, 16.0)
    series = replace(
        _series(patient, seed, study_date),
        modality="MR",
        sop_class_uid=MR_CLASS,
        study_description="盆腔MRI平扫",
        description="T2WI 矢状位",
        spacing_mm=260.0 / 384,
        thickness_mm=4.0,
        step_mm=4.4,
        windows=((500, 1000, "默认"),),
        folder=f"盆腔MR_{study_date}/T2矢状",
        orientation=SAGITTAL,
        body_part="PELVIS",
    )
    writer = SeriesWriter(series)
    for n in range(slices):
        off_mm = (n - (slices - 1) / 2) * series.step_mm
        plane = _pelvis(grid, off_mm, fine, coarse) + noise.plane()
        yield writer.file(np.clip(np.rint(plane), 0, 4095).astype("<u2"), n + 1, (off_mm, -130.0, 130.0))


def _pelvis(grid: Grid, off_mm: float, fine: Plane, coarse: Plane) -> Plane:
    """Front is left, head is up; `off_mm` from the middle plane."""
    plane = np.full((384, 384), 12.0, np.float32)
    blend_all(plane, soft(ellipse(grid, 4, 0, (108, 150), 3), 40), 640.0 + coarse * 40)
    blend_all(plane, soft(ellipse(grid, 10, 0, (88, 146), 3), 20), 250.0 + coarse * 26 + fine * 20)

    def shrunk(reach_mm: float) -> float:
        return float(np.sqrt(max(0.0, 1 - (off_mm / reach_mm) ** 2)))

    for step in range(6):
        if abs(off_mm) < 34:
            turn = 0.25 * step
            at = (72 + 16 * np.sin(turn * 1.9), -98 + 33 * step)
            lay(plane, grid, at, (13, 13.5), 340.0 + fine * 20)
            lay(plane, grid, (at[0] - 1, at[1] + 16.5), (12, 2.4), 150.0)
    bladder, uterus, cavity, sac = shrunk(36), shrunk(34), shrunk(16), shrunk(13)
    lay(plane, grid, (-48, 40), (27 * bladder, 22 * bladder), 150.0)
    lay(plane, grid, (-48, 40), (24.5 * bladder, 19.5 * bladder), 1060.0)
    lay(plane, grid, (-20, -22), (30 * uterus, 44 * uterus), 400.0 + fine * 26, coarse * 0.04)
    lay(plane, grid, (2, 36), (15 * uterus, 27 * uterus), 350.0 + fine * 20)
    lay(plane, grid, (-19, -24), (9 * cavity + 2, 27 * cavity), 190.0)
    lay(plane, grid, (-19, -24), (5 * cavity, 23 * cavity), 820.0)
    lay(plane, grid, (2, 38), (3.4 * cavity, 22 * cavity), 760.0)
    # the sac: a rim thinner than 3 mm parts it from the bladder
    lay(plane, grid, (-21, 19), (15 * sac, 12.5 * sac), 520.0, coarse * 0.06)
    lay(plane, grid, (-21, 19), (11 * sac, 9 * sac), 1120.0)
    lay(plane, grid, (-18, 21), (3 * sac, 2.2 * sac), 560.0)
    rectum = shrunk(30)
    lay(plane, grid, (42, 30), (13 * rectum, 46 * rectum), 270.0 + coarse * 70)
    return plane
