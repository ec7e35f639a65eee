"""Changes of identity: hospitals, alliances, agreements, people, sign-in, passwords, leavers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import delete, select, update

from mdt.identity import passwords, policy
from mdt.identity.events import PersonDeactivated, SessionEnded
from mdt.identity.models import (
    Agreement,
    Alliance,
    AllianceMember,
    ApiToken,
    Hospital,
    JoinLink,
    Membership,
    Person,
    SignedIn,
    Throttle,
)
from mdt.identity.terms import HOUSE_ROLES, HospitalKind, Role, Scope
from mdt.kernel.errors import Conflict, Forbidden, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, anybody, signed_in
from mdt.kernel.transaction import Tx

INVITE_DAYS = 7
RESET_HOURS = 24


class Change(BaseModel):
    """Base of the input models: unknown fields are refused, values are frozen, no text holds a NUL (PostgreSQL
    stores none)."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, sent: Any) -> Any:
        if _has_nul(sent):
            raise ValueError("NUL in a text")
        if not isinstance(sent, dict):
            return sent
        texts = {name for name, field in cls.model_fields.items() if field.default == ""}
        return {name: "" if value is None and name in texts else value for name, value in sent.items()}


def _has_nul(sent: object) -> bool:
    if isinstance(sent, str):
        return "\x00" in sent
    if isinstance(sent, dict):
        return any(_has_nul(part) for pair in sent.items() for part in pair)
    return isinstance(sent, list) and any(_has_nul(part) for part in sent)


class OptionalChange(Change):
    """Base of inputs whose fields may all be left out, and so the whole body too."""

    @model_validator(mode="before")
    @classmethod
    def _from_nothing(cls, given: Any) -> Any:
        return {} if given is None else given


class AddHospital(Change):
    code: str = Field(min_length=2, max_length=40, pattern=r"^[a-z0-9_-]+$")
    name: str = Field(min_length=2, max_length=120)
    kind: HospitalKind
    number_prefix: str = Field(min_length=1, max_length=8, pattern=r"^[A-Z0-9]+$")
    parent_id: str | None = None
    alliance_id: str | None = None
    phone: str = Field(default="", max_length=40)


@creation(policy.ADD_HOSPITAL, audit="hospital.added")
def add_hospital(tx: Tx, change: AddHospital) -> Hospital:
    """Take a hospital into the house."""
    if tx.session.execute(select(Hospital.id).where(Hospital.code == change.code)).first():
        raise Invalid("hospital.code_taken", fields={"code": [N_("这个代码已被使用。")]})
    if change.parent_id:
        _demand_hospital(tx, "parent_id", change.parent_id)
    if change.alliance_id and tx.session.get(Alliance, change.alliance_id) is None:
        raise Invalid(fields={"alliance_id": [N_("没有这个联盟。")]})
    hospital = Hospital(**change.model_dump(exclude={"alliance_id"}))
    tx.session.add(hospital)
    tx.session.flush()  # the id is the result
    if change.alliance_id:
        tx.session.add(AllianceMember(alliance_id=change.alliance_id, hospital_id=hospital.id))
    return hospital


def _demand_hospital(tx: Tx, field: str, hospital_id: str) -> None:
    if tx.session.get(Hospital, hospital_id) is None:
        raise Invalid(fields={field: [N_("没有这家医院。")]})


class AddAlliance(Change):
    name: str = Field(min_length=2, max_length=120)
    hospital_ids: list[str] = Field(min_length=1, max_length=500)


@creation(policy.ADD_HOSPITAL, audit="alliance.added")
def add_alliance(tx: Tx, change: AddAlliance) -> Alliance:
    """Bring hospitals together: their people find each other, their coordinators serve all of them."""
    for each in change.hospital_ids:
        _demand_hospital(tx, "hospital_ids", each)
    alliance = Alliance(name=change.name)
    tx.session.add(alliance)
    tx.session.flush()  # members point at it
    tx.session.add_all(AllianceMember(alliance_id=alliance.id, hospital_id=each) for each in set(change.hospital_ids))
    return alliance


