"""The inbox: one row per person and piece of news."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mdt.kernel.clock import new_id
from mdt.kernel.database import Base
from mdt.kernel.policy import Subject


class Notice(Base):
    """`subject_kind`, `subject_id`: what the news is about; `params` hold numbers and codes only."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_inbox", "person_id", "id"),
        Index("ix_notice_unread", "person_id", "read_at"),
        Index("ix_notice_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    link: Mapped[str] = mapped_column(String(200))
    params: Mapped[dict[str, str]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @property
    def subject(self) -> Subject:
        """A notice is its reader's own affair."""
        return Subject("person", self.person_id)
