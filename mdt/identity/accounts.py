"""Reading accounts: what administrators manage (people, agreements, hospitals) and what is one's own (sessions,
tokens, the state of a join link)."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from mdt.identity import passwords, policy
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
)
from mdt.identity.queries import HospitalCard, hospital_cards
from mdt.identity.terms import HospitalKind, device_name
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.policy import anybody, signed_in
from mdt.kernel.query import listing, query

MOST_SESSIONS = 100


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Account(View):
    """A person as administrators see them. `has_password` is false until the invite link was used."""

    id: str
    username: str
    name: str
    hospital: HospitalCard
    department: str
    title: str
    specialty: str
    licence: str
    phone: str
    email: str
    roles: list[str]
    active: bool
    has_password: bool
    version: int


class FindAccounts(BaseModel):
    """`state`: active, inactive or invited (no password yet); `hospital` is an id (system administrators)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(default="", max_length=60)
    hospital: str = Field(default="", max_length=40)
    state: str = Field(default="", pattern="^(|active|inactive|invited)$")
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=36)


class Accounts(View):
    items: list[Account]
    next: str | None


def _accounts() -> Select[Person, Membership, Hospital]:
    return (
        select(Person, Membership, Hospital)
        .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
        .join(Hospital, Hospital.id == Membership.hospital_id)
    )


def _account(person: Person, membership: Membership, hospital: Hospital) -> Account:
    return Account(
        id=person.id,
        username=person.username,
        name=person.name,
        hospital=HospitalCard(id=hospital.id, name=hospital.name, code=hospital.code, kind=hospital.kind),
        department=membership.department,
        title=person.title,
        specialty=person.specialty,
        licence=person.licence,
        phone=person.phone,
        email=person.email,
        roles=sorted(membership.roles),
        active=person.active,
        has_password=bool(person.password_hash),
        version=person.version,
    )


@listing(policy.ADMINISTER)
def accounts(session: Session, actor: Actor, ask: FindAccounts) -> Accounts:
    """The accounts that the actor manages, newest first."""
    chosen = _accounts().where(policy.colleagues_of_admin(actor)).order_by(Person.id.desc()).limit(ask.limit + 1)
    if ask.q:
        texts = (Person.name, Person.username, Membership.department)
        chosen = chosen.where(or_(*(text.contains(ask.q, autoescape=True) for text in texts)))
    if ask.hospital:
        chosen = chosen.where(Membership.hospital_id == ask.hospital)
    if ask.state:
        chosen = chosen.where(Person.active.is_(ask.state != "inactive"))
    if ask.state == "invited":
        chosen = chosen.where(Person.password_hash == "")
    if ask.cursor:
        chosen = chosen.where(Person.id < ask.cursor)
    rows = session.execute(chosen).all()
    items = [_account(person, membership, hospital) for person, membership, hospital in rows[: ask.limit]]
    return Accounts(items=items, next=items[-1].id if len(rows) > ask.limit else None)


@query(policy.SEE_PERSON)
def account(session: Session, _actor: Actor, row: Person, _ask: None) -> Account:
    """One account: one's own, or one that the actor manages."""
    person, membership, hospital = session.execute(_accounts().where(Person.id == row.id)).one()
    return _account(person, membership, hospital)


class SessionView(View):
    """A device where one is signed in; `current` is the one that asks."""

    id: str
    device: str
    address: str
    started_at: datetime
    last_at: datetime
    current: bool


@listing(signed_in)
def my_sessions(session: Session, actor: Actor, _ask: None) -> list[SessionView]:
    """One's open sessions, the last used first. Those that ended by idling or age are not among them."""
    chosen = select(SignedIn).where(SignedIn.person_id == actor.person_id, SignedIn.ended_at.is_(None))
    rows = session.execute(chosen.order_by(SignedIn.seen_at.desc()).limit(MOST_SESSIONS)).scalars()
    return [_session_view(row, actor) for row in rows if row.is_alive(clock.now())]


def _session_view(row: SignedIn, actor: Actor) -> SessionView:
    return SessionView(
        id=row.id,
        device=device_name(row.device),
        address=row.address,
        started_at=row.started_at,
        last_at=row.seen_at,
        current=row.id == actor.session_id,
    )


