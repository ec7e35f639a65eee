"""Who may do what on a free-clinic day. Its patients are seen by the roster and by the coordinators of an alliance that
holds the organising hospital; to everybody else a day and its encounters do not exist."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from mdt.clinics.models import ClinicDay, Encounter, FilmPhoto, RosterEntry, Slip
from mdt.clinics.terms import WRITABLE
from mdt.identity.queries import partner_hospitals
from mdt.identity.terms import Role
from mdt.kernel import policy
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right


def on_roster(actor: Actor) -> ColumnElement[bool]:
    """Those who take encounters."""
    if not actor.person_id:
        return false()
    mine = select(RosterEntry.clinic_id).where(RosterEntry.person_id == actor.person_id)
    return ClinicDay.id.in_(mine)


def coordinated(actor: Actor) -> ColumnElement[bool]:
    """The coordinators of the organising hospital's alliances."""
    if not actor.has(Role.COORDINATOR):
        return false()
    return or_(ClinicDay.hospital_id == actor.hospital_id, ClinicDay.hospital_id.in_(partner_hospitals(actor)))


def readable(actor: Actor) -> ColumnElement[bool]:
    return or_(on_roster(actor), coordinated(actor))


def _days(rule: ColumnElement[bool]) -> Select[Any]:
    return select(ClinicDay.id).where(rule)


def _read_encounter(actor: Actor) -> ColumnElement[bool]:
    return Encounter.clinic_id.in_(_days(readable(actor)))


def _take_encounter(actor: Actor) -> ColumnElement[bool]:
    return Encounter.clinic_id.in_(_days(on_roster(actor)))


def _add_images(actor: Actor) -> ColumnElement[bool]:
    return Encounter.clinic_id.in_(_days(and_(on_roster(actor), ClinicDay.state.in_(WRITABLE))))


Rule = Callable[[Actor], ColumnElement[bool]]


def _of_encounter(column: InstrumentedAttribute[str], rule: Rule) -> Rule:
    def condition(actor: Actor) -> ColumnElement[bool]:
        return column.in_(select(Encounter.id).where(rule(actor)))

    return condition


def _system(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


READ: Permission[ClinicDay] = Permission("clinic.read", ClinicDay, readable)
MANAGE: Permission[ClinicDay] = Permission("clinic.manage", ClinicDay, coordinated, READ)
RUN: Permission[ClinicDay] = Permission("clinic.run", ClinicDay, readable, READ)
TAKE: Permission[ClinicDay] = Permission("clinic.take", ClinicDay, on_roster, READ)
READ_ENCOUNTER: Permission[Encounter] = Permission("encounter.read", Encounter, _read_encounter)
WRITE: Permission[Encounter] = Permission("encounter.write", Encounter, _take_encounter, READ_ENCOUNTER)
PRINT: Permission[Encounter] = Permission("encounter.print", Encounter, _read_encounter, READ_ENCOUNTER)
READ_PHOTO: Permission[FilmPhoto] = Permission(
    "film_photo.read", FilmPhoto, _of_encounter(FilmPhoto.encounter_id, _read_encounter)
)
REMOVE_PHOTO: Permission[FilmPhoto] = Permission(
    "film_photo.remove", FilmPhoto, _of_encounter(FilmPhoto.encounter_id, _take_encounter), READ_PHOTO
)
INNER_PHOTO: Permission[FilmPhoto] = Permission("film_photo.inner", FilmPhoto, _system)
INNER_SLIP: Permission[Slip] = Permission("slip.inner", Slip, _system)
READ_SLIP: Permission[Slip] = Permission("slip.read", Slip, _of_encounter(Slip.id, _read_encounter))

CREATE = Right("clinic.create", lambda actor: actor.kind == "system" or actor.has(Role.COORDINATOR))


def declare_accesses() -> None:
    """Tell the kernel whose encounters' images one may see or add; called by the shell."""
    policy.declare("encounter", "read", lambda actor: select(Encounter.id).where(_read_encounter(actor)))
    policy.declare("encounter", "add", lambda actor: select(Encounter.id).where(_add_images(actor)))