class AddAgreement(Change):
    requesting_id: str
    invited_id: str
    number: str = Field(min_length=1, max_length=60)
    valid_from: date
    valid_to: date
    liability: str = Field(default="", max_length=2000)


@creation(policy.ADMINISTER, audit="agreement.added")
def add_agreement(tx: Tx, change: AddAgreement) -> Agreement:
    """Record a cooperation agreement; a hospital administrator may only record the own hospital's."""
    own = tx.actor.hospital_id in (change.requesting_id, change.invited_id)
    if tx.actor.kind != "system" and not tx.actor.has(Role.ADMIN) and not own:
        raise Forbidden
    _demand_hospital(tx, "requesting_id", change.requesting_id)
    _demand_hospital(tx, "invited_id", change.invited_id)
    if change.requesting_id == change.invited_id:
        raise Invalid(fields={"invited_id": [N_("邀请方和受邀方不能是同一家医院。")]})
    if change.valid_to < change.valid_from:
        raise Invalid(fields={"valid_to": [N_("截止日期早于开始日期。")]})
    agreement = Agreement(**change.model_dump())
    tx.session.add(agreement)
    tx.session.flush()  # the id is the result
    return agreement


class AddPerson(Change):
    """`hospital_id` empty: the own hospital. Only the house itself (demo, command line) sets a password for others."""

    username: str = Field(min_length=2, max_length=60, pattern=r"^[A-Za-z0-9_.@-]+$")
    name: str = Field(min_length=1, max_length=60)
    hospital_id: str = ""
    department: str = Field(default="", max_length=60)
    title: str = Field(default="", max_length=40)
    specialty: str = Field(default="", max_length=60)
    licence: str = Field(default="", max_length=60)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=120, pattern=r"^([^@\s]+@[^@\s]+)?$")
    roles: list[Role] = Field(min_length=1)
    password: str = Field(default="", max_length=200)


@creation(policy.ADD_PERSON, audit="person.added")
def add_person(tx: Tx, change: AddPerson) -> Person:
    """Make an account. Without a password it is entered by an invite link only."""
    hospital_id = change.hospital_id or tx.actor.hospital_id
    if not _is_above(tx) and hospital_id != tx.actor.hospital_id:
        raise Forbidden
    _demand_grantable(tx, change.roles)
    _demand_hospital(tx, "hospital_id", hospital_id)
    if change.password and tx.actor.kind != "system":
        raise Invalid(fields={"password": [N_("密码只能由本人通过链接设置。")]})
    if tx.session.execute(select(Person.id).where(Person.username == change.username)).first():
        raise Invalid("person.username_taken", fields={"username": [N_("这个用户名已被使用。")]})
    person = Person(**change.model_dump(exclude={"hospital_id", "department", "roles", "password"}))
    if change.password:
        person.password_hash = passwords.hash_password(change.password)
    tx.session.add(person)
    tx.session.flush()  # the membership points at it
    roles = [role.value for role in change.roles]
    tx.session.add(Membership(person_id=person.id, hospital_id=hospital_id, department=change.department, roles=roles))
    return person


def _is_above(tx: Tx) -> bool:
    """The house itself and the system administrator stand above hospitals."""
    return tx.actor.kind == "system" or tx.actor.has(Role.ADMIN)


def _demand_grantable(tx: Tx, roles: Iterable[Role]) -> None:
    """A coordinator sees the cases of every hospital of the alliance: no single hospital appoints one."""
    if not HOUSE_ROLES.isdisjoint(roles) and not _is_above(tx):
        raise Forbidden


class EditPerson(Change):
    """Only what is sent changes."""

    name: str = Field(default="", min_length=1, max_length=60)
    department: str = Field(default="", max_length=60)
    title: str = Field(default="", max_length=40)
    specialty: str = Field(default="", max_length=60)
    licence: str = Field(default="", max_length=60)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=120, pattern=r"^([^@\s]+@[^@\s]+)?$")
    roles: list[Role] = Field(default_factory=list, min_length=1)


