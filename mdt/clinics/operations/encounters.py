"""Encounters: taken from the queue, written within ninety seconds, changed by whoever is on the roster."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from sqlalchemy import select

from mdt.cases.operations.write import ConsentText, Line, written_day
from mdt.cases.terms import Sex
from mdt.clinics import policy
from mdt.clinics.events import EncounterAdded, EncounterChanged
from mdt.clinics.models import ClinicDay, Encounter, FilmPhoto
from mdt.clinics.operations.days import mark_open, next_ticket
from mdt.clinics.operations.slips import renew_slip
from mdt.clinics.terms import TAKING, WRITABLE, DayState, Disposition, Turn
from mdt.identity.operations import Change, Nothing
from mdt.identity.terms import CLINICAL, Moment
from mdt.kernel.errors import Conflict, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx

Chip = Annotated[Line, Field(min_length=1, max_length=30)]
Chips = Annotated[list[Chip], Field(max_length=20)]


class ImageRef(Change):
    """An image that is with the encounter already; whatever else a client read about it is not looked at. Studies come
    and go through uploads, not through this list."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Line = Field(max_length=64)
    kind: Line = Field(default="photo", max_length=10)


class EncounterText(Change):
    """What is written about one person. In a PATCH what is not named stays, null empties, a list is replaced whole."""

    name: Line | None = Field(default=None, max_length=60)
    sex: Sex | None = None
    age: int | None = Field(default=None, ge=0, le=150)
    phone: Line | None = Field(default=None, max_length=40)
    township: Line | None = Field(default=None, max_length=60)
    chips: Chips | None = None
    history: Chips | None = None
    complaint: Line | None = Field(default=None, max_length=2000)
    finding: Line | None = Field(default=None, max_length=4000)
    advice: Line | None = Field(default=None, max_length=4000)
    disposition: Disposition | None = None
    revisit_on: date | None = None
    where_to_go: Line | None = Field(default=None, max_length=200)
    consent: ConsentText | None = None
    images: list[ImageRef] | None = Field(default=None, max_length=40)
    state: Turn | None = None


class TakeEncounter(EncounterText):
    """`client_id` is the tablet's own name for the encounter: the same again is the same encounter. `written_at`:
    when it was written on a tablet without a line."""

    client_id: Line | None = Field(default=None, max_length=36)
    written_at: Moment | None = None


@operation(policy.TAKE, audit="encounter.taken", action="take", states=TAKING)
def take_encounter(tx: Tx, day: ClinicDay, change: TakeEncounter) -> Encounter:
    """A new encounter with the next ticket; a filed day opens with its first."""
    held = _same(tx, day, change.client_id)
    if held is not None:
        return held
    _demand_time(day, change)
    if not change.name:
        raise Invalid(fields={"name": [N_("必填。")]})
    if day.state is DayState.FILED:
        mark_open(tx, day)
    row = Encounter(
        clinic_id=day.id,
        number=next_ticket(tx, day),
        client_id=change.client_id,
        name=change.name,
        chips=[],
        history=[],
        state=Turn.WAITING,
        registered_by=tx.actor.person_id,
        registered_at=min(change.written_at or tx.at, tx.at),  # a tablet's clock may be fast
    )
    _write(tx, row, change)
    tx.session.add(row)
    tx.session.flush()  # the id is the result
    tx.audit("encounter.added", row.subject, "encounter", row.id)
    tx.emit(EncounterAdded(row.subject, clinic_id=day.id))
    _after(tx, row)
    return row


def _same(tx: Tx, day: ClinicDay, client_id: str | None) -> Encounter | None:
    if not client_id:
        return None
    mine = (Encounter.clinic_id == day.id) & (Encounter.client_id == client_id)
    return tx.session.execute(select(Encounter).where(mine)).scalar()


def _demand_time(day: ClinicDay, change: TakeEncounter) -> None:
    """A closed day takes only what was written before it closed."""
    if day.state is not DayState.CLOSED:
        return
    if change.written_at is None or day.closed_at is None or change.written_at > day.closed_at:
        raise Conflict("wrong_state", state=day.state.value, allowed=[])


@operation(policy.WRITE, audit="encounter.changed", action="edit")
def change_encounter(tx: Tx, row: Encounter, change: EncounterText) -> None:
    """Write more about a person, or move them in the queue."""
    demand_writable(tx, row)
    if "name" in change.model_fields_set and not change.name:
        raise Invalid(fields={"name": [N_("必填。")]})
    changed = _write(tx, row, change)
    if changed:
        tx.session.flush()  # the slip is printed for the version after this change
        tx.emit(EncounterChanged(row.subject, changed=sorted(changed)))
        _after(tx, row)


