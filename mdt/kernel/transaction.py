"""The one transaction of an operation: session, actor, audit, events, jobs, doorbells – all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exc, insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from mdt.kernel import clock, doorbell, hub, runtime
from mdt.kernel.actor import Actor
from mdt.kernel.database import insert_unless_there
from mdt.kernel.errors import Conflict, Full, Refused, Stale, Unavailable
from mdt.kernel.event import Event, reactions_to
from mdt.kernel.i18n import N_
from mdt.kernel.ledger import AuditRow, EventRow, WorkRow
from mdt.kernel.policy import Subject

log = structlog.get_logger()


@dataclass(slots=True)
class Tx:
    """What an operation may use. It never commits; the outermost operation does, once."""

    session: Session
    actor: Actor
    at: datetime
    rings: list[tuple[str, str]] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Store a fact and run its reactions in this transaction."""
        self.session.execute(
            insert(EventRow).values(
                id=clock.new_id(),
                at=self.at,
                name=type(event).__name__,
                subject_kind=event.subject.kind,
                subject_id=event.subject.id,
                person_id=self.actor.person_id,
                body=event.body(),
            )
        )
        for reaction in reactions_to(event):
            reaction(self, event)

    def later(self, name: str, payload: dict[str, Any], *, key: str = "", delay_s: float = 0) -> None:
        """Queue a job with this change. With a `key`, a job of that key already waiting is left as it is."""
        row = {
            "id": clock.new_id(),
            "name": name,
            "payload": payload,
            "key": key or None,
            "state": "waiting",
            "run_at": self.at + timedelta(seconds=delay_s),
            "attempts": 0,
            "lease": "",
            "error": "",
        }
        self.session.execute(insert_unless_there(self.session, WorkRow, ["key"]).values(row))
        self.ring("work", name)

    def ring(self, bell: str, key: str) -> None:
        """Ring a doorbell after the commit: a hint to look into the database, never the news itself."""
        self.rings.append((bell, key))

    def audit(self, action: str, subject: Subject, object_kind: str, object_id: str) -> None:
        """One audit row of this change; the operation's decorator calls it."""
        self.session.execute(insert(AuditRow).values(audit_values(self, action, subject, object_kind, object_id)))


def audit_values(tx: Tx, action: str, subject: Subject, object_kind: str, object_id: str) -> dict[str, Any]:
    """The columns of an audit row."""
    return {
        "id": clock.new_id(),
        "at": tx.at,
        "person_id": tx.actor.person_id,
        "person_kind": tx.actor.kind,
        "session_id": tx.actor.session_id,
        "action": action,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "object_kind": object_kind,
        "object_id": object_id,
        "outcome": 0,
        "request_id": tx.actor.request_id,
    }


@contextmanager
def transaction(actor: Actor) -> Iterator[Tx]:
    """Open the outermost transaction; commits at the end, then rings.

    Raises:
        Stale: two people changed the same row. Full: no space left. Unavailable: the database does not answer.
    """
    with refusing_database_errors(), hub.staying(), runtime.database().writing() as session:
        tx = Tx(session, actor, clock.now())
        yield tx
        session.flush()  # so that a stale version is seen here and not in the commit
    for bell, key in tx.rings:
        doorbell.ring(bell, key)


@contextmanager
def refusing_database_errors() -> Iterator[None]:
    """Turn what the database says about space, locks and versions into refusals."""
    try:
        yield
    except StaleDataError:
        raise Stale from None
    except (exc.OperationalError, exc.TimeoutError) as error:
        raise _away(error) from error


def refusal_of(error: exc.SQLAlchemyError) -> Refused | None:
    """What a database error that passed the kernel means to a request; None for a bug. Two who make the same thing at
    the same moment meet at a unique constraint: the second is told to look again. (Jobs try again by themselves.)"""
    if isinstance(error, exc.OperationalError | exc.TimeoutError):
        return _away(error)
    if isinstance(error, exc.IntegrityError) and _is_unique_violation(error):
        return Conflict("at_once", N_("刚刚有人做了同样的操作，请刷新后再看。"))
    return None


def _is_unique_violation(error: exc.IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint failed" in str(error.orig)


def _away(error: exc.SQLAlchemyError) -> Refused:
    text = str(error).lower()
    if "disk is full" in text or "no space" in text:
        return Full()
    log.warning("database.unavailable", reason=str(error.__cause__ or error)[:200])
    return Unavailable()