@operation(policy.MANAGE_PERSON, audit="person.edited")
def edit_person(tx: Tx, person: Person, change: EditPerson) -> None:
    """Change a colleague's particulars and roles; what the new roles no longer allow ends at once."""
    for name, value in change.model_dump(exclude_unset=True, exclude={"department", "roles"}).items():
        setattr(person, name, value)
    membership = tx.session.execute(
        select(Membership).where(Membership.person_id == person.id, Membership.is_primary)
    ).scalar_one()
    if "department" in change.model_fields_set:
        membership.department = change.department
    if "roles" in change.model_fields_set:
        kept = {Role(role) for role in membership.roles} & HOUSE_ROLES
        _demand_grantable(tx, set(change.roles) - kept)
        if person.id == tx.actor.person_id and not tx.actor.roles <= {role.value for role in change.roles}:
            raise Conflict("person.self", N_("不能收回自己的角色。"))
        untouched = set() if _is_above(tx) else kept
        membership.roles = sorted({role.value for role in {*change.roles, *untouched}})
    person.version += 1  # the membership is part of what the version counts
    tx.ring("rights", person.id)


class Nothing(Change):
    """The input of a change that needs none."""


@operation(policy.MANAGE_PERSON, audit="person.deactivated")
def deactivate_person(tx: Tx, person: Person, _change: Nothing) -> None:
    """A leaver: sessions end now, sockets within a second; what they signed stays."""
    if person.id == tx.actor.person_id:
        raise Conflict("person.self", N_("不能停用自己的账号。"))
    person.active = False
    _end_sessions(tx, person.id)
    tokens = (ApiToken.person_id == person.id) & ApiToken.revoked_at.is_(None)
    tx.session.execute(update(ApiToken).where(tokens).values(revoked_at=tx.at))
    _void_links(tx, person.id)
    tx.emit(PersonDeactivated(person.subject, person_id=person.id))


@operation(policy.MANAGE_PERSON, audit="person.activated")
def activate_person(_tx: Tx, person: Person, _change: Nothing) -> None:
    """Let a person in again with their old password; tokens and links stay dead."""
    person.active = True


def _void_links(tx: Tx, person_id: str) -> None:
    open_links = (JoinLink.person_id == person_id) & JoinLink.used_at.is_(None)
    tx.session.execute(update(JoinLink).where(open_links).values(used_at=tx.at))


def _end_sessions(tx: Tx, person_id: str) -> None:
    open_rows = (SignedIn.person_id == person_id) & SignedIn.ended_at.is_(None)
    tx.session.execute(update(SignedIn).where(open_rows).values(ended_at=tx.at))
    tx.ring("rights", person_id)


@operation(policy.END_SESSION, audit="signed_out")
def end_session(tx: Tx, session: SignedIn, _change: Nothing) -> None:
    """Sign out here, or end another of one's own sessions."""
    session.ended_at = tx.at
    tx.emit(SessionEnded(session.subject, session_id=session.id, person_id=session.person_id))
    tx.ring("rights", session.person_id)


class NewPassword(Change):
    current: str = ""
    password: str = Field(min_length=passwords.MIN_LENGTH, max_length=200)


@operation(policy.SELF, audit="person.password_changed")
def change_password(tx: Tx, person: Person, change: NewPassword) -> None:
    """Change one's own password; every other session ends."""
    if not passwords.is_password(person.password_hash, change.current):
        raise Invalid("person.wrong_password", fields={"current": [N_("当前密码不正确。")]})
    person.password_hash = passwords.hash_password(change.password)
    _end_other_sessions(tx, person.id)


@operation(policy.SELF, audit="person.sessions_ended")
def end_other_sessions(tx: Tx, person: Person, _change: Nothing) -> None:
    """Sign out everywhere but here."""
    _end_other_sessions(tx, person.id)


