"""Changes of identity: hospitals, alliances, agreements, people, sign-in, passwords, leavers."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, update

from mdt.identity import passwords, policy
from mdt.identity.events import PersonDeactivated, SessionEnded
from mdt.identity.models import (
    Agreement,
    Alliance,
    AllianceMember,
    Hospital,
    JoinLink,
    Membership,
    Person,
    SignedIn,
)
from mdt.identity.terms import HospitalKind, Role
from mdt.kernel.errors import Conflict, Forbidden, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import anybody
from mdt.kernel.transaction import Tx

INVITE_DAYS = 7
RESET_HOURS = 24


class Change(BaseModel):
    """Base of the input models: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class AddHospital(Change):
    code: str = Field(min_length=2, max_length=40)
    name: str = Field(min_length=2, max_length=120)
    kind: HospitalKind
    number_prefix: str = Field(min_length=1, max_length=8)
    parent_id: str | None = None
    phone: str = ""


@creation(policy.ADD_HOSPITAL, audit="hospital.added")
def add_hospital(tx: Tx, change: AddHospital) -> Hospital:
    """Take a hospital into the house."""
    if tx.session.execute(select(Hospital.id).where(Hospital.code == change.code)).first():
        raise Invalid("hospital.code_taken", fields={"code": [N_("这个代码已被使用。")]})
    hospital = Hospital(**change.model_dump())
    tx.session.add(hospital)
    tx.session.flush()  # the id is the result
    return hospital


class AddAlliance(Change):
    name: str
    hospital_ids: list[str]


@creation(policy.ADD_HOSPITAL, audit="alliance.added")
def add_alliance(tx: Tx, change: AddAlliance) -> Alliance:
    alliance = Alliance(name=change.name)
    tx.session.add(alliance)
    tx.session.flush()  # members point at it
    tx.session.add_all(AllianceMember(alliance_id=alliance.id, hospital_id=each) for each in change.hospital_ids)
    return alliance


class AddAgreement(Change):
    requesting_id: str
    invited_id: str
    number: str = Field(min_length=1, max_length=60)
    valid_from: date
    valid_to: date
    liability: str = ""


@creation(policy.ADMINISTER, audit="agreement.added")
def add_agreement(tx: Tx, change: AddAgreement) -> Agreement:
    """Record a cooperation agreement; a hospital administrator may only record the own hospital's."""
    own = tx.actor.hospital_id in (change.requesting_id, change.invited_id)
    if tx.actor.kind != "system" and not tx.actor.has(Role.ADMIN) and not own:
        raise Forbidden
    if change.valid_to < change.valid_from:
        raise Invalid(fields={"valid_to": [N_("截止日期早于开始日期。")]})
    agreement = Agreement(**change.model_dump())
    tx.session.add(agreement)
    tx.session.flush()  # the id is the result
    return agreement


class AddPerson(Change):
    username: str = Field(min_length=2, max_length=60, pattern=r"^[A-Za-z0-9_.@-]+$")
    name: str = Field(min_length=1, max_length=60)
    hospital_id: str
    department: str = ""
    title: str = ""
    specialty: str = ""
    licence: str = ""
    phone: str = ""
    email: str = ""
    roles: list[Role]
    password: str = ""


@creation(policy.ADD_PERSON, audit="person.added")
def add_person(tx: Tx, change: AddPerson) -> Person:
    """Make an account. Without a password it is entered by an invite link only."""
    if tx.actor.kind != "system" and not tx.actor.has(Role.ADMIN):
        if change.hospital_id != tx.actor.hospital_id or Role.ADMIN in change.roles:
            raise Forbidden
    if tx.session.execute(select(Person.id).where(Person.username == change.username)).first():
        raise Invalid("person.username_taken", fields={"username": [N_("这个用户名已被使用。")]})
    person = Person(**change.model_dump(exclude={"hospital_id", "department", "roles", "password"}))
    if change.password:
        person.password_hash = passwords.hash_password(change.password)
    tx.session.add(person)
    tx.session.flush()  # the membership points at it
    tx.session.add(
        Membership(
            person_id=person.id,
            hospital_id=change.hospital_id,
            department=change.department,
            roles=[role.value for role in change.roles],
        )
    )
    return person


class Nothing(Change):
    """The input of a change that needs none."""


@operation(policy.MANAGE_PERSON, audit="person.deactivated")
def deactivate_person(tx: Tx, person: Person, _change: Nothing) -> None:
    """A leaver: sessions end now, sockets within a second; what they signed stays."""
    if person.id == tx.actor.person_id:
        raise Conflict("person.self", N_("不能停用自己的账号。"))
    person.active = False
    _end_sessions(tx, person.id)
    tx.emit(PersonDeactivated(person.subject, person_id=person.id))


@operation(policy.MANAGE_PERSON, audit="person.activated")
def activate_person(_tx: Tx, person: Person, _change: Nothing) -> None:
    person.active = True


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
    others = (SignedIn.person_id == person.id) & (SignedIn.id != tx.actor.session_id) & SignedIn.ended_at.is_(None)
    tx.session.execute(update(SignedIn).where(others).values(ended_at=tx.at))
    tx.ring("rights", person.id)


class Language(Change):
    lang: str = Field(pattern="^(zh|en)$")


@operation(policy.SELF, audit="person.language_changed")
def choose_language(_tx: Tx, person: Person, change: Language) -> None:
    person.lang = change.lang


@operation(policy.MANAGE_PERSON, audit="person.invited")
def make_join_link(tx: Tx, person: Person, _change: Nothing) -> str:
    """A one-time token for a new or forgotten password: the address is /join/<token>. Shown once, kept hashed."""
    token = passwords.new_token()
    fresh = not person.password_hash
    valid = timedelta(days=INVITE_DAYS) if fresh else timedelta(hours=RESET_HOURS)
    open_links = (JoinLink.person_id == person.id) & JoinLink.used_at.is_(None)
    tx.session.execute(update(JoinLink).where(open_links).values(used_at=tx.at))
    kind = "invite" if fresh else "reset"
    link = JoinLink(
        token_hash=passwords.token_hash(token), person_id=person.id, kind=kind, expires_at=tx.at + valid, used_at=None
    )
    tx.session.add(link)
    if not fresh:
        person.password_hash = ""
        _end_sessions(tx, person.id)
    return token


class Join(Change):
    token: str
    password: str = Field(min_length=passwords.MIN_LENGTH, max_length=200)


@creation(anybody, audit="person.joined")
def use_join_link(tx: Tx, change: Join) -> Person:
    """Set the first or a new password with a one-time link; the link is used up."""
    link = tx.session.execute(
        select(JoinLink).where(
            JoinLink.token_hash == passwords.token_hash(change.token),
            JoinLink.used_at.is_(None),
            JoinLink.expires_at > tx.at,
        )
    ).scalar()
    person = tx.session.get(Person, link.person_id) if link else None
    if link is None or person is None or not person.active:
        raise Conflict("join.used", N_("这个链接已失效,请向本院管理员要一个新的。"))
    link.used_at = tx.at
    person.password_hash = passwords.hash_password(change.password)
    return person
