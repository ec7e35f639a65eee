"""Who may do what to a case: one relation of person × case, in SQL, asked by lists and single objects alike, and by
imaging, rooms and documents through `kernel.policy`.

    team         requester · same department of the same hospital with a clinical role · named on the case
    coordinator  of an alliance that holds the hospital, once the case was submitted
    expert       accepted invitation, until the case is over; for 90 days more its outcome
    chair        of a meeting that has or had the case; sees as an expert, leads
    invited      has not answered yet: number, title, question, hospital, sex and age
    audit        administrator of the own hospital: who read and changed, no content
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select, true

from mdt.cases.models import Case, CaseMember, Material
from mdt.cases.terms import OPEN_FOR_MATERIAL, OVER, Relation, State
from mdt.identity.queries import partner_hospitals
from mdt.identity.terms import CLINICAL, Role
from mdt.kernel import clock, policy
from mdt.kernel.actor import Actor
from mdt.kernel.database import Utc
from mdt.kernel.policy import Permission, Right, never

OUTCOME_DAYS = 90
EXPERTS = (Relation.EXPERT, Relation.CHAIR)
Rule = Callable[[Actor], ColumnElement[bool]]


def _built_once(rule: Rule) -> Rule:
    """A rule depends on who acts and where, and on nothing else (the time is asked when the statement is put): its
    condition is built once for each of the last 256. Half of a page's work was building them again."""

    @lru_cache(maxsize=256)
    def built(
        person_id: str, hospital_id: str, department: str, roles: frozenset[str], kind: str
    ) -> ColumnElement[bool]:
        return rule(Actor(person_id=person_id, hospital_id=hospital_id, department=department, roles=roles, kind=kind))

    @wraps(rule)
    def of(actor: Actor) -> ColumnElement[bool]:
        return built(actor.person_id, actor.hospital_id, actor.department, actor.roles, actor.kind)

    return of


def _ago(days: int) -> ColumnElement[datetime]:
    """The moment at which the statement is put, less `days`."""
    return bindparam(None, callable_=lambda: clock.now() - timedelta(days=days), type_=Utc(), unique=True)


def _member(actor: Actor, relations: Collection[Relation]) -> ColumnElement[bool]:
    held = select(CaseMember.case_id).where(
        CaseMember.person_id == actor.person_id,
        CaseMember.relation.in_(relations),
        or_(CaseMember.until.is_(None), CaseMember.until > _ago(0)),
    )
    return Case.id.in_(held)


@_built_once
def team(actor: Actor) -> ColumnElement[bool]:
    """The requesting team: everything, for good."""
    mine = or_(Case.requester_id == actor.person_id, _member(actor, (Relation.NAMED,)))
    if not actor.department or not actor.has(*CLINICAL):
        return mine
    return or_(mine, and_(Case.hospital_id == actor.hospital_id, Case.department == actor.department))


@_built_once
def coordinator(actor: Actor) -> ColumnElement[bool]:
    """The coordinator of an alliance that holds the hospital, from submission on."""
    if not actor.has(Role.COORDINATOR):
        return false()
    return and_(Case.submitted_at.is_not(None), Case.hospital_id.in_(partner_hospitals(actor)))


@_built_once
def _expert(actor: Actor) -> ColumnElement[bool]:
    return and_(_member(actor, EXPERTS), Case.state.not_in(OVER))


@_built_once
def _reader(actor: Actor) -> ColumnElement[bool]:
    return or_(team(actor), coordinator(actor), _expert(actor))


@_built_once
def _outcome(actor: Actor) -> ColumnElement[bool]:
    recent = Case.state_at > _ago(OUTCOME_DAYS)
    later = and_(Case.state == State.CLOSED, recent, _member(actor, EXPERTS))
    return or_(_reader(actor), later)


@_built_once
def _glimpse(actor: Actor) -> ColumnElement[bool]:
    recent = or_(Case.state.not_in(OVER), Case.state_at > _ago(OUTCOME_DAYS))
    return or_(_reader(actor), and_(_member(actor, (Relation.INVITED, *EXPERTS)), recent))


@_built_once
def _adder(actor: Actor) -> ColumnElement[bool]:
    return and_(team(actor), Case.state.in_(OPEN_FOR_MATERIAL))


@_built_once
def _chairs(actor: Actor) -> ColumnElement[bool]:
    return and_(_member(actor, (Relation.CHAIR,)), Case.state.not_in(OVER))


@_built_once
def _leader(actor: Actor) -> ColumnElement[bool]:
    return or_(_chairs(actor), coordinator(actor))


@_built_once
def _auditor(actor: Actor) -> ColumnElement[bool]:
    if not actor.has(Role.HOSPITAL_ADMIN):
        return team(actor)
    return or_(team(actor), Case.hospital_id == actor.hospital_id)


@_built_once
def _team_or_coordinator(actor: Actor) -> ColumnElement[bool]:
    return or_(team(actor), coordinator(actor))


GLIMPSE: Permission[Case] = Permission("case.glimpse", Case, _glimpse)
READ: Permission[Case] = Permission("case.read", Case, _reader)
OUTCOME: Permission[Case] = Permission("case.outcome", Case, _outcome)
TEAM: Permission[Case] = Permission("case.team", Case, team, GLIMPSE)
ADD: Permission[Case] = Permission("case.add", Case, team, GLIMPSE)
REVIEW: Permission[Case] = Permission("case.review", Case, coordinator, GLIMPSE)
LEAD: Permission[Case] = Permission("case.lead", Case, _leader, GLIMPSE)
CLOSE: Permission[Case] = Permission("case.close", Case, _team_or_coordinator, GLIMPSE)
AUDIT: Permission[Case] = Permission("case.audit", Case, _auditor)
INNER: Permission[Case] = Permission("case.inner", Case, never)

_REQUESTERS = (Role.PHYSICIAN, Role.TOWNSHIP)
CREATE = Right("case.create", lambda actor: actor.has(*_REQUESTERS))


def _the_house(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


def _material_of(rule: Any) -> Any:
    def condition(actor: Actor) -> ColumnElement[bool]:
        return Material.case_id.in_(select(Case.id).where(rule(actor)))

    return condition


READ_MATERIAL: Permission[Material] = Permission("material.read", Material, _material_of(_reader))
REMOVE_MATERIAL: Permission[Material] = Permission("material.remove", Material, _material_of(_adder), READ_MATERIAL)
CLEAN_MATERIAL: Permission[Material] = Permission("material.clean", Material, _the_house)

ACCESSES = {
    "read": _reader,
    "post": _reader,
    "add": _adder,
    "lead": _leader,
    "export": team,
    "audit": _auditor,
    "outcome": _outcome,
    "glimpse": _glimpse,
    "coordinate": coordinator,
    "opine": _expert,
    "conclude": _chairs,
}


def declare_accesses() -> None:
    """Tell the kernel which cases give which access; called by the shell."""
    for access, rule in ACCESSES.items():
        policy.declare("case", access, _ids(rule))


def _ids(rule: Any) -> policy.Ids:
    def ids(actor: Actor) -> Select[Any]:
        return select(Case.id).where(rule(actor))

    return ids
