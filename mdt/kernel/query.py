"""Reading. A query of one row is loaded by its permission (404 otherwise) and, where it shows patient data, leaves
an audit row that is committed before the answer: one per person, object and five minutes.

Queries return frozen views, never rows. `within` runs one inside another query or operation, without auditing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.kernel import clock, runtime
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Forbidden, NotFound
from mdt.kernel.ledger import AuditRow
from mdt.kernel.policy import Permission, Right, Subject
from mdt.kernel.transaction import refusing_database_errors, transaction

M = TypeVar("M")
A = TypeVar("A")
R = TypeVar("R")
ONCE_IN = timedelta(minutes=5)

registry: dict[str, "Query[Any, Any, Any] | Listing[Any, Any]"] = {}


@dataclass(frozen=True, eq=False)
class Query(Generic[M, A, R]):
    """A view of one row. `reads` is the audit verb, empty where no patient data is shown."""

    function: Callable[[Session, Actor, M, A], R]
    permission: Permission[M]
    reads: str

    def __call__(self, actor: Actor, key: str, ask: A, /) -> R:
        """The view as `actor` may see it. Raises NotFound; Unavailable when the reading could not be audited."""
        with refusing_database_errors(), runtime.database().reading() as session:
            row = self._load(session, actor, key)
            view = self.function(session, actor, row, ask)
            place = cast(Any, row)
            if self.reads:
                record_reading(session, actor, self.reads, place.subject, place.__tablename__, str(place.id))
            return view

    def within(self, session: Session, actor: Actor, key: str, ask: A) -> R:
        return self.function(session, actor, self._load(session, actor, key), ask)

    def _load(self, session: Session, actor: Actor, key: str) -> M:
        model = self.permission.model
        if "\x00" in key:
            raise NotFound
        query = select(model).where(cast(Any, model).id == key, self.permission.rule(actor))
        row = session.execute(query).scalars().first()
        if row is None:
            raise NotFound
        return row


@dataclass(frozen=True, eq=False)
class Listing(Generic[A, R]):
    """A view of many rows; the function filters by the permission's rule itself."""

    function: Callable[[Session, Actor, A], R]
    right: Right

    def __call__(self, actor: Actor, ask: A, /) -> R:
        with refusing_database_errors(), runtime.database().reading() as session:
            return self.within(session, actor, ask)

    def within(self, session: Session, actor: Actor, ask: A) -> R:
        if not self.right.may(actor):
            raise Forbidden
        return self.function(session, actor, ask)


def query(
    permission: Permission[M], *, reads: str = ""
) -> Callable[[Callable[[Session, Actor, M, A], R]], Query[M, A, R]]:
    """Declare a view of one row."""

    def declare(function: Callable[[Session, Actor, M, A], R]) -> Query[M, A, R]:
        made = Query(function, permission, reads)
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def listing(right: Right) -> Callable[[Callable[[Session, Actor, A], R]], Listing[A, R]]:
    """Declare a view of many rows."""

    def declare(function: Callable[[Session, Actor, A], R]) -> Listing[A, R]:
        made = Listing(function, right)
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def record_reading(
    session: Session, actor: Actor, action: str, subject: Subject, object_kind: str, object_id: str
) -> None:
    """Commit the audit row of a reading unless the same was written within five minutes."""
    since = clock.now() - ONCE_IN
    same = select(AuditRow.id).where(
        AuditRow.person_id == actor.person_id,
        AuditRow.action == action,
        AuditRow.object_id == object_id,
        AuditRow.at > since,
    )
    if session.execute(same.limit(1)).first() is not None:
        return
    with transaction(actor) as tx:
        tx.audit(action, subject, object_kind, object_id)