def demand_writable(tx: Tx, row: Encounter) -> ClinicDay:
    """The day of an encounter that may still be written; refused once it was reported."""
    day = tx.session.get_one(ClinicDay, row.clinic_id)
    if day.state not in WRITABLE:
        raise Conflict("wrong_state", state=day.state.value, allowed=[])
    return day


def _after(tx: Tx, row: Encounter) -> None:
    if row.state is Turn.DONE:
        renew_slip(tx, row)
    tx.ring("clinic", row.clinic_id)


PLAIN = ("name", "phone", "township", "complaint", "finding", "advice", "where_to_go")
NULLABLE = ("sex", "age", "disposition", "revisit_on")
LISTS = ("chips", "history")
CLINICAL_FIELDS = ("finding", "advice", "disposition")


def _write(tx: Tx, row: Encounter, change: EncounterText) -> set[str]:
    """Write the named fields; the names of those that changed."""
    values = _named(change)
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    if "images" in change.model_fields_set and _keep_images(tx, row, change.images or []):
        changed.add("images")
    if change.state is not None and change.state != row.state:
        changed.add("state")
    if change.state is not None:
        _move(tx, row, change.state)
    elif row.disposition is not None and row.taken_at is None:
        _move(tx, row, Turn.DONE)  # written in one go, after the person was seen
    if any(values.get(name) for name in CLINICAL_FIELDS):
        take(tx, row)
    _demand_meaning(row)
    return changed


def _named(change: EncounterText) -> dict[str, Any]:
    named = change.model_fields_set
    values: dict[str, Any] = {name: getattr(change, name) or "" for name in named.intersection(PLAIN)}
    values |= {name: getattr(change, name) for name in named.intersection(NULLABLE)}
    values |= {name: list(dict.fromkeys(getattr(change, name) or [])) for name in named.intersection(LISTS)}
    if "consent" in named:
        values |= _consent(change.consent)
    return values


def _consent(consent: ConsentText | None) -> dict[str, Any]:
    if consent is None:
        return {"consent_given": False, "consent_by": "", "consent_at": ""}
    values: dict[str, Any] = {}
    for name in consent.model_fields_set:
        value = getattr(consent, name)
        values[f"consent_{name}"] = bool(value) if name == "given" else (value or "")
    if values.get("consent_at"):
        values["consent_at"] = written_day(values["consent_at"])
    return values


def _keep_images(tx: Tx, row: Encounter, named: list[ImageRef]) -> bool:
    """Remove the photographs that the list leaves out; True if there were any."""
    held = {each.id: each for each in tx.session.execute(_photos(row)).scalars()} if row.id else {}
    unknown = {each.id for each in named if each.kind != "study"} - held.keys()
    if unknown:
        raise Invalid(fields={"images": [N_("没有找到这张照片。")]})
    gone = held.keys() - {each.id for each in named}
    for photo_id in gone:
        tx.session.delete(held[photo_id])
    return bool(gone)


def _photos(row: Encounter) -> Any:
    return select(FilmPhoto).where(FilmPhoto.encounter_id == row.id)


def _move(tx: Tx, row: Encounter, state: Turn) -> None:
    """Move a person in the queue, with the times that the day's figures count."""
    row.state = state
    if state is Turn.CALLED:
        row.called_at = tx.at
    if state in (Turn.IN, Turn.DONE):
        row.taken_at = row.taken_at or tx.at
        take(tx, row)
    row.done_at = (row.done_at or tx.at) if state is Turn.DONE else None


def take(tx: Tx, row: Encounter) -> None:
    """The first clinician who writes about a person has taken the encounter, for their hospital."""
    if row.doctor_id is None and tx.actor.has(*CLINICAL):
        row.doctor_id = tx.actor.person_id
        row.hospital_id, row.department = tx.actor.hospital_id, tx.actor.department


def _demand_meaning(row: Encounter) -> None:
    if row.disposition is Disposition.RECHECK and row.revisit_on is None:
        raise Invalid(fields={"revisit_on": [N_("复查请选日期。")]})
    if row.state is Turn.DONE and row.disposition is None:
        raise Invalid(fields={"disposition": [N_("请先选择处置。")]})


@operation(policy.TAKE, audit="clinic.called", action="call", states=(DayState.OPEN,))
def call_next(tx: Tx, day: ClinicDay, _change: Nothing) -> Encounter | None:
    """Call the lowest waiting ticket; None when nobody waits. Two tablets never call the same person."""
    waiting = (Encounter.clinic_id == day.id) & (Encounter.state == Turn.WAITING)
    row = tx.session.execute(select(Encounter).where(waiting).order_by(Encounter.number).limit(1)).scalar()
    if row is not None:
        _move(tx, row, Turn.CALLED)
        tx.session.flush()
        tx.ring("clinic", day.id)
    return row
