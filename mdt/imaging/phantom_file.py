"""Slices written as DICOM files, the way a scanner exports them."""

from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
DX_CLASS = "1.2.840.10008.5.1.4.1.1.1.1"
_ROOT = "2.25"


@dataclass(frozen=True, slots=True)
class PhantomPatient:
    """Who the phantom plays; dates YYYYMMDD."""

    name: str = "演示甲"
    pinyin: str = "Yanshi^Jia"
    local_id: str = "DEMO0001"
    sex: str = "M"
    birth_date: str = "19620315"


@dataclass(frozen=True, slots=True)
class PhantomSeries:
    """The header of one made series; UIDs follow from `seed`, so the same seed gives the same bytes."""

    patient: PhantomPatient
    seed: int
    modality: str
    sop_class_uid: str
    study_date: str
    study_description: str
    description: str
    number: int
    spacing_mm: float
    thickness_mm: float
    step_mm: float
    windows: tuple[tuple[float, float, str], ...]
    folder: str
    orientation: tuple[float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0)
    frame_seed: int = 0
    body_part: str = "CHEST"
    contrast: str = ""
    study_time: str = "091500"
    photometric: str = "MONOCHROME2"


def _uid(series: PhantomSeries, *parts: int) -> str:
    """Under 2.25 (UUID derived UIDs); the seed spreads over the digits a UUID would fill."""
    spread = int(np.random.SeedSequence([series.seed, *parts]).generate_state(2, np.uint64)[0])
    return f"{_ROOT}.{1 << 125 | spread << 40 | (sum(p << 8 * n for n, p in enumerate(parts)) & 0xFFFFFFFF)}"


class SeriesWriter:
    """Turns planes into files; the header that all share is built once."""

    def __init__(self, series: PhantomSeries) -> None:
        self.series = series
        self._shared = self._header()

    def _header(self) -> Dataset:
        series, patient = self.series, self.series.patient
        header = Dataset()
        header.SpecificCharacterSet = "ISO_IR 192"
        header.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        header.SOPClassUID = series.sop_class_uid
        header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = series.study_date
        header.StudyTime = header.SeriesTime = header.AcquisitionTime = series.study_time
        header.AccessionNumber = f"DEMO{series.seed:06d}"
        header.Modality = series.modality
        header.Manufacturer = "Phantom"
        header.InstitutionName = "青溪县人民医院"
        header.StudyDescription = series.study_description
        header.SeriesDescription = series.description
        header.PatientName = f"{patient.pinyin}={patient.name}"
        header.PatientID = patient.local_id
        header.PatientBirthDate = patient.birth_date
        header.PatientSex = patient.sex
        header.BodyPartExamined = series.body_part
        if series.contrast:
            header.ContrastBolusAgent = series.contrast
        header.StudyInstanceUID = _uid(replace(series, seed=series.seed), 1)
        header.SeriesInstanceUID = _uid(series, 2, series.number)
        header.StudyID = str(series.seed)
        header.SeriesNumber = series.number
        self._pixel_header(header)
        return header

    def _pixel_header(self, header: Dataset) -> None:
        series = self.series
        header.SamplesPerPixel = 1
        header.PhotometricInterpretation = series.photometric
        header.PixelSpacing = [f"{series.spacing_mm:.6f}"] * 2
        header.BitsAllocated, header.BitsStored, header.HighBit = 16, 16, 15
        is_ct = series.modality == "CT"
        header.PixelRepresentation = int(is_ct)
        if series.windows:
            header.WindowCenter = [f"{w[0]:g}" for w in series.windows]
            header.WindowWidth = [f"{w[1]:g}" for w in series.windows]
            header.WindowCenterWidthExplanation = [w[2] for w in series.windows]
        if is_ct:
            header.RescaleIntercept, header.RescaleSlope, header.RescaleType = "0", "1", "HU"
            header.KVP = "120"
        if series.modality in ("CT", "MR"):
            header.FrameOfReferenceUID = _uid(series, 3, series.frame_seed)
            header.SliceThickness = f"{series.thickness_mm:g}"
            header.ImageOrientationPatient = [f"{c:g}" for c in series.orientation]

    def file(
        self, plane: NDArray[np.int16] | NDArray[np.uint16], n: int, position_mm: tuple[float, float, float]
    ) -> tuple[str, bytes]:
        """(relative path, Part 10 bytes) of slice `n` (from 1)."""
        series = self.series
        instance_uid = _uid(series, 4, series.number, n)
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = series.sop_class_uid
        meta.MediaStorageSOPInstanceUID = instance_uid
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        whole = FileDataset("", self._shared, file_meta=meta, preamble=b"\0" * 128)
        whole.SOPInstanceUID = instance_uid
        whole.InstanceNumber = n
        if "ImageOrientationPatient" in whole:
            whole.ImagePositionPatient = [f"{c:.4f}" for c in position_mm]
        whole.Rows, whole.Columns = plane.shape
        whole.PixelData = plane.tobytes()
        whole["PixelData"].VR = "OW"
        target = BytesIO()
        whole.save_as(target, enforce_file_format=True)
        return f"{series.folder}/IM{n:04d}.dcm", target.getvalue()
