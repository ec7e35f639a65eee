"""Tables of free-clinic days: the day with its roster, the encounters with their photographs and printed slips."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.cases.terms import Sex
from mdt.clinics.terms import DayState, Disposition, PhotoState, SlipState, Turn
from mdt.clinics.terms import ticket as ticket_of
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.policy import Subject


class ClinicDay(Base):
    """`meeting_id` is the hidden meeting whose room serves the day; `override_reason` says why it opened unfiled."""

    __tablename__ = "clinic_day"
    __table_args__ = (
        CheckConstraint("duration_min BETWEEN 5 AND 1440", name="duration"),
        Index("ix_clinic_day_hospital", "hospital_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(String(400), default="")
    starts_at: Mapped[datetime]
    duration_min: Mapped[int]
    filing_authority: Mapped[str] = mapped_column(String(120), default="")
    filing_number: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[DayState] = mapped_column(stored_enum(DayState), default=DayState.PLANNED)
    override_reason: Mapped[str] = mapped_column(String(400), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("clinic", self.id)


class RosterEntry(Base):
    """Who takes encounters on a day, in the printed order."""

    __tablename__ = "clinic_roster"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinic_day.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int]


class TicketCounter(Base):
    """The last ticket given on a day; apart from the day, whose version must not move with each ticket."""

    __tablename__ = "clinic_ticket"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinic_day.id"), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Encounter(Base):
    """One person seen, or waiting to be. `doctor_id` took it, for `hospital_id` and `department`; `client_id` is the
    tablet's own name for it, so that a repeat after a lost answer finds the same."""

    __tablename__ = "encounter"
    __table_args__ = (
        UniqueConstraint("clinic_id", "number"),
        UniqueConstraint("clinic_id", "client_id"),
        CheckConstraint("age BETWEEN 0 AND 150", name="age"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinic_day.id"))
    number: Mapped[int]
    client_id: Mapped[str | None] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(60))
    sex: Mapped[Sex | None] = mapped_column(stored_enum(Sex))
    age: Mapped[int | None]
    phone: Mapped[str] = mapped_column(String(40), default="")
    township: Mapped[str] = mapped_column(String(60), default="")
    chips: Mapped[list[str]] = mapped_column(default=list)
    history: Mapped[list[str]] = mapped_column(default=list)
    complaint: Mapped[str] = mapped_column(String(2000), default="")
    finding: Mapped[str] = mapped_column(String(4000), default="")
    advice: Mapped[str] = mapped_column(String(4000), default="")
    disposition: Mapped[Disposition | None] = mapped_column(stored_enum(Disposition))
    revisit_on: Mapped[date | None]
    where_to_go: Mapped[str] = mapped_column(String(200), default="")
    consent_given: Mapped[bool] = mapped_column(default=False)
    consent_by: Mapped[str] = mapped_column(String(120), default="")
    consent_at: Mapped[str] = mapped_column(String(30), default="")
    state: Mapped[Turn] = mapped_column(stored_enum(Turn), default=Turn.WAITING)
    registered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime]
    doctor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    hospital_id: Mapped[str] = mapped_column(String(36), default="")
    department: Mapped[str] = mapped_column(String(60), default="")
    called_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("encounter", self.id)

    @property
    def ticket(self) -> str:
        return ticket_of(self.number)


class FilmPhoto(Base):
    """A photograph of a film. `sha256` is what the tablet sent, `clean_sha256` the stamped copy that is shown;
    `material_id` its copy with the case that the encounter became."""

    __tablename__ = "encounter_photo"
    __table_args__ = (Index("ix_encounter_photo_encounter", "encounter_id", "added_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    caption: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[PhotoState] = mapped_column(stored_enum(PhotoState), default=PhotoState.WORKING)
    sha256: Mapped[str] = mapped_column(String(64))
    clean_sha256: Mapped[str] = mapped_column(String(64), default="")
    clean_size: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    material_id: Mapped[str] = mapped_column(String(36), default="")

    @property
    def subject(self) -> Subject:
        return Subject("encounter", self.encounter_id)


class Slip(Base):
    """The printed 义诊单 of an encounter as it stood at `version`; `problem` says why it cannot be printed."""

    __tablename__ = "encounter_slip"

    id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    state: Mapped[SlipState] = mapped_column(stored_enum(SlipState), default=SlipState.WORKING)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject("encounter", self.id)
