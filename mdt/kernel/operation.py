"""The only way anything changes: `@operation` (on a row) and `@creation` (of a new thing).

Calling one opens the transaction, loads the row as the actor may see it (404), checks the permission (403), the
states it demands (409 with the allowed actions), the version (412), runs the function, writes the audit row and
commits. `inside` runs it within another operation's transaction; its permission was the outer one's affair.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import case, literal, select
from sqlalchemy.orm import Session

from mdt.kernel.actor import Actor
from mdt.kernel.errors import Conflict, Forbidden, NotFound, Stale
from mdt.kernel.policy import Permission, Right, Row, Subject
from mdt.kernel.transaction import Tx, transaction

M = TypeVar("M")
C = TypeVar("C")
R = TypeVar("R")

registry: dict[str, "Operation[Any, Any, Any] | Creation[Any, Any]"] = {}


@dataclass(frozen=True, eq=False)
class Operation(Generic[M, C, R]):
    """A change of one row. `action` is the public name of the change (what `allowed` lists), if it has one."""

    function: Callable[[Tx, M, C], R]
    permission: Permission[M]
    audit: str
    action: str
    states: frozenset[str]

    def __call__(self, actor: Actor, key: str, change: C, /, *, version: int | None = None) -> R:
        """Run as `actor` in a transaction of its own; durable on return."""
        with transaction(actor) as tx:
            row = self._load(tx, key)
            self._demand_state(tx.session, actor, row)
            present = getattr(row, "version", None)
            if version is not None and present is not None and present != version:
                raise Stale(version=present)
            try:
                return self._apply(tx, row, change)
            except Conflict as conflict:
                with tx.session.no_autoflush:  # what was half done is thrown away
                    conflict.facts.setdefault("allowed", allowed_actions(tx.session, actor, cast(Row, row)))
                raise

    def inside(self, tx: Tx, key: str, change: C) -> R:
        """Run within another operation's transaction, on its actor's behalf; states are demanded all the same."""
        row = load_row(tx.session, self.permission.model, key)
        if row is None:
            raise NotFound
        self._demand_state(tx.session, tx.actor, row)
        return self._apply(tx, row, change)

    def _load(self, tx: Tx, key: str) -> M:
        model, see = self.permission.model, self.permission.see or self.permission
        row = load_row(tx.session, model, key, see.rule(tx.actor))
        if row is None:
            raise NotFound
        if see is not self.permission and not holds(tx.session, self.permission, tx.actor, key):
            raise Forbidden
        return row

    def _demand_state(self, session: Session, actor: Actor, row: M) -> None:
        state = getattr(row, "state", None)
        if self.states and state not in self.states:
            allowed = allowed_actions(session, actor, cast(Row, row))
            raise Conflict("wrong_state", state=str(state), allowed=allowed)

    def _apply(self, tx: Tx, row: M, change: C) -> R:
        result = self.function(tx, row, change)
        place = cast(Any, row)
        tx.audit(self.audit, place.subject, place.__tablename__, str(place.id))
        return result


@dataclass(frozen=True, eq=False)
class Creation(Generic[C, R]):
    """A change that needs no row yet. The function returns what it made; `subject_of` finds whose audit it is."""

    function: Callable[[Tx, C], R]
    right: Right
    audit: str

    def __call__(self, actor: Actor, change: C, /) -> R:
        """Run as `actor` in a transaction of its own; durable on return."""
        with transaction(actor) as tx:
            if not self.right.may(actor):
                raise Forbidden
            return self.inside(tx, change)

    def inside(self, tx: Tx, change: C) -> R:
        result = self.function(tx, change)
        made = cast(Any, result)
        subject = getattr(made, "subject", None) or Subject("system", str(getattr(made, "id", "")))
        tx.audit(self.audit, subject, type(made).__name__, str(getattr(made, "id", "")))
        return result


def operation(
    permission: Permission[M], *, audit: str, action: str = "", states: Collection[str] = ()
) -> Callable[[Callable[[Tx, M, C], R]], Operation[M, C, R]]:
    """Declare a change of one row: who may, under which audit verb, in which states."""

    def declare(function: Callable[[Tx, M, C], R]) -> Operation[M, C, R]:
        made = Operation(function, permission, audit, action, frozenset(states))
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def creation(right: Right, *, audit: str) -> Callable[[Callable[[Tx, C], R]], Creation[C, R]]:
    """Declare a change that makes something new. Its result must have `id` and `subject`."""

    def declare(function: Callable[[Tx, C], R]) -> Creation[C, R]:
        made = Creation(function, right, audit)
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def load_row(session: Session, model: type[M], key: str, *conditions: Any) -> M | None:
    """The row of `key`, locked on PostgreSQL until the end of a writing transaction."""
    place = cast(Any, model)
    if not isinstance(key, str) or "\x00" in key:
        return None
    query = select(model).where(place.id == key, *conditions).with_for_update(of=model)
    return session.execute(query).scalars().first()


def holds(session: Session, permission: Permission[Any], actor: Actor, key: str) -> bool:
    """Whether `actor` holds `permission` on the row of `key`."""
    query = select(literal(1)).where(permission.model.id == key, permission.rule(actor)).limit(1)
    return session.execute(query).first() is not None


def allowed_actions(session: Session, actor: Actor, row: Row) -> list[str]:
    """The public names of the changes that `actor` may make to `row` in its present state, sorted."""
    return allowed_of(session, actor, [row])[str(row.id)]


def allowed_of(session: Session, actor: Actor, rows: Sequence[Row]) -> dict[str, list[str]]:
    """The same for many rows of one table, by their ids: one query whatever their number."""
    found: dict[str, set[str]] = {str(row.id): set() for row in rows}
    changes = _changes_of(rows)
    if changes:
        permissions = {each.permission.name: each.permission for each in changes}
        held = _held(session, actor, list(permissions.values()), [row.id for row in rows])
        for row in rows:
            named = held.get(str(row.id), frozenset())
            here = (each for each in changes if each.permission.name in named and _fits(each, row))
            found[str(row.id)].update(each.action for each in here)
    return {key: sorted(actions) for key, actions in found.items()}


def _changes_of(rows: Sequence[Row]) -> list[Operation[Any, Any, Any]]:
    """The operations with a public name that the state of at least one row admits."""
    named = [each for each in registry.values() if isinstance(each, Operation) and each.action]
    mine = [each for each in named if rows and each.permission.model is type(rows[0])]
    return [each for each in mine if any(_fits(each, row) for row in rows)]


def _fits(change: Operation[Any, Any, Any], row: Row) -> bool:
    return not change.states or getattr(row, "state", None) in change.states


def _held(
    session: Session, actor: Actor, permissions: Sequence[Permission[Any]], ids: Sequence[Any]
) -> dict[str, frozenset[str]]:
    """Row id → names of those of `permissions`, all of one table, that `actor` holds on it."""
    model = permissions[0].model
    holds_each = [case((each.rule(actor), 1), else_=0) for each in permissions]
    answers = session.execute(select(model.id, *holds_each).where(model.id.in_(ids)))
    return {
        str(key): frozenset(each.name for each, has in zip(permissions, held, strict=True) if has)
        for key, *held in answers
    }
