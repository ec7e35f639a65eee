"""Reading identity: cards of people and hospitals, the directory, who an actor is."""

from collections.abc import Collection
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from mdt.identity import policy
from mdt.identity.models import Agreement, Alliance, AllianceMember, Hospital, Membership, Person
from mdt.kernel.actor import Actor
from mdt.kernel.database import asked_once
from mdt.kernel.operation import Creation
from mdt.kernel.operation import registry as operations
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing

INNER_RIGHTS = frozenset({"signed_in", "nobody", "anybody"})


class HospitalCard(BaseModel):
    id: str
    name: str
    code: str = ""
    kind: str = ""


class PersonCard(BaseModel):
    """What the directory shows: no contact data."""

    id: str
    name: str
    hospital: HospitalCard | None = None
    department: str = ""
    title: str = ""
    specialty: str = ""


class Page(BaseModel):
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=36)


class FindPeople(Page):
    q: str = Field(default="", max_length=60)
    hospital: str = Field(default="", max_length=40)


class Me(BaseModel):
    """The signed-in person. `may` names the rights that need no object (what menus and buttons ask)."""

    id: str
    name: str
    username: str
    hospital: HospitalCard
    department: str
    title: str
    roles: list[str]
    lang: str
    may: list[str]


def hospital_cards(session: Session, ids: set[str]) -> dict[str, HospitalCard]:
    """Cards of hospitals by id."""

    def ask(missing: set[str]) -> dict[str, HospitalCard]:
        rows = session.execute(select(Hospital).where(Hospital.id.in_(missing))).scalars()
        return {row.id: _hospital(row) for row in rows}

    return asked_once(session, "hospitals", ids, ask)


def _hospital(row: Hospital) -> HospitalCard:
    return HospitalCard(id=row.id, name=row.name, code=row.code, kind=row.kind)


def person_cards(session: Session, ids: set[str]) -> dict[str, PersonCard]:
    """Cards of people by id, with their primary hospital, department and title."""

    def ask(missing: set[str]) -> dict[str, PersonCard]:
        found = session.execute(
            select(Person, Membership, Hospital)
            .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
            .join(Hospital, Hospital.id == Membership.hospital_id)
            .where(Person.id.in_(missing))
        )
        return {person.id: _card(person, membership, hospital) for person, membership, hospital in found}

    return asked_once(session, "people", ids, ask)


def _card(person: Person, membership: Membership, hospital: Hospital) -> PersonCard:
    return PersonCard(
        id=person.id,
        name=person.name,
        hospital=_hospital(hospital),
        department=membership.department,
        title=person.title,
        specialty=person.specialty,
    )


@listing(signed_in)
def me(session: Session, actor: Actor, _ask: None) -> Me:
    """The actor's own card with the rights of their roles."""
    person = session.get_one(Person, actor.person_id)
    rights = {each.right for each in operations.values() if isinstance(each, Creation)}
    return Me(
        id=person.id,
        name=person.name,
        username=person.username,
        hospital=hospital_cards(session, {actor.hospital_id})[actor.hospital_id],
        department=actor.department,
        title=person.title,
        roles=sorted(actor.roles),
        lang=person.lang or "zh",
        may=sorted(right.name for right in rights if right.name not in INNER_RIGHTS and right.may(actor)),
    )


@listing(signed_in)
def people(session: Session, actor: Actor, ask: FindPeople) -> list[PersonCard]:
    """The directory of the actor's alliances: active people, by name."""
    query = (
        select(Person, Membership, Hospital)
        .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
        .join(Hospital, Hospital.id == Membership.hospital_id)
        .where(Person.active, Membership.hospital_id.in_(partner_hospitals(actor)))
        .order_by(Person.name, Person.id)
        .limit(ask.limit)
    )
    if ask.cursor:
        last = select(Person.name).where(Person.id == ask.cursor).scalar_subquery()
        query = query.where(or_(Person.name > last, (Person.name == last) & (Person.id > ask.cursor)))
    if ask.q:
        query = query.where(
            or_(Person.name.contains(ask.q, autoescape=True), Membership.department.contains(ask.q, autoescape=True))
        )
    if ask.hospital:
        query = query.where(or_(Membership.hospital_id == ask.hospital, Hospital.code == ask.hospital))
    return [_card(*row) for row in session.execute(query)]


