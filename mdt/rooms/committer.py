"""The committer: one thread (a greenlet in the serving process) that takes everything waiting and commits it at once.

There is no timer: while one commit runs, the next batch gathers by itself. `post_entry` is the operation that doors
call; without a running committer (tests, the command line) it commits a batch of one.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass

import structlog

from mdt.kernel import doorbell
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Refused, Unavailable
from mdt.kernel.operation import Operation, registry
from mdt.kernel.transaction import Tx
from mdt.rooms import policy
from mdt.rooms.entries import PostEntry, parse
from mdt.rooms.models import Room, RoomEntry
from mdt.rooms.operations import entry_of
from mdt.rooms.posting import AUDIT, Outcome, Post, Written, post_entries
from mdt.rooms.queries import EntryView, accesses, entry_view
from mdt.rooms.rules import Ground, settle

log = structlog.get_logger()

BATCH = 500
BATCH_BYTES = 1 << 20
WAITING = 2000
PATIENCE_S = 5.0
"""How long posts wait for a database that is away before they are refused."""


Waiting = tuple[Post, "Future[Outcome]"]
AfterCommit = Callable[[list[RoomEntry]], None]


class Committer:
    """Commits posts in batches; calls `after_commit` with the new entries, in order, before anybody is answered."""

    def __init__(self, after_commit: AfterCommit) -> None:
        self._after_commit = after_commit
        self._queue: queue.Queue[Waiting | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit what waits, then end."""
        self._queue.put(None)
        self._thread.join(PATIENCE_S)

    def submit(self, post: Post) -> Outcome:
        """Wait until `post` is durable or refused. Raises Unavailable."""
        answer: Future[Outcome] = Future()
        try:
            self._queue.put_nowait((post, answer))
            return answer.result(timeout=PATIENCE_S * 2)
        except (queue.Full, Late):
            raise Unavailable from None

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, is_last = self._gather(first)
            self._commit(batch)
            if is_last:
                return

    def _gather(self, first: Waiting) -> tuple[list[Waiting], bool]:
        batch, weight = [first], first[0].weight
        while len(batch) < BATCH and weight < BATCH_BYTES:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
            weight += waiting[0].weight
        return batch, False

    def _commit(self, batch: list[Waiting]) -> None:
        outcomes = _outcomes([post for post, _answer in batch])
        try:
            self._after_commit(new_entries(outcomes))
        except Exception:  # the entries are durable; the poll behind delivers them
            log.exception("room.delivery_failed")
        for (_post, answer), outcome in zip(batch, outcomes, strict=True):
            answer.set_result(outcome)


def new_entries(outcomes: Sequence[Outcome]) -> list[RoomEntry]:
    return [each.entry for each in outcomes if isinstance(each, Written) and each.is_new]


def _outcomes(posts: list[Post]) -> list[Outcome]:
    """Run the batch; while the database is away try the same again, which `client_id` makes harmless."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return post_entries(posts)
        except Unavailable as refusal:
            if time.monotonic() > deadline:
                return [refusal for _ in posts]
            time.sleep(0.2)
        except Refused as refusal:
            return [refusal for _ in posts]


_running: list[Committer] = []


def use(committer: Committer) -> None:
    """From now on posts of this process go through `committer`."""
    _running[:] = [committer]


def use_none() -> None:
    _running.clear()


def _commit_alone(post: Post) -> Outcome:
    outcome = post_entries([post])[0]
    if isinstance(outcome, Written) and outcome.is_new:
        doorbell.ring("room", post.room_id)
    return outcome


@dataclass(frozen=True, eq=False)
class Posting(Operation[Room, PostEntry, EntryView]):
    """Like every operation, but committed together with what others post at the same moment."""

    def __call__(self, actor: Actor, key: str, change: PostEntry, /, *, version: int | None = None) -> EntryView:
        """Post as `actor` into the room `key`; durable on return. A repeat gets the first entry."""
        post = Post(actor, key, change.client_id, change.type, parse(change), weight=len(str(change.body)))
        outcome = _running[0].submit(post) if _running else _commit_alone(post)
        if isinstance(outcome, Refused):
            raise outcome
        return entry_view(outcome.entry, actor.person_id)


def _inside(tx: Tx, room: Room, change: PostEntry) -> EntryView:
    """Post within another operation's transaction, by the same rules."""
    is_chair = "lead" in accesses(tx.session, room.subject, tx.actor) or room.chair_id == tx.actor.person_id
    body = settle(Ground(tx.session, room, tx.actor, is_chair), change.type, parse(change))
    entry = entry_of(tx, room, change.type, body, author=tx.actor, client_id=change.client_id)
    tx.session.add(entry)
    tx.ring("room", room.id)
    return entry_view(entry, tx.actor.person_id)


post_entry = Posting(_inside, policy.POST, AUDIT, "", frozenset())
registry[f"{__name__}.post_entry"] = post_entry
