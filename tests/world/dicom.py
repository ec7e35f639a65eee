"""Where the reference images are: `MDT_TEST_DICOM`, or `shared/dicom` beside a parent of the project."""

import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def dicom_dir() -> Path | None:
    """The folder of reference DICOM files, or None where it is absent."""
    named = os.environ.get("MDT_TEST_DICOM")
    if named:
        return Path(named)
    for parent in (ROOT, *ROOT.parents):
        folder = parent / "shared" / "dicom"
        if folder.is_dir():
            return folder
    return None