class TokenView(View):
    """A program's key without the key itself."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime


@listing(signed_in)
def my_tokens(session: Session, actor: Actor, _ask: None) -> list[TokenView]:
    """One's tokens that still open doors."""
    chosen = select(ApiToken).where(ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
    rows = session.execute(chosen.order_by(ApiToken.id)).scalars()
    return [TokenView(id=row.id, name=row.name, scopes=row.scopes, created_at=row.created_at) for row in rows]


class JoinView(View):
    """`state`: open, used, expired or unknown; the rest is empty unless it is open."""

    state: str
    kind: str = ""
    name: str = ""
    username: str = ""
    hospital: str = ""
    expires_at: datetime | None = None


@listing(anybody)
def join_link(session: Session, _actor: Actor, token: str) -> JoinView:
    """What a one-time link is for. Looking changes nothing."""
    found = session.execute(
        select(JoinLink, Person, Hospital)
        .join(Person, Person.id == JoinLink.person_id)
        .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
        .join(Hospital, Hospital.id == Membership.hospital_id)
        .where(JoinLink.token_hash == passwords.token_hash(token))
    ).first()
    if found is None:
        return JoinView(state="unknown")
    link, person, hospital = found
    if link.used_at is not None or not person.active:
        return JoinView(state="used")
    if link.expires_at <= clock.now():
        return JoinView(state="expired")
    names = {"name": person.name, "username": person.username, "hospital": hospital.name}
    return JoinView(state="open", kind=link.kind, expires_at=link.expires_at, **names)


class AgreementView(View):
    """`state`: valid, lapsed or coming, by today's date."""

    id: str
    requesting: HospitalCard
    invited: HospitalCard
    number: str
    valid_from: date
    valid_to: date
    liability: str
    state: str


@listing(policy.ADMINISTER)
def agreements(session: Session, actor: Actor, _ask: None) -> list[AgreementView]:
    """Cooperation agreements of the own hospital (system administrators: all), the latest end first."""
    chosen = select(Agreement).where(policy.own_agreement(actor)).order_by(Agreement.valid_to.desc(), Agreement.id)
    rows = list(session.execute(chosen).scalars())
    cards = hospital_cards(session, {row.requesting_id for row in rows} | {row.invited_id for row in rows})
    return [_agreement_view(row, cards) for row in rows]


def _agreement_view(row: Agreement, cards: dict[str, HospitalCard]) -> AgreementView:
    today = clock.now().astimezone(clock.SHANGHAI).date()
    state = "lapsed" if row.valid_to < today else "coming" if row.valid_from > today else "valid"
    return AgreementView(
        id=row.id,
        requesting=cards[row.requesting_id],
        invited=cards[row.invited_id],
        number=row.number,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        liability=row.liability,
        state=state,
    )


class HospitalView(View):
    """A hospital with its superior and its alliances, as system administrators see it."""

    id: str
    code: str
    name: str
    kind: HospitalKind
    number_prefix: str
    parent: str
    alliances: list[str]
    phone: str


class AllianceView(View):
    id: str
    name: str


class House(View):
    """Every hospital and alliance."""

    hospitals: list[HospitalView]
    alliances: list[AllianceView]


@listing(policy.ADD_HOSPITAL)
def house(session: Session, _actor: Actor, _ask: None) -> House:
    """All hospitals and alliances, for system administrators."""
    hospitals = list(session.execute(select(Hospital).order_by(Hospital.name)).scalars())
    alliances = list(session.execute(select(Alliance).order_by(Alliance.name)).scalars())
    names = {hospital.id: hospital.name for hospital in hospitals}
    names |= {alliance.id: alliance.name for alliance in alliances}
    members: dict[str, list[str]] = {}
    for row in session.execute(select(AllianceMember)).scalars():
        members.setdefault(row.hospital_id, []).append(names[row.alliance_id])
    views = [
        HospitalView(
            id=row.id,
            code=row.code,
            name=row.name,
            kind=row.kind,
            number_prefix=row.number_prefix,
            parent=names.get(row.parent_id or "", ""),
            alliances=sorted(members.get(row.id, [])),
            phone=row.phone,
        )
        for row in hospitals
    ]
    return House(hospitals=views, alliances=[AllianceView(id=row.id, name=row.name) for row in alliances])
