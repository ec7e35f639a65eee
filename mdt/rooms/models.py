"""Tables of the rooms: one room per subject (a case, a meeting), one append-only log per room."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.kernel.clock import new_id
from mdt.kernel.database import Base
from mdt.kernel.immutable import append_only
from mdt.kernel.policy import Subject


class Room(Base):
    """`last_seq` numbers the log without gaps: it is read and raised under the row's lock only.

    `item_id` is the agenda item that runs, `chair_id` who chairs it, `leader_id` who leads the viewer; empty: nobody.
    `moved_to` is the room where the meeting of this (waiting) room now is.
    """

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    last_seq: Mapped[int] = mapped_column(default=0)
    item_id: Mapped[str] = mapped_column(String(36), default="")
    chair_id: Mapped[str] = mapped_column(String(36), default="")
    leader_id: Mapped[str] = mapped_column(String(36), default="")
    moved_to: Mapped[str] = mapped_column(String(36), default="")

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class RoomEntry(Base):
    """One entry, never altered: what was edited or taken back is a later entry with `ref` to this one's id.

    `client_id` is the sender's UUID of this message; the same one again gets the first answer. `item_id` is the
    agenda item that ran. `is_secret` marks a vote of a secret poll: its option is shown to its author alone.
    """

    __tablename__ = "room_entry"
    __table_args__ = (
        UniqueConstraint("room_id", "author_id", "client_id"),
        Index("ix_room_entry_ref", "room_id", "ref", "type"),
        Index("ix_room_entry_type", "room_id", "type", "seq"),
    )

    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(36), unique=True, default=new_id)
    client_id: Mapped[str] = mapped_column(String(36))
    type: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]]
    author_id: Mapped[str] = mapped_column(String(36))
    author_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    item_id: Mapped[str] = mapped_column(String(36), default="")
    ref: Mapped[str] = mapped_column(String(64), default="")
    is_secret: Mapped[bool] = mapped_column(default=False)


append_only("room_entry")
