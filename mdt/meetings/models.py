"""Tables of meetings: the meeting, its agenda, the invitations to it (or to one case without a meeting)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mdt.cases.terms import Outcome
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.policy import Subject
from mdt.meetings.terms import AbsenceCode, InvitationState, ItemState, MeetingKind, MeetingState


class MeetingCounter(Base):
    """The last number given in a year."""

    __tablename__ = "meeting_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Meeting(Base):
    """`hospital_id` is the organiser's; `stand_in_id` leads while the chair is lost. `changed_at` moves with each
    change of agenda or invitations, so that `version` (and with it the calendar's SEQUENCE) rises too."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("duration_min BETWEEN 5 AND 1440", name="duration"),
        CheckConstraint("quorum BETWEEN 1 AND 50", name="quorum"),
        Index("ix_meeting_time", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[MeetingKind] = mapped_column(stored_enum(MeetingKind))
    state: Mapped[MeetingState] = mapped_column(stored_enum(MeetingState), default=MeetingState.PLANNED)
    starts_at: Mapped[datetime]
    duration_min: Mapped[int]
    chair_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    stand_in_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    quorum: Mapped[int]
    call_link: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    reminded_min: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("meeting", self.id)


class AgendaItem(Base):
    """One case's turn. A case is on one open agenda at most; a meeting runs one item at most: the database says so.

    `missing` keeps which musts were missing when it was put on the agenda over them, with the reason why.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        Index(
            "uq_agenda_item_open_case",
            "case_id",
            unique=True,
            sqlite_where=text("state <> 'finished'"),
            postgresql_where=text("state <> 'finished'"),
        ),
        Index(
            "uq_agenda_item_running",
            "meeting_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index("ix_agenda_item_order", "meeting_id", "position"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int]
    minutes: Mapped[int]
    presenter_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ItemState] = mapped_column(stored_enum(ItemState), default=ItemState.PLANNED)
    outcome: Mapped[Outcome | None] = mapped_column(stored_enum(Outcome))
    reason: Mapped[str] = mapped_column(default="")
    override_reason: Mapped[str] = mapped_column(default="")
    missing: Mapped[list[str]]
    added_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("meeting", self.meeting_id)


class Invitation(Base):
    """To a meeting, or to one case without a meeting (the written route). It is the access right to the cases.

    `leads`: of those invited to one case, who proposes and issues its consensus, as a meeting's chair would."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("(meeting_id IS NULL) <> (case_id IS NULL)", name="one_place"),
        UniqueConstraint("meeting_id", "person_id"),
        UniqueConstraint("case_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[InvitationState] = mapped_column(stored_enum(InvitationState), default=InvitationState.INVITED)
    code: Mapped[AbsenceCode | None] = mapped_column(stored_enum(AbsenceCode))
    reason: Mapped[str] = mapped_column(String(400), default="")
    substitute_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    leads: Mapped[bool] = mapped_column(default=False)
    invited_by: Mapped[str] = mapped_column(String(36))
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("meeting", self.meeting_id) if self.meeting_id else Subject("case", str(self.case_id))

    @property
    def via(self) -> str:
        """Under which name the rights that this invitation gives are kept with the case."""
        return via_meeting(self.meeting_id) if self.meeting_id else f"invitation:{self.id}"


def via_meeting(meeting_id: Any) -> str:
    return f"meeting:{meeting_id}"
