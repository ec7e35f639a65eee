"""Where the reference DICOM files are, if they are on this machine."""

import os
from functools import cache
from pathlib import Path

import pytest


@cache
def dicom_dir() -> Path | None:
    """The folder of reference images: `MDT_TEST_DICOM`, else `shared/dicom` beside a parent of the project."""
    named = os.environ.get("MDT_TEST_DICOM")
    if named:
        return Path(named)
    for parent in Path(__file__).resolve().parents:
        place = parent / "shared" / "dicom"
        if place.is_dir():
            return place
    return None


def reference(relative: str) -> Path:
    """A reference file or folder; skips the test (never counted as a failure) when it is absent."""
    folder = dicom_dir()
    place = folder / relative if folder else None
    if place is None or not place.exists():
        pytest.skip(f"reference images are not on this machine: {relative}")
    return place
