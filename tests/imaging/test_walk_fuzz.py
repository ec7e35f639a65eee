"""Bytes flipped, spliced and lengths edited: always a verdict, never an exception, never slow."""

import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from mdt.imaging.ingest.judge import inspect_file
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.ingest.verdicts import SENTENCES, Refused
from tests.world.dicom import dicom_dir

_ROOT = dicom_dir()
_SEEDS = (
    "synthetic/palette_16bit_lut.dcm",
    "syntax/mr_small_big_endian.dcm",
    "syntax/mr_small_implicit_le.dcm",
    "syntax/nested_private_sq.dcm",
    "syntax/rgb_jpeg_422.dcm",
    "multiframe/legacy_enhanced_ct_3f.dcm",
    "nonimage/sr_report.dcm",
    "synthetic/ct_deflated.dcm",
    "broken/bot_empty.dcm",
    "charset/chrH32.dcm",
)
_SLOW_S = 5.0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(choice=st.data())
@pytest.mark.skipif(_ROOT is None, reason="reference images are not on this machine")
def test_damaged_files_get_a_verdict(choice: st.DataObject) -> None:
    assert _ROOT is not None
    raw = bytearray((_ROOT / choice.draw(st.sampled_from(_SEEDS))).read_bytes())
    for _ in range(choice.draw(st.integers(1, 6))):
        damage(raw, choice)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(raw)
        began = time.perf_counter()
        found = inspect_file(path)
        assert time.perf_counter() - began < _SLOW_S
    assert found.code in SENTENCES


def damage(raw: bytearray, choice: st.DataObject) -> None:
    """Flip, cut, repeat or overwrite with a length that lies; mostly in the header."""
    if len(raw) < 16:
        return
    at = choice.draw(st.integers(0, min(len(raw) - 8, 4000)))
    match choice.draw(st.sampled_from(("flip", "length", "cut", "splice", "end"))):
        case "flip":
            raw[at] ^= 1 << choice.draw(st.integers(0, 7))
        case "length":
            lie = choice.draw(st.sampled_from((b"\xff\xff\xff\xff", b"\xf0\xff\xff\xff", b"\0\0\0\0", b"\x08\0\0\x01")))
            raw[at : at + 4] = lie
        case "cut":
            del raw[at : at + choice.draw(st.integers(1, 64))]
        case "splice":
            raw[at:at] = raw[at : at + choice.draw(st.integers(1, 512))]
        case _:
            del raw[at + 8 :]


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text("abc 王", max_size=20), max_size=5),
    explicit=st.booleans(),
    undefined=st.booleans(),
)
def test_the_walk_finds_what_pydicom_wrote(texts: list[str], explicit: bool, undefined: bool) -> None:
    raw = written(texts, explicit=explicit, undefined=undefined)
    opened = open_part10(raw)
    theirs = pydicom.dcmread(BytesIO(raw))
    assert set(opened.walk.spans) == {int(tag) for tag in theirs.keys()}  # noqa: SIM118 - a Dataset is no dict
    pixels = opened.walk.pixels
    assert pixels is not None
    assert bytes(raw[pixels.value : pixels.end]) == theirs.PixelData


def written(texts: list[str], *, explicit: bool, undefined: bool) -> bytes:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    nested = []
    for text in texts:
        item = Dataset()
        item.CodeMeaning = text
        item.is_undefined_length_sequence_item = undefined
        nested.append(item)
    dataset.ProcedureCodeSequence = nested
    dataset["ProcedureCodeSequence"].is_undefined_length = undefined
    dataset.PixelData = np.arange(64, dtype=np.uint8).tobytes()
    dataset["PixelData"].VR = "OB"
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


@pytest.mark.parametrize("length", [0, 1, 131, 132, 133, 140, 300])
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    raw = written(["王"], explicit=True, undefined=True)
    with pytest.raises(Refused):
        open_part10(raw[:length])
