"""Files made to hurt a reader: refused quickly, with their code."""

import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from mdt.imaging.ingest.frames import normal_frames
from mdt.imaging.ingest.judge import inspect_file
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.ingest.verdicts import NotShowable, Refused
from mdt.imaging.ingest.zipread import Archive, archive_verdict

_QUICK_S = 5.0
_UNDEFINED = 0xFFFFFFFF


def meta(syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Preamble and meta group of a file without a data set."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True, implicit_vr=False, little_endian=True)
    return target.getvalue()


def item(length: int) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, length)


_SEQUENCE = struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, _UNDEFINED)
_PIXELS = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, _UNDEFINED)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_SEQUENCE + item(0) * 1_000_000, "bad_structure"),
        (struct.pack("<HH2sH", 0x0009, 0x0010, b"LO", 0) * 600_000, "bad_structure"),
        (_PIXELS + item(0) * 1_000_000, "bad_structure"),
        ((_SEQUENCE + item(_UNDEFINED)) * 10_000, "nesting_too_deep"),
        (struct.pack("<HH2sHI", 0x0009, 0x1010, b"OB", 0, 0xFFFFFFF0), "truncated"),
        (_SEQUENCE + struct.pack("<HHI", 0xFFFE, 0xE00D, 0), "bad_structure"),
    ],
)
def test_counts_and_lengths_that_lie(body: bytes, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as refused:
        open_part10(meta() + body)
    assert refused.value.code == code
    assert time.perf_counter() - began < _QUICK_S


@pytest.mark.parametrize(
    ("name", "marker", "at"),
    [("syntax/rgb_jpeg_422.dcm", b"\xff\xc0", 5), ("us/us_j2k.dcm", b"\xff\x4f\xff\x51", 8)],
)
def test_a_codestream_larger_than_its_header_is_never_decoded(
    name: str, marker: bytes, at: int, reference: Path, tmp_path: Path
) -> None:
    raw = bytearray((reference / name).read_bytes())
    place = raw.index(marker) + at
    size = struct.pack(">HH", 65500, 65500) if at == 5 else struct.pack(">II", 65500, 65500)
    raw[place : place + len(size)] = size
    path = tmp_path / "lie.dcm"
    path.write_bytes(raw)
    began = time.perf_counter()
    assert inspect_file(path).code == "codestream_size_mismatch"
    with pytest.raises((Refused, NotShowable)):
        list(normal_frames(open_part10(bytes(raw))))
    assert time.perf_counter() - began < _QUICK_S


def test_half_a_htj2k_frame_is_not_shown_as_a_picture(reference: Path) -> None:
    raw = bytearray((reference / "synthetic/ct_htj2k_rpcl_202.dcm").read_bytes())
    fragments = open_part10(bytes(raw)).walk.fragments
    assert fragments is not None
    at, length = fragments[1]
    raw[at + length // 2 : at + length] = bytes(length - length // 2)
    with pytest.raises(NotShowable) as reason:
        list(normal_frames(open_part10(bytes(raw))))
    assert reason.value.code == "undecodable_pixels"


def test_values_that_cannot_be_read_are_kept_raw(tmp_path: Path) -> None:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2", "1.2.1"
    dataset.add_new(0x00189306, "FD", [float("nan"), float("inf")])
    dataset.add_new(0x00101030, "DS", "")
    dataset.add_new(0x00091010, "OB", np.zeros(2000, np.uint8).tobytes())
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    raw = target.getvalue() + struct.pack("<HH2sH", 0x0028, 0x0010, b"US", 3) + b"abc"
    raw += struct.pack("<HH2sH", 0x0028, 0x1053, b"DS", 12) + b"1e999999999 "
    path = tmp_path / "odd.dcm"
    path.write_bytes(raw)
    found = inspect_file(path)
    assert found.record is not None
    document = found.record.dicom_json
    assert document is not None
    assert document["00189306"] == {"vr": "FD", "Value": ["NaN", "inf"]}
    assert document["00101030"] == {"vr": "DS"}
    assert document["00091010"] == {"vr": "OB", "BulkDataURI": "bulk/00091010"}
    assert document["00280010"] == {"vr": "UN", "InlineBinary": "YWJj"}
    assert document["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}


def test_entries_that_share_bytes_are_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.dcm", bytes(1000))
        archive.writestr("b.dcm", bytes(1000))
        archive.filelist[1].header_offset = 0
    with pytest.raises(Refused) as refused:
        Archive(target)
    assert refused.value.code == "bad_archive"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../x.dcm", "unsafe_path"),
        ("/etc/x", "unsafe_path"),
        ("C:\\x.dcm", "unsafe_path"),
        ("a\u202ecmd.dcm", "unsafe_path"),
        ("n" * 300, "unsafe_path"),
        ("inner.RAR", "nested_archive"),
        ("影像/IM1", None),
    ],
)
def test_the_name_of_an_entry_decides(name: str, code: str | None) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, b"x")
    (member,) = Archive(target).members()
    assert member.code == code


def test_an_archive_is_refused_only_if_nothing_was_taken() -> None:
    assert archive_verdict([("refused", "not_dicom")]) == ("refused", "not_dicom")
    assert archive_verdict([("stored", "ok"), ("refused", "not_dicom")]) == ("warning", "skipped_entries")
    assert archive_verdict([("stored", "ok"), ("warning", "no_preamble")]) == ("warning", "no_preamble")
    assert archive_verdict([("stored", "ok")]) == ("stored", "ok")
