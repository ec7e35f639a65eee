"""From a checked file to its index record, or the reason why it is not taken."""

import re

from pydicom.dataset import Dataset

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.dataset import Reader, read_header
from mdt.imaging.ingest.dicomjson import dicom_json
from mdt.imaging.ingest.geometry import frame_facts, frames_per_second
from mdt.imaging.ingest.identity import PatientIdentity, person_name
from mdt.imaging.ingest.part10 import META_CLASS, META_INSTANCE, Opened
from mdt.imaging.ingest.pixels import PixelForm, check_pixels, is_image_class, pixel_form
from mdt.imaging.ingest.record import IndexRecord, InstanceRecord, SeriesRecord, StudyRecord
from mdt.imaging.ingest.verdicts import Refused

_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
_WELL_FORMED = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))*")
_UID_LENGTH = 64
_NOT_SHOWN = ("undecodable_pixels", "unsupported_syntax", "too_large", "bad_pixel_format")


def read_record(opened: Opened) -> tuple[IndexRecord, set[str]]:
    """The record and every note, or Refused."""
    dataset, notes = read_header(opened)
    notes |= opened.notes
    reader = Reader(dataset)
    uids = {keyword: _uid(reader, keyword, notes) for keyword in _UIDS}
    if any(
        opened.meta.get(tag, uids[keyword]) != uids[keyword]
        for tag, keyword in ((META_CLASS, "SOPClassUID"), (META_INSTANCE, "SOPInstanceUID"))
    ):
        notes.add("meta_mismatch")
    form = pixel_form(reader)
    notes |= check_pixels(opened, form)
    why = _why_not_shown(opened, uids["SOPClassUID"], notes)
    record = IndexRecord(
        patient=_patient(reader),
        study=_study(reader, uids["StudyInstanceUID"]),
        series=_series(reader, uids["SeriesInstanceUID"]),
        instance=_instance(reader, opened, form, uids),
        displayable=why is None,
        why=why,
        character_sets=tuple(str(v)[:32] for v in reader.values("SpecificCharacterSet")[:8]),
        notes=tuple(sorted(notes)),
    )
    return _with_json(record, dataset, opened), notes


def _uid(reader: Reader, keyword: str, notes: set[str]) -> str:
    uid = "\\".join(str(v) for v in reader.values(keyword)).strip("\0 ")
    if not uid:
        raise Refused("missing_uid", element=keyword)
    if len(uid) > _UID_LENGTH or not set(uid) <= set("0123456789."):
        raise Refused("bad_uid", element=keyword)
    if not _WELL_FORMED.fullmatch(uid):
        notes.add("bad_uid")
    return uid


def _why_not_shown(opened: Opened, sop_class_uid: str, notes: set[str]) -> str | None:
    if opened.walk.pixels is None:
        if not is_image_class(sop_class_uid):
            return "not_an_image"
        notes.add("no_pixel_data")
        return "no_pixel_data"
    return next((code for code in _NOT_SHOWN if code in notes), None)


def _patient(reader: Reader) -> PatientIdentity:
    names = reader.values("PatientName")
    return PatientIdentity(
        name=person_name(str(names[0]) if names else ""),
        sex=reader.text("PatientSex", 16),
        birth_date=reader.text("PatientBirthDate", 16),
        local_id=reader.text("PatientID", 64),
        issuer=reader.text("IssuerOfPatientID", 64),
    )


def _study(reader: Reader, uid: str) -> StudyRecord:
    referring = reader.values("ReferringPhysicianName")
    return StudyRecord(
        uid=uid,
        date=_date(reader, "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"),
        time=reader.text("StudyTime", 16),
        accession=reader.text("AccessionNumber", 64),
        study_id=reader.text("StudyID", 64),
        description=reader.text("StudyDescription"),
        referring_physician=person_name(str(referring[0])).display if referring else "",
        institution=reader.text("InstitutionName"),
    )


def _date(reader: Reader, *keywords: str) -> str:
    """The first real date of the elements named, YYYYMMDD."""
    dates = (reader.text(keyword, 16).replace(".", "") for keyword in keywords)
    return next((d for d in dates if re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", d)), "")


def _series(reader: Reader, uid: str) -> SeriesRecord:
    return SeriesRecord(
        uid=uid,
        number=reader.integer("SeriesNumber"),
        modality=reader.text("Modality", 16),
        description=reader.text("SeriesDescription"),
        protocol=reader.text("ProtocolName"),
        body_part=reader.text("BodyPartExamined", 64),
        laterality=reader.text("Laterality", 16) or reader.text("ImageLaterality", 16),
        date=_date(reader, "SeriesDate", "AcquisitionDate", "StudyDate"),
        time=reader.text("SeriesTime", 16),
        contrast=reader.text("ContrastBolusAgent", 64),
        manufacturer=reader.text("Manufacturer", 64),
        frame_of_reference_uid=reader.text("FrameOfReferenceUID", 64),
    )


def _instance(reader: Reader, opened: Opened, form: PixelForm, uids: dict[str, str]) -> InstanceRecord:
    has_pixels = opened.walk.pixels is not None
    return InstanceRecord(
        uid=uids["SOPInstanceUID"],
        sop_class_uid=uids["SOPClassUID"],
        number=reader.integer("InstanceNumber"),
        transfer_syntax_uid=opened.syntax.uid,
        rows=form.rows if has_pixels else 0,
        columns=form.columns if has_pixels else 0,
        frames=form.frames if has_pixels else 0,
        bits_allocated=form.bits_allocated,
        bits_stored=form.bits_stored,
        samples=form.samples if has_pixels else 0,
        photometric=form.photometric,
        lossy=opened.syntax.lossy or reader.text("LossyImageCompression", 8) == "01",
        acquisition_time=reader.text("AcquisitionTime", 16),
        fps=frames_per_second(reader),
        geometry=next(frame_facts(reader, 1)).geometry,
    )


def _with_json(record: IndexRecord, dataset: Dataset, opened: Opened) -> IndexRecord:
    """The record with its DICOM JSON, unless the whole would pass the ceiling."""
    whole = record.model_copy(update={"dicom_json": dicom_json(dataset, opened.walk)})
    # escapes and the envelope need some room beside the record itself
    fits = len(whole.model_dump_json()) <= ceilings.RECORD_BYTES - (64 << 10)
    return whole if fits else record
