"""What the worker reads to print a slip or to look at a photograph. No door leads here."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.clinics.models import ClinicDay, Encounter, FilmPhoto
from mdt.clinics.slip import Doctor, Slip
from mdt.clinics.slip import FilmPhoto as PrintedPhoto
from mdt.clinics.terms import PhotoState
from mdt.identity.queries import person_cards
from mdt.kernel import runtime

PRINTED_PHOTOS = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of an encounter as it is to be printed."""

    version: int
    slip: Slip


def sheet_of(session: Session, encounter_id: str) -> Sheet | None:
    """The sheet of an encounter that has a disposition, else None."""
    row = session.get(Encounter, encounter_id)
    if row is None or row.disposition is None:
        return None
    day = session.get_one(ClinicDay, row.clinic_id)
    card = person_cards(session, {row.doctor_id or ""}).get(row.doctor_id or "")
    doctor = Doctor(
        name=card.name if card else "",
        title=card.title if card else "",
        department=card.department if card else "",
        hospital=card.hospital.name if card and card.hospital else "",
    )
    slip = Slip(
        ticket=row.ticket,
        name=row.name,
        sex=row.sex.value if row.sex else "O",
        at=row.done_at or row.taken_at or row.registered_at,
        day_title=day.title,
        place=day.place,
        filing_authority=day.filing_authority,
        filing_number=day.filing_number,
        doctor=doctor,
        disposition=row.disposition.value,
        age=f"{row.age} 岁" if row.age is not None else "",
        complaint="；".join(each for each in ("、".join(row.chips), row.complaint) if each),
        finding=row.finding,
        advice=row.advice,
        revisit_on=row.revisit_on,
        where_to_go=row.where_to_go,
        photos=_photos(session, row.id),
    )
    return Sheet(version=row.version, slip=slip)


def _photos(session: Session, encounter_id: str) -> tuple[PrintedPhoto, ...]:
    stored = select(FilmPhoto).where(FilmPhoto.encounter_id == encounter_id, FilmPhoto.state == PhotoState.STORED)
    rows = session.execute(stored.order_by(FilmPhoto.added_at).limit(PRINTED_PHOTOS)).scalars()
    files = runtime.files()
    return tuple(
        PrintedPhoto(picture=files.path(row.clean_sha256).read_bytes(), caption=row.caption)
        for row in rows
        if files.has(row.clean_sha256)
    )


@dataclass(frozen=True, slots=True)
class RawPhoto:
    """A photograph as it was sent, and who sent it."""

    sha256: str
    added_by: str
    taken_on: str


def raw_photo(session: Session, photo_id: str) -> RawPhoto | None:
    """None when it was removed in the meantime."""
    row = session.get(FilmPhoto, photo_id)
    return RawPhoto(row.sha256, row.added_by, row.added_at.date().isoformat()) if row else None
