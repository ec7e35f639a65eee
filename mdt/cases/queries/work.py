"""What waits for a person, by what they are: the front page."""

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case, CaseMember
from mdt.cases.queries.board import CaseRow, Heap, first_of_each, in_order_of_need
from mdt.cases.terms import OVER, Relation, State
from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.actor import Actor
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing

SHOWN = 8


class WorkGroup(BaseModel):
    """Cases that wait for the same thing; `total` may be more than are shown."""

    key: str
    total: int
    items: list[CaseRow]


@listing(signed_in, reads="cases.listed")
def my_work(session: Session, actor: Actor, _ask: None) -> list[WorkGroup]:
    """The groups of this person, the most pressing first; empty groups are left out."""
    groups = [Heap(key, condition, in_order_of_need()) for key, condition in _groups(actor)]
    heaps = first_of_each(session, actor, groups, SHOWN)
    return [WorkGroup(key=key, total=total, items=rows) for key, (total, rows) in heaps.items() if total]


def _groups(actor: Actor) -> list[tuple[str, ColumnElement[bool]]]:
    groups: list[tuple[str, ColumnElement[bool]]] = []
    if actor.has(Role.COORDINATOR):
        theirs = policy.coordinator(actor)
        groups += [
            ("review", and_(theirs, Case.state == State.SUBMITTED)),
            ("schedule", and_(theirs, Case.state == State.ACCEPTED)),
            ("await_opinion", and_(theirs, Case.state.in_((State.DISCUSSING, State.DISCUSSED)))),
        ]
    if actor.has(*CLINICAL):
        team = policy.team(actor)
        groups += [
            ("mend", and_(team, Case.state == State.RETURNED)),
            ("carry_out", and_(team, Case.state.in_((State.CONCLUDED, State.FOLLOW_UP)))),
        ]
    groups += [("reply", _held(actor, Relation.INVITED)), ("opinion", _held(actor, Relation.EXPERT, Relation.CHAIR))]
    if actor.has(*CLINICAL):
        team = policy.team(actor)
        waiting = (State.SUBMITTED, State.ACCEPTED, State.SCHEDULED, State.DISCUSSING, State.DISCUSSED)
        groups += [
            ("draft", and_(team, Case.state == State.DRAFT)),
            ("under_way", and_(team, Case.state.in_(waiting))),
        ]
    return groups


def _held(actor: Actor, *relations: Relation) -> ColumnElement[bool]:
    """Open cases on which the person holds one of the relations and not a stronger one."""
    if not actor.person_id:
        return false()
    mine = select(CaseMember.case_id).where(CaseMember.person_id == actor.person_id, CaseMember.relation.in_(relations))
    open_states = Case.state.not_in(OVER | {State.CONCLUDED, State.FOLLOW_UP})
    held = and_(Case.id.in_(mine), open_states)
    if relations == (Relation.INVITED,):
        stronger = select(CaseMember.case_id).where(
            CaseMember.person_id == actor.person_id, CaseMember.relation != Relation.INVITED
        )
        held = and_(held, Case.id.not_in(stronger))
    return held
