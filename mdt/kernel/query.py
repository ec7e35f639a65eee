"""Reading. A query of one row is loaded by its permission (404 otherwise) and, where it shows patient data, leaves
an audit row that is committed before the answer: one per person, object and five minutes. A list of many rows with
patient data leaves one for the list.

Queries return frozen views, never rows. `within` runs one inside another query or operation, without auditing.
"""

from collections.abc import Callable, Sequence
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
    """A view of one row. `reads` is the audit verb, empty where no patient data is shown; `about` finds whose audit it
    belongs into where that is not the row's own subject (images: the cases that show them)."""

    function: Callable[[Session, Actor, M, A], R]
    permission: Permission[M]
    reads: str
    about: Callable[[Session, Actor, M], Sequence[Subject]] | None = None

    def __call__(self, actor: Actor, key: str, ask: A, /) -> R:
        """The view as `actor` may see it. Raises NotFound; Unavailable when the reading could not be audited."""
        with refusing_database_errors(), runtime.database().reading() as session:
            row = self._load(session, actor, key)
            view = self.function(session, actor, row, ask)
            self._note(session, actor, cast(Any, row))
        _record(session, actor)
        return view

    def _note(self, session: Session, actor: Actor, row: Any) -> None:
        """In whose audit this reading is still to be written."""
        if self.reads and not was_read_lately(session, actor, self.reads, str(row.id)):
            for subject in self.about(session, actor, row) if self.about else (row.subject,):
                _note(session, self.reads, subject, row.__tablename__, str(row.id))

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
    """A view of many rows; the function filters by the permission's rule itself. `reads` as for a query."""

    function: Callable[[Session, Actor, A], R]
    right: Right
    reads: str = ""

    def __call__(self, actor: Actor, ask: A, /) -> R:
        with refusing_database_errors(), runtime.database().reading() as session:
            view = self.within(session, actor, ask)
            if self.reads:
                record_reading(session, actor, self.reads, Subject("hospital", actor.hospital_id), "list", "")
        _record(session, actor)
        return view

    def within(self, session: Session, actor: Actor, ask: A) -> R:
        if not self.right.may(actor):
            raise Forbidden
        return self.function(session, actor, ask)


def query(
    permission: Permission[M], *, reads: str = "", about: Callable[[Session, Actor, M], Sequence[Subject]] | None = None
) -> Callable[[Callable[[Session, Actor, M, A], R]], Query[M, A, R]]:
    """Declare a view of one row."""

    def declare(function: Callable[[Session, Actor, M, A], R]) -> Query[M, A, R]:
        made = Query(function, permission, reads, about)
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def listing(right: Right, *, reads: str = "") -> Callable[[Callable[[Session, Actor, A], R]], Listing[A, R]]:
    """Declare a view of many rows."""

    def declare(function: Callable[[Session, Actor, A], R]) -> Listing[A, R]:
        made = Listing(function, right, reads)
        registry[f"{function.__module__}.{function.__name__}"] = made
        return made

    return declare


def record_reading(
    session: Session, actor: Actor, action: str, subject: Subject, object_kind: str, object_id: str
) -> None:
    """Note a reading unless the same was written within five minutes. Its audit row is committed before the answer, but
    after the session: many readers at once must not wait for each other's second connection."""
    if not was_read_lately(session, actor, action, object_id):
        _note(session, action, subject, object_kind, object_id)


def was_read_lately(session: Session, actor: Actor, action: str, object_id: str) -> bool:
    """Whether the same reading was written within five minutes."""
    same = select(AuditRow.id).where(
        AuditRow.person_id == actor.person_id,
        AuditRow.action == action,
        AuditRow.object_id == object_id,
        AuditRow.at > clock.now() - ONCE_IN,
    )
    return session.execute(same.limit(1)).first() is not None


def _note(session: Session, *reading: str | Subject) -> None:
    session.info.setdefault("readings", []).append(reading)


def _record(session: Session, actor: Actor) -> None:
    """Commit the audit rows of what was read in a session that is over."""
    if readings := session.info.get("readings"):
        with transaction(actor) as tx:
            for reading in readings:
                tx.audit(*reading)
