"""Tables of consensus. What is issued, proposed or signed is never changed: the database refuses it.

An edition is `superseded` when a later issued edition amends it; that is read from the later row, so that nothing of
the issued one ever changes.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, case, exists, select, text
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column

from mdt.consensus.terms import SUPERSEDED, Mark, Stage
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.immutable import append_only
from mdt.kernel.policy import Subject

OPEN = text("stage IN ('draft', 'proposed')")
KEPT = text("stage <> 'abandoned'")


class Consensus(Base):
    """One edition of a case's opinion. `series` counts the case's rounds, `edition` the amendments within one."""

    __tablename__ = "consensus"
    __table_args__ = (
        Index(
            "ix_consensus_one_edition",
            "case_id",
            "series",
            "edition",
            unique=True,
            sqlite_where=KEPT,
            postgresql_where=KEPT,
        ),
        Index("ix_consensus_one_open", "case_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("case.id"), index=True)
    series: Mapped[int] = mapped_column(default=1)
    edition: Mapped[int] = mapped_column(default=1)
    stage: Mapped[Stage] = mapped_column(stored_enum(Stage), default=Stage.DRAFT)
    amends_id: Mapped[str | None] = mapped_column(ForeignKey("consensus.id"))
    amend_reason: Mapped[str] = mapped_column(default="")
    diagnosis: Mapped[str] = mapped_column(default="")
    narrative: Mapped[str] = mapped_column(default="")
    answers: Mapped[list[Any]] = mapped_column(default=list)
    recommendations: Mapped[list[Any]] = mapped_column(default=list)
    key_images: Mapped[list[Any]] = mapped_column(default=list)
    proposals: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    deadline_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    edited_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    edited_at: Mapped[datetime]
    issued_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    if TYPE_CHECKING:
        state: Mapped[str]  # mapped below, as it asks the same table
    is_new = False
    """Set on the row that an operation has just made."""

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


_Later = aliased(Consensus, flat=True)
Consensus.state = column_property(
    case(
        (
            exists(select(_Later.id).where(_Later.amends_id == Consensus.id, _Later.stage == Stage.ISSUED)),
            SUPERSEDED,
        ),
        else_=Consensus.__table__.c.stage,
    )
)


class Proposal(Base):
    """A text as it was put before the signers: canonical JSON and its fingerprint."""

    __tablename__ = "consensus_proposal"
    __table_args__ = (UniqueConstraint("consensus_id", "number"),)

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    consensus_id: Mapped[str] = mapped_column(ForeignKey("consensus.id"))
    number: Mapped[int]
    frozen: Mapped[str]
    proposed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]


class Stance(Base):
    """One person's stance to one fingerprint, as a statement of its own. Taking it back is another row."""

    __tablename__ = "consensus_stance"
    __table_args__ = (UniqueConstraint("consensus_id", "seq"), Index("ix_consensus_stance_person", "person_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    consensus_id: Mapped[str] = mapped_column(ForeignKey("consensus.id"))
    fingerprint: Mapped[str] = mapped_column(ForeignKey("consensus_proposal.fingerprint"))
    seq: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[Mark] = mapped_column(stored_enum(Mark))
    text: Mapped[str] = mapped_column(default="")
    statement: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Document(Base):
    """An issued document. Its content is the proposal's frozen text and the statements; nothing here ever changes."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("consensus_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("case.id"), index=True)
    consensus_id: Mapped[str] = mapped_column(ForeignKey("consensus.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60))
    edition: Mapped[int]
    verify_code: Mapped[str] = mapped_column(String(24), unique=True)
    hospital: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    content: Mapped[str]

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


class DocumentFile(Base):
    """A printed copy in the file store; `superseded_by` is the edition a marked copy names, 0 as issued."""

    __tablename__ = "document_file"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    superseded_by: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    made_at: Mapped[datetime]


append_only("consensus", when="OLD.stage = 'issued'")
append_only("consensus_proposal")
append_only("consensus_stance")
append_only("document")
append_only("document_file")
