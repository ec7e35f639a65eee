"""Tables of identity. Membership opens the address book, never a case."""

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.identity.terms import HospitalKind
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.policy import Subject

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class Hospital(Base):
    __tablename__ = "hospital"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[HospitalKind] = mapped_column(stored_enum(HospitalKind))
    number_prefix: Mapped[str] = mapped_column(String(8))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("hospital.id"))
    phone: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("hospital", self.id)


class Alliance(Base):
    """医联体 / 专科联盟: hospitals that agreed to help each other."""

    __tablename__ = "alliance"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))

    @property
    def subject(self) -> Subject:
        return Subject("alliance", self.id)


class AllianceMember(Base):
    __tablename__ = "alliance_member"

    alliance_id: Mapped[str] = mapped_column(ForeignKey("alliance.id"), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"), primary_key=True, index=True)


class Agreement(Base):
    """协作协议 between a requesting (邀请方) and an invited (受邀方) hospital."""

    __tablename__ = "agreement"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    requesting_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"), index=True)
    invited_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    number: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    liability: Mapped[str] = mapped_column(default="")

    @property
    def subject(self) -> Subject:
        return Subject("hospital", self.requesting_id)


class Person(Base):
    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(40), default="")
    specialty: Mapped[str] = mapped_column(String(60), default="")
    licence: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    lang: Mapped[str] = mapped_column(String(2), default="")
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def subject(self) -> Subject:
        return Subject("person", self.id)


class Membership(Base):
    """The roles of a person at one hospital; `is_primary` is the one they act in."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "hospital_id"), Index("ix_membership_hospital", "hospital_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    department: Mapped[str] = mapped_column(String(60), default="")
    roles: Mapped[list[str]]
    is_primary: Mapped[bool] = mapped_column(default=True)


class SignedIn(Base):
    """A session: the token is kept hashed, the row can be ended at once."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(60), default="")

    def is_alive(self, moment: datetime) -> bool:
        """Neither ended nor idle for too long nor too old."""
        return self.ended_at is None and moment - self.seen_at < IDLE and moment - self.started_at < LONGEST

    @property
    def subject(self) -> Subject:
        return Subject("person", self.person_id)


class ApiToken(Base):
    """A program's key: a person's rights, narrowed to `scopes` (`read`, `write`)."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def subject(self) -> Subject:
        return Subject("person", self.person_id)


class JoinLink(Base):
    """A one-time way in: `invite` for a new account, `reset` for a forgotten password."""

    __tablename__ = "join_link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @property
    def subject(self) -> Subject:
        return Subject("person", self.person_id)


class Throttle(Base):
    """Failed sign-ins by account name and by network; only failures count."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    until: Mapped[datetime]
