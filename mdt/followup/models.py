"""Tables of follow-up: recommendations as tasks, and what became of the case."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.followup.terms import OutcomeStatus, ReasonCode, TaskState
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.immutable import append_only
from mdt.kernel.policy import Subject


class Task(Base):
    """A recommendation to carry out. `recommendation_id` is the same in every edition that keeps the recommendation;
    `owner_id` is null where the requesting team as a whole owns it."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("consensus_id", "recommendation_id"),
        Index("ix_task_owner", "owner_id", "state", "due"),
        Index("ix_task_state_due", "state", "due"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    consensus_id: Mapped[str] = mapped_column(ForeignKey("consensus.id"))
    recommendation_id: Mapped[str] = mapped_column(String(36))
    position: Mapped[int]
    text: Mapped[str]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    due: Mapped[date | None]
    urgency: Mapped[str] = mapped_column(String(20))
    state: Mapped[TaskState] = mapped_column(stored_enum(TaskState), default=TaskState.OPEN)
    reason_code: Mapped[ReasonCode | None] = mapped_column(stored_enum(ReasonCode))
    note: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    reminded: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


class Outcome(Base):
    """What became of the patient, as known on a day. Append-only: the latest row holds, earlier ones stay."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_case", "case_id", "recorded_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    text: Mapped[str] = mapped_column(default="")
    pathology: Mapped[str] = mapped_column(default="")
    status: Mapped[OutcomeStatus] = mapped_column(stored_enum(OutcomeStatus))
    on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


append_only("outcome")
