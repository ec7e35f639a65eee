"""Durable jobs. A worker claims one under a lease, runs its handler outside any transaction and removes the row; a
killed worker's job is claimed again when its lease is over, or at once if somebody saw it die (`take_back`). Handlers
may run twice and must not mind.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select, update

from mdt.kernel import clock, runtime
from mdt.kernel.errors import Refused
from mdt.kernel.ledger import WorkRow
from mdt.kernel.transaction import refusing_database_errors

log = structlog.get_logger()
Handler = Callable[[dict[str, Any]], None]

LEASE_S = 25
"""The holder prolongs it while it lives: a dead one's job goes on within half a minute."""
MAX_ATTEMPTS = 6
BACK_OFF_S = (1, 5, 30, 120, 600)

handlers: dict[str, Handler] = {}
clocks: list[tuple[str, float, Callable[[], None]]] = []


def job(name: str) -> Callable[[Handler], Handler]:
    """Declare the handler of the jobs called `name`; its payload is the JSON given to `Tx.later`."""

    def declare(handler: Handler) -> Handler:
        handlers[name] = handler
        return handler

    return declare


def every(name: str, seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare something a worker does every so many seconds (reminders, sweeping); must be repeatable."""

    def declare(run: Callable[[], None]) -> Callable[[], None]:
        clocks.append((name, seconds, run))
        return run

    return declare


def claim(worker: str = "") -> WorkRow | None:
    """Take the oldest due job under a new lease that begins with the worker's name; None when nothing is due."""
    moment = clock.now()
    due = or_(
        (WorkRow.state == "waiting") & (WorkRow.run_at <= moment),
        (WorkRow.state == "running") & (WorkRow.lease_until < moment),
    )
    oldest = select(WorkRow.id).where(due).order_by(WorkRow.run_at).limit(1).with_for_update(skip_locked=True)
    with refusing_database_errors(), runtime.database().writing() as session:
        row_id = session.execute(oldest).scalar()
        if row_id is None:
            return None
        row = session.get_one(WorkRow, row_id)
        if row.attempts >= MAX_ATTEMPTS:  # whoever runs it dies of it, again and again
            log.error("work.poisoned", name=row.name, work_id=row.id)
            row.state, row.error, row.lease_until = "failed", "lost", None
            return None
        row.state, row.lease, row.attempts = "running", f"{worker}.{secrets.token_hex(8)}", row.attempts + 1
        row.lease_until, row.key = moment + timedelta(seconds=LEASE_S), None
        return row


def prolong(row: WorkRow) -> bool:
    """Extend the lease of a long job; False when someone else holds it now."""
    until = clock.now() + timedelta(seconds=LEASE_S)
    change = update(WorkRow).where(WorkRow.id == row.id, WorkRow.lease == row.lease).values(lease_until=until)
    with refusing_database_errors(), runtime.database().writing() as session:
        return bool(session.execute(change.returning(WorkRow.id)).first())


def take_back(worker: str) -> None:
    """Let the jobs of a worker that is known to be dead be claimed at once."""
    dead = (WorkRow.state == "running") & WorkRow.lease.startswith(f"{worker}.", autoescape=True)
    with refusing_database_errors(), runtime.database().writing() as session:
        session.execute(update(WorkRow).where(dead).values(state="waiting", lease="", lease_until=None))


def run_one(worker: str = "") -> bool:
    """Claim and run one job; False when there was none."""
    row = claim(worker)
    if row is None:
        return False
    try:
        with _held(row):
            handlers[row.name](row.payload)
    except Refused as refusal:
        _put_back(row, refusal.code, final=refusal.status < 500 and row.attempts >= 2)
    except Exception as error:  # the outermost loop of a job
        log.exception("work.failed", name=row.name, work_id=row.id, attempt=row.attempts)
        _put_back(row, type(error).__name__, final=False)
    else:
        _forget(row)
    return True


@contextmanager
def _held(row: WorkRow) -> Iterator[None]:
    """Keep the lease while the handler runs, however long it takes."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(LEASE_S / 3):
            try:
                prolong(row)
            except Refused:
                log.warning("work.lease_not_prolonged", name=row.name, work_id=row.id)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def run_until_idle(limit: int = 10_000) -> int:
    """Run due jobs until none is left (tests, the demo, the command line); the number run."""
    done = 0
    while done < limit and run_one():
        done += 1
    return done


def work_forever(stop: Callable[[], bool], worker: str = "", *, idle_s: float = 0.2) -> None:
    """The worker's loop: due jobs first, then the clocks, then a short rest."""
    last = {name: 0.0 for name, _seconds, _run in clocks}
    while not stop():
        try:
            busy = run_one(worker)
            _run_clocks(last)
        except Refused as refusal:
            log.warning("work.no_database", code=refusal.code)
            busy = False
        if not busy:
            time.sleep(idle_s)


def _run_clocks(last: dict[str, float]) -> None:
    for name, seconds, run in clocks:
        if time.monotonic() - last[name] >= seconds:
            last[name] = time.monotonic()
            try:
                run()
            except Exception:  # the outermost loop of a clock
                log.exception("clock.failed", name=name)


def _forget(row: WorkRow) -> None:
    with refusing_database_errors(), runtime.database().writing() as session:
        session.execute(delete(WorkRow).where(WorkRow.id == row.id, WorkRow.lease == row.lease))


def _put_back(row: WorkRow, error: str, *, final: bool) -> None:
    final = final or row.attempts >= MAX_ATTEMPTS
    wait = BACK_OFF_S[min(row.attempts, len(BACK_OFF_S)) - 1]
    change = (
        update(WorkRow)
        .where(WorkRow.id == row.id, WorkRow.lease == row.lease)
        .values(
            state="failed" if final else "waiting",
            error=error[:200],
            run_at=clock.now() + timedelta(seconds=wait),
            lease="",
            lease_until=None,
        )
    )
    with refusing_database_errors(), runtime.database().writing() as session:
        session.execute(change)