@listing(signed_in)
def hospitals(session: Session, actor: Actor, _ask: None) -> list[HospitalCard]:
    """Hospitals of the actor's alliances, the own one always."""
    mine = or_(Hospital.id.in_(partner_hospitals(actor)), Hospital.id == actor.hospital_id)
    rows = session.execute(select(Hospital).where(mine).order_by(Hospital.name)).scalars()
    return [_hospital(row) for row in rows]


def partner_hospitals(actor: Actor) -> Select[Any]:
    """SELECT of ids of the hospitals that share an alliance with the actor's (for policies of higher slices)."""
    chosen: Select[Any] = policy.partner_hospitals(actor)
    return chosen


def has_agreement(session: Session, requesting_id: str, on: date) -> bool:
    """Whether an agreement of the requesting hospital with any other is valid on that day; a hospital with a
    superior (a township) is covered by its superior's."""
    parent = select(Hospital.parent_id).where(Hospital.id == requesting_id)
    who = or_(Agreement.requesting_id == requesting_id, Agreement.requesting_id.in_(parent))
    valid = select(Agreement.id).where(who, Agreement.valid_from <= on, Agreement.valid_to >= on)
    return session.execute(valid.limit(1)).first() is not None


class MailAddress(BaseModel):
    """Where a person reads mail, and in which language."""

    address: str
    lang: str


def mail_address(session: Session, person_id: str) -> MailAddress | None:
    """The mail address of an active person; None when there is none."""
    person = session.get(Person, person_id)
    if person is None or not person.active or not person.email:
        return None
    return MailAddress(address=person.email, lang=person.lang or "zh")


def share_alliance(session: Session, one: str, other: str) -> bool:
    mine = select(AllianceMember.alliance_id).where(AllianceMember.hospital_id == one)
    both = select(AllianceMember.hospital_id).where(
        AllianceMember.hospital_id == other, AllianceMember.alliance_id.in_(mine)
    )
    return session.execute(both.limit(1)).first() is not None


def staff_of(session: Session, hospital_id: str, roles: Collection[str], q: str = "") -> list[PersonCard]:
    """The active people who hold one of the roles at a hospital and whose name or department holds `q`, by name."""
    found = session.execute(
        select(Person, Membership, Hospital)
        .join(Membership, Membership.person_id == Person.id)
        .join(Hospital, Hospital.id == Membership.hospital_id)
        .where(Person.active, Membership.hospital_id == hospital_id)
        .where(or_(*(text.contains(q, autoescape=True) for text in (Person.name, Membership.department))))
        .order_by(Person.name, Person.id)
    )
    return [_card(*row) for row in found if not set(row.Membership.roles).isdisjoint(roles)]


def active_of(session: Session, ids: set[str]) -> frozenset[str]:
    """Those of `ids` whose accounts are active."""
    return frozenset(session.execute(select(Person.id).where(Person.id.in_(ids), Person.active)).scalars())


def active_people_with(session: Session, hospital_ids: set[str], role: str) -> list[str]:
    """Ids of the active people who hold `role` at one of the hospitals."""
    rows = session.execute(
        select(Membership.person_id, Membership.roles)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.active, Membership.hospital_id.in_(hospital_ids))
    )
    return [person_id for person_id, roles in rows if role in roles]


def reachable_people(session: Session, actor: Actor, ids: set[str]) -> dict[str, frozenset[str]]:
    """Those of `ids` who are active and in an alliance with the actor's hospital, with the roles of their primary
    membership: whom one may invite."""
    found = session.execute(
        select(Person.id, Membership.roles)
        .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
        .where(Person.id.in_(ids), Person.active, Membership.hospital_id.in_(partner_hospitals(actor)))
    )
    return {person_id: frozenset(roles) for person_id, roles in found}


def roles_of(session: Session, person_id: str) -> frozenset[str]:
    """The roles of a person's primary membership."""
    query = select(Membership.roles).where(Membership.person_id == person_id, Membership.is_primary)
    return frozenset(session.execute(query).scalar() or ())


def number_prefix(session: Session, hospital_id: str) -> str:
    """The letters that begin this hospital's case numbers."""
    return session.get_one(Hospital, hospital_id).number_prefix


def alliance_name(session: Session, hospital_id: str) -> str:
    """The name of the hospital's first alliance; a township's superior's where it has none of its own."""
    parent = select(Hospital.parent_id).where(Hospital.id == hospital_id)
    mine = or_(AllianceMember.hospital_id == hospital_id, AllianceMember.hospital_id.in_(parent))
    named = select(Alliance.name).join(AllianceMember, AllianceMember.alliance_id == Alliance.id).where(mine)
    return session.execute(named.order_by(Alliance.name).limit(1)).scalar() or ""
