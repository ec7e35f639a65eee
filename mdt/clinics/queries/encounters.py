"""Reading encounters: patient data, so each reading of one leaves a row in the audit, and each of a day's queue too."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.clinics import policy
from mdt.clinics.models import ClinicDay, Encounter, FilmPhoto, Slip
from mdt.clinics.queries.shapes import ConsentView, EncounterList, EncounterView, ImageView
from mdt.clinics.slip import NOT_DIAGNOSTIC
from mdt.clinics.terms import PhotoState, SlipState
from mdt.identity.queries import PersonCard, person_cards
from mdt.imaging.queries.studies import StudyView, studies_of
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.query import query


@query(policy.READ_ENCOUNTER, reads="encounter.read")
def encounter_view(session: Session, _actor: Actor, row: Encounter, _ask: None) -> EncounterView:
    """One encounter."""
    return _views(session, [row])[0]


@query(policy.READ, reads="encounter.listed")
def clinic_encounters(session: Session, _actor: Actor, day: ClinicDay, _ask: None) -> EncounterList:
    """The queue of a day, by ticket."""
    found = select(Encounter).where(Encounter.clinic_id == day.id).order_by(Encounter.number)
    return EncounterList(items=_views(session, session.execute(found).scalars().all()))


def _views(session: Session, rows: Sequence[Encounter]) -> list[EncounterView]:
    """Views of loaded encounters: five queries whatever their number."""
    ids = [row.id for row in rows]
    doctors = person_cards(session, {row.doctor_id for row in rows if row.doctor_id})
    slips = {slip.id: slip for slip in session.execute(select(Slip).where(Slip.id.in_(ids))).scalars()}
    photos: dict[str, list[FilmPhoto]] = {}
    held = select(FilmPhoto).where(FilmPhoto.encounter_id.in_(ids)).order_by(FilmPhoto.added_at, FilmPhoto.id)
    for photo in session.execute(held).scalars():
        photos.setdefault(photo.encounter_id, []).append(photo)
    studies = studies_of(session, [row.subject for row in rows])
    return [
        _view(
            row,
            doctors.get(row.doctor_id or ""),
            slips.get(row.id),
            [image_view(photo) for photo in photos.get(row.id, [])] + [_study(each) for each in studies[row.subject]],
        )
        for row in rows
    ]


def _view(row: Encounter, doctor: PersonCard | None, slip: Slip | None, images: list[ImageView]) -> EncounterView:
    return EncounterView(
        id=row.id,
        clinic_id=row.clinic_id,
        client_id=row.client_id,
        ticket=row.ticket,
        state=row.state,
        name=row.name,
        sex=row.sex,
        age=row.age,
        phone=row.phone,
        township=row.township,
        chips=list(row.chips),
        history=list(row.history),
        complaint=row.complaint,
        finding=row.finding,
        advice=row.advice,
        disposition=row.disposition,
        revisit_on=row.revisit_on,
        where_to_go=row.where_to_go,
        consent=ConsentView(given=row.consent_given, by=row.consent_by, at=row.consent_at),
        images=images,
        doctor=doctor,
        registered_at=row.registered_at,
        called_at=row.called_at,
        taken_at=row.taken_at,
        done_at=row.done_at,
        case_id=row.case_id,
        pdf=_pdf_state(row, slip),
        version=row.version,
    )


def image_view(photo: FilmPhoto) -> ImageView:
    shown = f"/api/v1/film-photos/{photo.id}" if photo.state is PhotoState.STORED else ""
    return ImageView(
        id=photo.id, kind="photo", state=photo.state, url=shown, caption=photo.caption, stamp=NOT_DIAGNOSTIC
    )


def _study(study: StudyView) -> ImageView:
    poster = study.series_list[0].poster_url if study.series_list else ""
    said = " ".join(each for each in (study.modality, study.description, study.date) if each)
    return ImageView(id=study.study_uid, kind="study", state=PhotoState.STORED, url=poster, caption=said, stamp="")


def _pdf_state(row: Encounter, slip: Slip | None) -> str:
    if slip is None or slip.version != row.version:
        return "none" if row.disposition is None else SlipState.WORKING.value
    return slip.state.value


@query(policy.READ_PHOTO)
def photo_view(_session: Session, _actor: Actor, photo: FilmPhoto, _ask: None) -> ImageView:
    """What is known of one photograph."""
    return image_view(photo)


@query(policy.READ_PHOTO, reads="encounter.read")
def photo_file(_session: Session, _actor: Actor, photo: FilmPhoto, _ask: None) -> str:
    """The hash of the stamped copy. Raises NotFound while there is none."""
    if photo.state is not PhotoState.STORED:
        raise NotFound
    return photo.clean_sha256


@dataclass(frozen=True, slots=True)
class SlipFile:
    """`is_current` is false while the slip of the present version is not printed yet."""

    is_current: bool
    sha256: str
    problem: str
    ticket: str


@query(policy.READ_ENCOUNTER, reads="encounter.read")
def slip_file(session: Session, _actor: Actor, row: Encounter, _ask: None) -> SlipFile:
    """How far the printing of the encounter's slip is."""
    slip = session.get(Slip, row.id)
    is_current = slip is not None and slip.version == row.version and slip.state is not SlipState.WORKING
    return SlipFile(
        is_current=is_current,
        sha256=slip.sha256 if slip else "",
        problem=slip.problem if slip else "",
        ticket=row.ticket,
    )
