"""Who may do what to tasks: the requesting team and the named owner answer them; who may know the outcome sees them."""

from sqlalchemy import ColumnElement, and_, false, or_, true

from mdt.followup.models import Task
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right, governed, signed_in


def _seen(actor: Actor) -> ColumnElement[bool]:
    return governed(Task.case_id, "case", "outcome", actor)


def _answered(actor: Actor) -> ColumnElement[bool]:
    """The team while the case is open; the owner as long as they see the case."""
    owner = and_(Task.owner_id == actor.person_id, governed(Task.case_id, "case", "read", actor))
    return or_(governed(Task.case_id, "case", "add", actor), owner)


def mine(actor: Actor) -> ColumnElement[bool]:
    """What waits for this person: their own, and what their team owns as a whole."""
    team = and_(Task.owner_id.is_(None), governed(Task.case_id, "case", "export", actor))
    return and_(or_(Task.owner_id == actor.person_id, team), _seen(actor))


def _house(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


SEE: Permission[Task] = Permission("task.see", Task, _seen)
ANSWER: Permission[Task] = Permission("task.answer", Task, _answered, SEE)
REMIND: Permission[Task] = Permission("task.remind", Task, _house)
RECORD_OUTCOME = Right("outcome.record", signed_in.may)
"""The case itself decides: its requesting team."""
