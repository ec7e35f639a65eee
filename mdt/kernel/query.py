"""Reading. A query of one row is loaded by its permission (404 otherwise) and, where it shows patient data, leaves
an audit row that is committed before the answer: one per person, object and five minutes. A list of many rows with
patient data leaves one for the list.

Queries return frozen views, never rows. `within` runs one inside another query or operation, without auditing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from mdt.kernel import clock, runtime
from mdt.kernel.actor import Actor
from mdt.kernel.database import asked_once
from mdt.kernel.errors import Forbidden, NotFound
from mdt.kernel.ledger import AuditRow
from mdt.kernel.policy import Permission, Right, Subject
from mdt.kernel.transaction import refusing_database_errors, transaction

M = TypeVar("M")
A = TypeVar("A")
R = TypeVar("R")
Subjects = Callable[[], Sequence[Subject]]
ONCE_IN = timedelta(minutes=5)

registry: dict[str, "Query[Any, Any, Any] | Listing[Any, Any]"] = {}


_open: ContextVar[Session | None] = ContextVar("reading", default=None)


@contextmanager
def together() -> Iterator[Session]:
    """The views that one actor calls within share a session, which asks nothing twice; what they show is audited once,
    at the end, before there is an answer. Not for what changes something between its views."""
    if outer := _open.get():
        yield outer
        return
    with refusing_database_errors(), runtime.database().reading() as session:
        token = _open.set(session)
        try:
            yield session
        finally:
            _open.reset(token)
        news = _news(session)
    # the connection is back in the pool: many readers at once must not wait for each other's second one
    if news:
        with transaction(session.info["reader"]) as tx:
            for row in news:
                tx.audit(*row)


def _news(session: Session) -> list[tuple[str, Subject, str, str]]:
    """Audit rows of what was shown, without those that were written within five minutes."""
    seen: dict[tuple[str, str], tuple[str, Subjects]] = session.info.get("seen", {})
    if not seen:
        return []
    columns = (AuditRow.action, AuditRow.object_id)
    same = [column.in_({key[n] for key in seen}) for n, column in enumerate(columns)]
    lately = and_(AuditRow.person_id == session.info["reader"].person_id, AuditRow.at > clock.now() - ONCE_IN)
    shown = seen.keys() - {tuple(row) for row in session.execute(select(*columns).where(lately, *same))}
    return [(verb, each, seen[verb, key][0], key) for verb, key in shown for each in seen[verb, key][1]()]


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
        with together() as session:
            row = self._load(session, actor, key)
            view = self.function(session, actor, row, ask)
            if self.reads:
                place = cast(Any, row)
                about = partial(self.about, session, actor, row) if self.about else (lambda: (place.subject,))
                note_reading(actor, self.reads, about, place.__tablename__, str(place.id))
        return view

    def within(self, session: Session, actor: Actor, key: str, ask: A) -> R:
        return self.function(session, actor, self._load(session, actor, key), ask)

    def _load(self, session: Session, actor: Actor, key: str) -> M:
        model = self.permission.model

        def find(_asked: set[str]) -> dict[str, M]:
            query = select(model).where(cast(Any, model).id == key, self.permission.rule(actor))
            return {cast(Any, row).id: row for row in session.execute(query).scalars()}

        found = {} if "\x00" in key else asked_once(session, (self.permission.name, actor), [key], find)
        if key not in found:
            raise NotFound
        return found[key]


@dataclass(frozen=True, eq=False)
class Listing(Generic[A, R]):
    """A view of many rows; the function filters by the permission's rule itself. `reads` as for a query."""

    function: Callable[[Session, Actor, A], R]
    right: Right
    reads: str = ""

    def __call__(self, actor: Actor, ask: A, /) -> R:
        with together() as session:
            view = self.within(session, actor, ask)
            if self.reads:
                note_reading(actor, self.reads, lambda: (Subject("hospital", actor.hospital_id),), "list", "")
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


def note_reading(actor: Actor, action: str, subjects: Subjects, object_kind: str, object_id: str) -> None:
    """From within a view that is called (not one inside an operation): what it shows is audited with it."""
    with together() as session:
        assert session.info.setdefault("reader", actor) == actor
        session.info.setdefault("seen", {})[action, object_id] = (object_kind, subjects)
