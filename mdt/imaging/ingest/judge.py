"""The verdict on one file, alone and beside what is already known."""

from pathlib import Path

from mdt.imaging.ingest.header import read_record
from mdt.imaging.ingest.identity import PatientIdentity, same_person
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.ingest.record import Inspection
from mdt.imaging.ingest.verdicts import Refused, worst_warning


def inspect_file(path: Path) -> Inspection:
    """The verdict on a file alone; never raises for what is in it."""
    try:
        raw = path.read_bytes()
        record, notes = read_record(open_part10(raw))
    except Refused as refused:
        return Inspection(path=str(path), state="refused", code=refused.code, params=refused.params)
    except MemoryError:
        return Inspection(path=str(path), state="refused", code="too_large")
    code = worst_warning(notes)
    return Inspection(path=str(path), state="stored" if code == "ok" else "warning", code=code, record=record)


def beside_case(inspection: Inspection, expect: PatientIdentity | None) -> Inspection:
    """The same verdict, warning first of all if the patient is not the case's."""
    record = inspection.record
    if expect is None or record is None or not same_person(expect, record.patient):
        return inspection
    return inspection.model_copy(update={"state": "warning", "code": "other_patient"})


def beside_stored(inspection: Inspection, sha256: str, stored_sha256: str | None) -> tuple[str, str]:
    """(state, code) of a file whose SOP instance the hospital may hold already.

    States are the contract's, `duplicate` among them; refused goes before
    duplicate, duplicate before warning.
    """
    if inspection.state == "refused" or stored_sha256 is None:
        return inspection.state, inspection.code
    if stored_sha256 == sha256:
        return "duplicate", "duplicate_same_content"
    return "refused", "duplicate_sop_other_content"
