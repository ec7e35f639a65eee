"""An encounter becomes a case with one press."""

from mdt.cases.operations.score import renew_readiness
from mdt.cases.operations.write import CaseFor, CaseText, ConsentText, PatientText, create_case_for
from mdt.clinics import policy
from mdt.clinics.events import EncounterBecameCase
from mdt.clinics.models import ClinicDay, Encounter
from mdt.clinics.operations.encounters import take
from mdt.clinics.operations.photos import copy_to_case, photos_of
from mdt.clinics.terms import Disposition
from mdt.identity.operations import Nothing
from mdt.imaging.operations.arrange import copy_links
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.errors import Forbidden
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import Tx

TITLE_LENGTH = 60


@operation(policy.WRITE, audit="encounter.to_case", action="to_case")
def to_case(tx: Tx, row: Encounter, _change: Nothing) -> tuple[str, bool]:
    """The id of the encounter's case and whether it was made just now. Requested by who took the encounter, for that
    person's hospital; identity, complaint, finding, photographs and consent are copied."""
    if row.case_id is not None:
        return row.case_id, False
    take(tx, row)
    if row.doctor_id is None:
        raise Forbidden
    day = tx.session.get_one(ClinicDay, row.clinic_id)
    text = _text(row, day)
    wanted = CaseFor(person_id=row.doctor_id, hospital_id=row.hospital_id, department=row.department, text=text)
    case = create_case_for.inside(tx, wanted)
    row.case_id = case.id
    row.disposition = row.disposition or Disposition.CASE
    for photo in photos_of(tx, row.id):
        copy_to_case(tx, photo, case.id)
    copy_links(tx, row.subject, case.subject)
    renew_readiness(tx, case)
    tx.emit(EncounterBecameCase(Subject("case", case.id), encounter_id=row.id, clinic_id=row.clinic_id))
    tx.ring("clinic", row.clinic_id)
    return case.id, True


def _text(row: Encounter, day: ClinicDay) -> CaseText:
    patient = PatientText(name=row.name, sex=row.sex, age=row.age)
    values = {"title": _title(row), "patient": patient, "summary": _summary(row, day)}
    if row.consent_given:
        consent = {"given": True, "by": row.consent_by, "at": row.consent_at or None}
        values["consent"] = ConsentText.model_validate(consent)
    return CaseText.model_validate(values)


def _title(row: Encounter) -> str:
    said = "、".join(row.chips) or row.complaint.splitlines()[0] if row.chips or row.complaint else ""
    return f"{said[:TITLE_LENGTH]}（义诊{row.ticket}）"


def _summary(row: Encounter, day: ClinicDay) -> str:
    complaint = "；".join(each for each in ("、".join(row.chips), row.complaint) if each)
    parts = (
        ("主诉", complaint),
        ("既往", "、".join(row.history)),
        ("义诊所见", row.finding),
        ("义诊意见", row.advice),
        ("来源", f"{day.starts_at.astimezone(SHANGHAI):%Y-%m-%d} {day.place} {day.title} {row.ticket}"),
    )
    return "\n".join(f"{name}：{text}" for name, text in parts if text)
