"""The kernel's append-only tables: facts (`event`), changes and readings (`audit`), durable jobs (`work`) and the
first answers of repeated requests (`first_answer`). Triggers refuse UPDATE and DELETE on event and audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.kernel.clock import new_id
from mdt.kernel.database import Base
from mdt.kernel.immutable import append_only


class EventRow(Base):
    """A fact, written in the transaction that made it true."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[str] = mapped_column(String(36))
    body: Mapped[dict[str, Any]]


class AuditRow(Base):
    """Who read or changed what. No content, no patient data.

    `outcome` follows DICOM PS3.15 A.5: 0 success, 4 minor failure (refused), 8 serious, 12 major.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_reading", "person_id", "action", "object_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    at: Mapped[datetime]
    person_id: Mapped[str] = mapped_column(String(36))
    person_kind: Mapped[str] = mapped_column(String(10))
    session_id: Mapped[str] = mapped_column(String(36), default="")
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[int] = mapped_column(default=0)
    request_id: Mapped[str] = mapped_column(String(64), default="")


class WorkRow(Base):
    """A durable job: claimed under a lease, retried with back-off, safe to run twice.

    `lease` is the fencing token of the present holder; `key` keeps a second job of the same purpose from being
    queued while one waits.
    """

    __tablename__ = "work"
    __table_args__ = (Index("ix_work_due", "state", "run_at"), UniqueConstraint("key"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str] = mapped_column(String(36), default="")
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(200), default="")


class FirstAnswer(Base):
    """The answer first given to an `Idempotency-Key`, so that a repeat gets the same one; `body` is encrypted."""

    __tablename__ = "first_answer"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only("event")
append_only("audit")