def _end_other_sessions(tx: Tx, person_id: str) -> None:
    others = (SignedIn.person_id == person_id) & (SignedIn.id != tx.actor.session_id) & SignedIn.ended_at.is_(None)
    tx.session.execute(update(SignedIn).where(others).values(ended_at=tx.at))
    tx.ring("rights", person_id)


class AddToken(Change):
    name: str = Field(min_length=1, max_length=80)
    scopes: list[Scope] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """`token` is shown once and kept hashed."""

    id: str
    token: str
    subject: Subject


@creation(signed_in, audit="token.added")
def add_token(tx: Tx, change: AddToken) -> NewToken:
    """A key for a program that acts as this person, within its scopes. A token cannot make tokens."""
    if tx.actor.kind != "person":
        raise Forbidden
    token = passwords.new_token()
    row = ApiToken(
        token_hash=passwords.token_hash(token),
        person_id=tx.actor.person_id,
        name=change.name,
        scopes=sorted({scope.value for scope in change.scopes}),
        created_at=tx.at,
        revoked_at=None,
    )
    tx.session.add(row)
    tx.session.flush()  # the id is the result
    return NewToken(row.id, token, row.subject)


@operation(policy.OWN_TOKEN, audit="token.revoked")
def revoke_token(tx: Tx, token: ApiToken, _change: Nothing) -> None:
    """Take a program's key back; its next request is refused, its sockets end."""
    token.revoked_at = token.revoked_at or tx.at
    tx.ring("rights", token.person_id)


class Language(Change):
    lang: str = Field(pattern="^(zh|en)$")


@operation(policy.SELF, audit="person.language_changed")
def choose_language(_tx: Tx, person: Person, change: Language) -> None:
    person.lang = change.lang


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time way in: the address is /join/<token>. `token` is shown once and kept hashed."""

    kind: str
    token: str
    expires_at: datetime


@operation(policy.MANAGE_PERSON, audit="person.invited")
def make_join_link(tx: Tx, person: Person, _change: Nothing) -> Link:
    """A one-time link for a new or forgotten password. The old password, sessions and links end now."""
    if person.id == tx.actor.person_id:
        raise Conflict("person.self", N_("自己的密码请在“账号与安全”页修改。"))
    if not person.active:
        raise Conflict("person.inactive", N_("这个账号已停用，请先启用。"))
    token = passwords.new_token()
    kind = "reset" if person.password_hash else "invite"
    valid = timedelta(hours=RESET_HOURS) if person.password_hash else timedelta(days=INVITE_DAYS)
    _void_links(tx, person.id)
    link = JoinLink(
        token_hash=passwords.token_hash(token), person_id=person.id, kind=kind, expires_at=tx.at + valid, used_at=None
    )
    tx.session.add(link)
    if person.password_hash:
        person.password_hash = ""
        _end_sessions(tx, person.id)
    return Link(kind, token, link.expires_at)


class Join(Change):
    token: str = Field(max_length=200)
    password: str = Field(min_length=passwords.MIN_LENGTH, max_length=200)


@creation(anybody, audit="person.joined")
def use_join_link(tx: Tx, change: Join) -> Person:
    """Set the first or a new password with a one-time link; the link is used up."""
    link = tx.session.execute(
        select(JoinLink)
        .where(
            JoinLink.token_hash == passwords.token_hash(change.token),
            JoinLink.used_at.is_(None),
            JoinLink.expires_at > tx.at,
        )
        .with_for_update()
    ).scalar()
    person = tx.session.get(Person, link.person_id) if link else None
    if link is None or person is None or not person.active:
        raise Conflict("join.used", N_("这个链接已失效，请向本院管理员要一个新的。"))
    link.used_at = tx.at
    person.password_hash = passwords.hash_password(change.password)
    tx.session.execute(delete(Throttle).where(Throttle.key == f"name:{person.username.lower()}"))
    return person
