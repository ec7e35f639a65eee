"""Reference images for the imaging tests; absent ones are skips."""

import os
from pathlib import Path

import pytest

from tests.world.dicom import dicom_dir


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference DICOM files."""
    folder = dicom_dir()
    if folder is None:
        pytest.skip("reference images are not on this machine")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return folder
