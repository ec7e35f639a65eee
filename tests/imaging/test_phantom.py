"""The made examinations go through the real ingest, and the same seed gives the same bytes."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import pytest

from mdt.imaging.ingest.frames import normal_frames
from mdt.imaging.ingest.header import read_record
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.phantom import NODULE_MM, chest_ct, prior_chest_ct
from mdt.imaging.phantom_more import brain_swi, chest_film, kidney_ct, liver_ct, uterus_mr

Files = Iterator[tuple[str, bytes]]


@pytest.mark.parametrize(
    ("make", "modality"),
    [
        (lambda: chest_ct(slices=25), "CT"),
        (lambda: liver_ct(slices=2), "CT"),
        (lambda: kidney_ct(slices=2), "CT"),
        (lambda: brain_swi(slices=2), "MR"),
        (lambda: uterus_mr(slices=2), "MR"),
        (chest_film, "DX"),
    ],
)
def test_a_made_examination_is_taken_without_a_warning(make: Callable[[], Files], modality: str) -> None:
    uids = set()
    for name, raw in islice(make(), 4):
        opened = open_part10(raw)
        record, notes = read_record(opened)
        assert not notes
        assert name.endswith(".dcm")
        assert record.displayable
        assert record.series.modality == modality
        assert record.patient.name.ideographic.startswith("演示")
        uids.add(record.instance.uid)
        (frame,) = normal_frames(opened)
        assert np.ptp(frame.pixels) > 200
    assert len(uids) == len(list(islice(make(), 4)))


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert list(islice(chest_ct(slices=50), 2)) == list(islice(chest_ct(slices=50), 2))


def test_the_prior_is_another_study_with_a_fainter_spot() -> None:
    now, before = (central_hu(files) for files in (chest_ct(slices=125), prior_chest_ct(slices=125)))
    assert now[0] != before[0]
    assert now[1] > -150
    assert -720 < before[1] < -450


def central_hu(files: Files) -> tuple[str, float]:
    """Study UID and mean of 5 × 5 pixels at the nodule's centre."""
    x_mm, y_mm, z_mm = NODULE_MM
    for _, raw in files:
        opened = open_part10(raw)
        record, _ = read_record(opened)
        geometry = record.instance.geometry
        assert geometry.position_mm is not None
        assert geometry.spacing_mm is not None
        if abs(geometry.position_mm[2] - (z_mm - 150.0)) > 1.3:
            continue
        (frame,) = normal_frames(opened)
        column = round((x_mm - geometry.position_mm[0]) / geometry.spacing_mm[1])
        row = round((y_mm - geometry.position_mm[1]) / geometry.spacing_mm[0])
        patch = frame.pixels[row - 2 : row + 3, column - 2 : column + 3]
        return record.study.uid, float(patch.mean() * frame.slope + frame.intercept)
    raise AssertionError
