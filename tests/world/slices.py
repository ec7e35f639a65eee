"""Any number of small slices of one series, for tests that count files."""

import io

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid


def slices(count: int, *, rows: int = 64, name: str = "曾演示") -> list[bytes]:
    """Part 10 files of a made-up CT series, 5 mm apart, each with its number in the pixels."""
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    return [_slice(study, series, frame, number, rows, name) for number in range(count)]


def many(count: int, *, rows: int = 16, name: str = "曾演示") -> list[bytes]:
    """The same for thousands of files: one is written, the others are it with another UID, number and position."""
    start = 2_000_000  # as many digits in every file
    first = _slice(generate_uid(), generate_uid(), generate_uid(), start, rows, name)
    uid = str(pydicom.dcmread(io.BytesIO(first)).SOPInstanceUID)
    made = []
    for number in range(start, start + count):
        changes = (  # the UID last: its new digits must not be taken for the number's
            (str(start + 1), str(number + 1), 1),
            (str(5 * start), str(5 * number), 1),
            (uid, f"{uid[:-7]}{number}", 2),
        )
        content = first
        for old, new, times in changes:
            assert first.count(old.encode()) == times
            content = content.replace(old.encode(), new.encode())
        made.append(content)
    return made


def _slice(study: str, series: str, frame: str, number: int, rows: int, name: str) -> bytes:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID, made.FrameOfReferenceUID = study, series, frame
    made.PatientName, made.PatientID, made.PatientSex, made.PatientBirthDate = name, "ZY20261120-033", "F", ""
    made.StudyDate, made.StudyTime, made.Modality = "20261120", "091400", "CT"
    made.SeriesNumber, made.InstanceNumber, made.SeriesDescription = 1, number + 1, "平扫"
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, 5 * number], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.SliceThickness = [0.8, 0.8], 5
    made.Rows = made.Columns = rows
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 1
    made.RescaleSlope, made.RescaleIntercept = 1, 0
    made.PixelData = np.full((rows, rows), number % 4000, "<i2").tobytes()
    target = io.BytesIO()
    made.save_as(target, enforce_file_format=True)
    return target.getvalue()
