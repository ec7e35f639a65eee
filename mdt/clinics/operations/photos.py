"""Photographs of films: sent by the tablet, looked at by the worker's limited child, stamped, and shown."""

from pydantic import Field
from sqlalchemy import select

from mdt.cases.operations.materials import AddMaterial, add_material
from mdt.cases.operations.write import Line
from mdt.cases.queries.cards import case_cards
from mdt.cases.terms import OPEN_FOR_MATERIAL, MaterialKind
from mdt.clinics import policy
from mdt.clinics.events import FilmPhotoStored
from mdt.clinics.models import Encounter, FilmPhoto
from mdt.clinics.operations.encounters import demand_writable
from mdt.clinics.operations.slips import renew_slip
from mdt.clinics.terms import PhotoState, Turn
from mdt.identity.operations import Change, Nothing
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx

STORED_AS = "胶片翻拍-非诊断级.jpg"


class AddPhoto(Change):
    """A photograph whose bytes are in the store already, not looked at yet."""

    sha256: str = Field(min_length=64, max_length=64)
    caption: Line = Field(default="", max_length=60)


@operation(policy.WRITE, audit="encounter.photo_added", action="add_photo")
def add_photo(tx: Tx, row: Encounter, change: AddPhoto) -> FilmPhoto:
    """Attach a photograph of a film; the same one again is the same photograph."""
    demand_writable(tx, row)
    held = [each for each in photos_of(tx, row.id) if each.sha256 == change.sha256]
    if held:
        return held[0]
    photo = FilmPhoto(
        encounter_id=row.id,
        sha256=change.sha256,
        caption=change.caption,
        state=PhotoState.WORKING,
        added_by=tx.actor.person_id,
        added_at=tx.at,
    )
    tx.session.add(photo)
    tx.session.flush()  # the job names it
    tx.later("clinics.photo", {"photo_id": photo.id}, key=f"film:{photo.id}")
    return photo


def photos_of(tx: Tx, encounter_id: str) -> list[FilmPhoto]:
    """The photographs of an encounter, oldest first."""
    query = select(FilmPhoto).where(FilmPhoto.encounter_id == encounter_id).order_by(FilmPhoto.added_at)
    return list(tx.session.execute(query).scalars())


class Cleaned(Change):
    """What the child made: a stamped picture of `size` bytes in the store; both empty: not a picture."""

    sha256: str = Field(default="", max_length=64)
    size: int = 0


@operation(policy.INNER_PHOTO, audit="encounter.photo_cleaned")
def keep_photo(tx: Tx, photo: FilmPhoto, change: Cleaned) -> None:
    """Keep the stamped copy; it follows the encounter into its case and onto its slip."""
    photo.state = PhotoState.STORED if change.sha256 else PhotoState.REFUSED
    photo.clean_sha256, photo.clean_size = change.sha256, change.size
    row = tx.session.get_one(Encounter, photo.encounter_id)
    if photo.state is PhotoState.STORED:
        tx.emit(FilmPhotoStored(photo.subject, photo_id=photo.id))
        copy_to_case(tx, photo, row.case_id)
        if row.state is Turn.DONE:
            renew_slip(tx, row)
    tx.ring("clinic", row.clinic_id)


def copy_to_case(tx: Tx, photo: FilmPhoto, case_id: str | None) -> None:
    """Give the case of the encounter this photograph, once."""
    if case_id is None or photo.material_id or photo.state is not PhotoState.STORED:
        return
    if case_cards(tx.session, [case_id])[case_id].state not in OPEN_FOR_MATERIAL:
        return
    change = AddMaterial(
        kind=MaterialKind.PHOTO,
        name=STORED_AS,
        media_type="image/jpeg",
        size=photo.clean_size,
        sha256=photo.clean_sha256,
        via="clinic",
    )
    photo.material_id = add_material.inside(tx, case_id, change)


@operation(policy.REMOVE_PHOTO, audit="encounter.photo_removed")
def remove_photo(tx: Tx, photo: FilmPhoto, _change: Nothing) -> None:
    """Take a photograph back (the wrong film); a copy that went into a case stays there."""
    row = tx.session.get_one(Encounter, photo.encounter_id)
    demand_writable(tx, row)
    tx.session.delete(photo)
    tx.ring("clinic", row.clinic_id)
