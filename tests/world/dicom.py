"""Where the reference images are: `MDT_TEST_DICOM`, or `shared/dicom` beside a parent of the project."""

import os
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def dicom_dir() -> Path | None:
    """The folder of reference DICOM files, or None where it is absent."""
    named = os.environ.get("MDT_TEST_DICOM")
    if named:
        return Path(named) if Path(named).is_dir() else None
    for parent in (ROOT, *ROOT.parents):
        folder = parent / "shared" / "dicom"
        if folder.is_dir():
            return folder
    return None


def reference(relative: str) -> Path:
    """A reference file or folder; skips the test (never counted as a failure) when it is absent."""
    folder = dicom_dir()
    place = folder / relative if folder else None
    if place is None or not place.exists():
        pytest.skip(f"reference images are not on this machine: {relative}")
    return place
