"""Tables of cases. The readiness score stands in a row of its own: what arrives by itself (images) must not make the
text somebody is typing stale."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.cases.terms import MaterialKind, Relation, Route, Sex, State, Urgency
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.immutable import append_only
from mdt.kernel.policy import Subject


class Case(Base):
    """A consultation request (会诊申请) of one patient. `round` counts up with each reopening."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_state_at", "state", "state_at", "id"),
        Index("ix_case_team", "hospital_id", "department", "id"),
        Index("ix_case_hospital_state", "hospital_id", "state", "state_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    department: Mapped[str] = mapped_column(String(60), default="")
    requester_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[State] = mapped_column(stored_enum(State), default=State.DRAFT)
    state_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200), default="")
    patient_name: Mapped[str] = mapped_column(String(60), default="")
    patient_sex: Mapped[Sex | None] = mapped_column(stored_enum(Sex))
    patient_birth_date: Mapped[date | None]
    patient_age: Mapped[int | None]
    patient_local_id: Mapped[str] = mapped_column(String(60), default="")
    summary: Mapped[str] = mapped_column(default="")
    diagnosis: Mapped[str] = mapped_column(default="")
    urgency: Mapped[Urgency] = mapped_column(stored_enum(Urgency), default=Urgency.ROUTINE)
    consent_given: Mapped[bool] = mapped_column(default=False)
    consent_by: Mapped[str] = mapped_column(String(120), default="")
    consent_at: Mapped[str] = mapped_column(String(30), default="")
    route: Mapped[Route | None] = mapped_column(stored_enum(Route))
    specialties: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("case", self.id)


class Question(Base):
    """What the experts are asked. A reopened case asks anew: `round` tells which questions are open."""

    __tablename__ = "case_question"
    __table_args__ = (Index("ix_case_question_case", "case_id", "position"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000))


class CaseMember(Base):
    """A person's relation to a case that their department does not give. `via` names the grant that ends it: an
    invitation, a meeting, a name on the case."""

    __tablename__ = "case_member"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", "via"),
        Index("ix_case_member_person", "person_id", "relation", "case_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[Relation] = mapped_column(stored_enum(Relation))
    via: Mapped[str] = mapped_column(String(60), index=True)
    granted_at: Mapped[datetime]
    until: Mapped[datetime | None]


class Material(Base):
    """A report, laboratory sheet, pathology report, consent or photograph. `sha256` is what was sent, `clean_sha256`
    what the limited child made of it and what is shown."""

    __tablename__ = "case_material"
    __table_args__ = (Index("ix_case_material_case", "case_id", "added_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[MaterialKind] = mapped_column(stored_enum(MaterialKind))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    clean_sha256: Mapped[str] = mapped_column(String(64), default="")
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(10), default="page")

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


class ReturnItem(Base):
    """One thing the coordinator asks for when returning a case; ticked off singly."""

    __tablename__ = "case_return_item"
    __table_args__ = (Index("ix_case_return_item_case", "case_id", "asked_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    position: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    done: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(500), default="")


class NumberCounter(Base):
    """The last case number given at one hospital in one year."""

    __tablename__ = "case_number"

    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class NameKey(Base):
    """Search keys of a case: every suffix of name, title, pinyin, initials and number, so that "contains" is a range
    scan over the primary key."""

    __tablename__ = "case_name_key"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)


class Readiness(Base):
    """The present score of a case, renewed at each change; `missing` are the keys of the musts that are missing."""

    __tablename__ = "case_readiness"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    score: Mapped[int] = mapped_column(default=0)
    missing: Mapped[list[str]] = mapped_column(default=list)
    warned: Mapped[list[str]] = mapped_column(default=list)


class Waiver(Base):
    """A person's word that a readiness item does not apply here, with the reason."""

    __tablename__ = "case_waiver"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ReadinessSnapshot(Base):
    """What was known when the case was submitted: the whole list and the text as it stood. Append-only."""

    __tablename__ = "case_snapshot"
    __table_args__ = (Index("ix_case_snapshot_case", "case_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    score: Mapped[int]
    items: Mapped[list[Any]]
    text: Mapped[dict[str, Any]]


class PhoneLink(Base):
    """A short-lived way for a phone to send photographs into one case; the token is kept hashed."""

    __tablename__ = "case_phone_link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject("case", self.case_id)


append_only("case_snapshot")
