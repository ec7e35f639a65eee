"""Order in space, gaps and holes."""

import random

from mdt.imaging.ingest.sort import Place, completeness, in_order

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def axial(z_mm: float, number: int | None = None, name: str = "") -> Place:
    return Place((0.0, 0.0, z_mm), AXIAL, number, name)


def test_position_goes_before_instance_number() -> None:
    places = [axial(z, number=100 - z) for z in range(10)]
    shuffled = random.Random(1).sample(places, 10)
    assert in_order(shuffled, shuffled) == places


def test_without_positions_the_number_then_the_name_counts() -> None:
    places = [
        Place(None, None, 2),
        Place(None, None, 1),
        Place(None, None, None, "IM10"),
        Place(None, None, None, "IM2"),
    ]
    assert in_order(["b", "a", "d", "c"], places) == ["a", "b", "c", "d"]


def test_planes_that_cross_are_sorted_by_number() -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    places = [Place((0, 0, 9), AXIAL, 1), Place((5, 0, 0), sagittal, 2), Place((0, 0, 0), AXIAL, 3)]
    assert in_order([1, 2, 3], places) == [1, 2, 3]


def test_a_missing_stretch_is_a_gap_with_its_size() -> None:
    found = completeness([axial(z * 2.5, z + 1) for z in range(40) if z not in (10, 11, 12)])
    assert found.median_step_mm == 2.5
    assert [(g.after_mm, g.before_mm, g.missing) for g in found.gaps] == [(22.5, 32.5, 3)]
    assert found.missing_numbers == (11, 12, 13)


def test_a_whole_series_misses_nothing() -> None:
    found = completeness([axial(z * 1.25, 250 - z) for z in range(250)])
    assert not found.gaps
    assert not found.missing_numbers
