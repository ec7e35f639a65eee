"""Who may do what to accounts and hospitals. Administrators hold no right to any case."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, or_, select, true

from mdt.identity.models import Agreement, AllianceMember, ApiToken, Membership, Person, SignedIn
from mdt.identity.terms import Role
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right


def colleagues_of_admin(actor: Actor) -> ColumnElement[bool]:
    """Accounts an administrator manages: a hospital's those of the own hospital but no system administrator."""
    if actor.has(Role.ADMIN) or actor.kind == "system":
        return true()
    if actor.has(Role.HOSPITAL_ADMIN):
        own = select(Membership.person_id).where(Membership.hospital_id == actor.hospital_id)
        above = select(Membership.person_id).where(cast(Membership.roles, String).contains(f'"{Role.ADMIN}"'))
        return Person.id.in_(own) & Person.id.not_in(above)
    return false()


def _self_or_admin(actor: Actor) -> ColumnElement[bool]:
    return or_(Person.id == actor.person_id, colleagues_of_admin(actor))


def _own_session(actor: Actor) -> ColumnElement[bool]:
    return SignedIn.person_id == actor.person_id


def _own_token(actor: Actor) -> ColumnElement[bool]:
    return ApiToken.person_id == actor.person_id


def own_agreement(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.ADMIN) or actor.kind == "system":
        return true()
    if actor.has(Role.HOSPITAL_ADMIN):
        return or_(Agreement.requesting_id == actor.hospital_id, Agreement.invited_id == actor.hospital_id)
    return false()


SELF: Permission[Person] = Permission("person.self", Person, lambda actor: Person.id == actor.person_id)
MANAGE_PERSON: Permission[Person] = Permission("person.manage", Person, colleagues_of_admin)
SEE_PERSON: Permission[Person] = Permission("person.see", Person, _self_or_admin)
END_SESSION: Permission[SignedIn] = Permission("session.end", SignedIn, _own_session)
OWN_TOKEN: Permission[ApiToken] = Permission("token.own", ApiToken, _own_token)


def _is_admin(actor: Actor) -> bool:
    return actor.kind == "system" or actor.has(Role.ADMIN)


def _is_any_admin(actor: Actor) -> bool:
    return _is_admin(actor) or actor.has(Role.HOSPITAL_ADMIN)


ADD_HOSPITAL = Right("hospital.add", _is_admin)
ADD_PERSON = Right("person.add", _is_any_admin)
ADMINISTER = Right("admin", _is_any_admin)


def partner_hospitals(actor: Actor) -> Any:
    """SELECT of the ids of hospitals that share an alliance with the actor's hospital (itself included)."""
    mine = select(AllianceMember.alliance_id).where(AllianceMember.hospital_id == actor.hospital_id)
    return select(AllianceMember.hospital_id).where(AllianceMember.alliance_id.in_(mine))
