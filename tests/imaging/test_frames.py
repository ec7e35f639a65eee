"""Every kind of image is normalised exactly, or says why not."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.pixels import apply_color_lut

from mdt.imaging.ingest.frames import NormalFrame, Picture, normal_frames, to_int16
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.ingest.poster import poster
from mdt.imaging.ingest.verdicts import SENTENCES, NotShowable, Refused
from tests.world.dicom import dicom_dir

_ROOT = dicom_dir()
_FOLDERS = ("syntax", "multiframe", "us", "cr", "mr", "nm", "pt", "synthetic", "nonimage")
_FILES = [f"{d}/{p.name}" for d in _FOLDERS for p in sorted((_ROOT / d).glob("*.dcm"))] if _ROOT else []
_CHEST = sorted(p.name for p in (_ROOT / "syntax").glob("CT_ts-*")) if _ROOT else []
_NOT_SHOWN = {
    "syntax/ct_no_file_meta.dcm": "not_dicom",
    "syntax/nested_private_sq.dcm": "bad_dimensions",
    "syntax/nm_j2k_embedded_delimiter.dcm": "undecodable_pixels",
    "syntax/un_sequence.dcm": "not_an_image",
    "synthetic/rgb_jpegxl_lossless_110.dcm": "unsupported_syntax",
    "synthetic/encapsulated_pdf.dcm": "not_an_image",
    "synthetic/gsps_circle_text_window.dcm": "not_an_image",
    "synthetic/kos_key_image.dcm": "not_an_image",
    "synthetic/rdsr_ct.dcm": "not_an_image",
    "nonimage/gsps_luts.dcm": "not_an_image",
    "nonimage/gsps_overlay.dcm": "not_an_image",
    "nonimage/rdsr_xa_siemens.dcm": "not_an_image",
    "nonimage/sr_comprehensive.dcm": "not_an_image",
    "nonimage/sr_report.dcm": "not_an_image",
    "nonimage/sr_tid1500.dcm": "not_an_image",
    "nonimage/sr_tid1500_highdicom.dcm": "not_an_image",
}
_LOSSY_TOLERANCE_HU = {"4-50": 27.0, "4-51": 5.0, "4-53": 5.0, "4-55": 5.0, "4-81": 1.0, "4-91": 1.0}


def real_values(frame: NormalFrame) -> NDArray[np.float64]:
    return frame.pixels.astype(np.float64) * frame.slope + frame.intercept


@pytest.mark.parametrize("name", _FILES or [""])
def test_an_image_is_normalised_or_says_why(name: str, reference: Path) -> None:
    raw = (reference / name).read_bytes()
    if name in _NOT_SHOWN:
        with pytest.raises((Refused, NotShowable)) as reason:
            list(normal_frames(open_part10(raw)))
        assert reason.value.code == _NOT_SHOWN[name]
        assert reason.value.code in SENTENCES
        return
    frames = list(normal_frames(open_part10(raw)))
    for frame in frames:
        assert len(frame.stored_bytes()) == frame.pixels.size * (2 if frame.kind == "mono16" else 1)
    assert poster(frames[0].pixels, None, slope=frames[0].slope).startswith(b"\xff\xd8")
    expected = pydicom_values(raw, frames)
    if expected is None:
        return
    found = np.stack([real_values(f) if f.kind == "mono16" else f.pixels for f in frames])
    # wider than 16 bits: half a step of 1/65534 of the range
    tolerance = np.ptp(expected) / 65_000 if frames[0].slope * 65_000 > 66_000 or is_scaled(frames[0]) else 1e-6
    assert np.abs(found - expected).max() <= tolerance


def is_scaled(frame: NormalFrame) -> bool:
    return frame.kind == "mono16" and frame.slope != frame.facts.slope


def pydicom_values(raw: bytes, frames: list[NormalFrame]) -> NDArray[np.float64] | None:
    """The same frames by pydicom: real-world values or RGB; None where it has no decoder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(BytesIO(raw), force=True)
        try:
            values = dataset.pixel_array
        except (RuntimeError, AttributeError, NotImplementedError):
            return None
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            values = apply_color_lut(values, dataset)
    if frames[0].kind == "rgb8" and values.dtype.itemsize > 1:
        values = values >> (8 * values.dtype.itemsize - 8)
    values = values if len(frames) > 1 else values[None]
    if frames[0].kind == "rgb8":
        return values.astype(np.float64)
    scales = [(f.facts.slope, f.facts.intercept) for f in frames]
    return np.stack([v.astype(np.float64) * m + b for v, (m, b) in zip(values, scales, strict=True)])


@pytest.mark.parametrize("name", _CHEST or [""])
def test_one_slice_in_twelve_syntaxes_is_one_picture(name: str, reference: Path) -> None:
    def values(file: str) -> NDArray[np.float64]:
        (frame,) = normal_frames(open_part10((reference / "syntax" / file).read_bytes()))
        return real_values(frame)

    plain = values("CT_ts-1-99_DeflatedExplicitVRLittleEndian.dcm")
    mean_error_hu = np.abs(values(name) - plain).mean()
    limits = [limit for mark, limit in _LOSSY_TOLERANCE_HU.items() if mark in name]
    assert mean_error_hu <= (limits[0] if limits else 0.0)


def test_no_colour_is_bent_by_jpeg(reference: Path) -> None:
    """RGB components without an APP14 marker: read as YCbCr this grey page turns green."""
    (frame,) = normal_frames(open_part10((reference / "syntax/rgb_jpeg_no_colour_transform.dcm").read_bytes()))
    assert np.ptp(frame.pixels.astype(int), axis=-1).max() < 30
    assert frame.pixels[5, 5].tolist() == [244, 244, 244]


def test_monochrome1_is_marked_not_changed(reference: Path) -> None:
    picture = Picture(open_part10((reference / "synthetic/ct_monochrome1.dcm").read_bytes()))
    frame = picture.normal(0, next(picture.facts()))
    assert frame.invert
    assert frame.intercept == -1024


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"])
def test_any_stored_type_comes_back_within_half_a_step(dtype: str) -> None:
    kind = np.dtype(dtype)
    ends = (-1e30, 1e30) if kind.kind == "f" else (np.iinfo(kind).min, np.iinfo(kind).max)
    values = np.linspace(*ends, 4096).astype(kind).reshape(64, 64)
    pixels, slope, intercept = to_int16(values)
    back = pixels.astype(np.float64) * slope + intercept
    exact = kind.itemsize <= 2
    assert np.abs(back - values.astype(np.float64)).max() <= (0 if exact else slope * 0.51)
