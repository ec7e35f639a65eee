"""Posts of many people, committed together: one transaction for everything that waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import insert, select, tuple_

from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.errors import Forbidden, NotFound, Refused
from mdt.kernel.i18n import N_
from mdt.kernel.ledger import AuditRow
from mdt.kernel.transaction import Tx, audit_values, transaction
from mdt.rooms.entries import Body
from mdt.rooms.models import Room, RoomEntry
from mdt.rooms.operations import entry_of
from mdt.rooms.queries import accesses
from mdt.rooms.rules import Ground, settle

log = structlog.get_logger()

AUDIT = "entry.posted"


@dataclass(frozen=True, slots=True)
class Post:
    """One entry that waits to be written."""

    actor: Actor
    room_id: str
    client_id: str
    type: str
    body: Body
    weight: int = 0
    """Bytes of the body, roughly."""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.room_id, self.actor.person_id, self.client_id)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a post. `is_new` is False for a repeat, whose first entry this is."""

    entry: RoomEntry
    is_new: bool


Outcome = Written | Refused


def post_entries(posts: Sequence[Post]) -> list[Outcome]:
    """Write all in one transaction, durable on return; one outcome per post, in order.

    A post that the database itself refuses fails alone: the batch is run again in halves.

    Raises:
        Unavailable: the database does not answer; nothing is known to be written, and trying again is harmless.
        Full: no space left.
    """
    try:
        with transaction(SYSTEM) as tx:
            return _Batch(tx, posts).write()
    except Refused:
        raise
    except Exception as error:  # any row the database will not take; the others must not suffer for it
        if len(posts) == 1:
            log.exception("entry.failed", type=posts[0].type, room_id=posts[0].room_id)
            refusal = Refused("bug", N_("系统出错了，已记录；已保存的内容不受影响。"))
            refusal.__cause__ = error
            return [refusal]
        middle = len(posts) // 2
        return [*post_entries(posts[:middle]), *post_entries(posts[middle:])]


@dataclass(slots=True)
class _Batch:
    tx: Tx
    posts: Sequence[Post]
    rooms: dict[str, Room] = field(default_factory=dict)
    known: dict[tuple[str, str, str], RoomEntry] = field(default_factory=dict)
    given: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    audits: list[dict[str, Any]] = field(default_factory=list)

    def write(self) -> list[Outcome]:
        self._lock()
        self._find_repeats()
        outcomes = [self._outcome(post) for post in self.posts]
        self.tx.session.flush()
        if self.audits:
            self.tx.session.execute(insert(AuditRow), self.audits)
        return outcomes

    def _lock(self) -> None:
        """Lock the rooms in the order of their ids: two processes with overlapping batches would deadlock."""
        ids = sorted({post.room_id for post in self.posts})
        locked = select(Room).where(Room.id.in_(ids)).order_by(Room.id).with_for_update()
        self.rooms = {room.id: room for room in self.tx.session.execute(locked).scalars()}

    def _find_repeats(self) -> None:
        """After the lock: an earlier transaction may have written the same `client_id` while we waited."""
        keys = [post.key for post in self.posts]
        column = tuple_(RoomEntry.room_id, RoomEntry.author_id, RoomEntry.client_id)
        found = self.tx.session.execute(select(RoomEntry).where(column.in_(keys))).scalars()
        self.known = {(each.room_id, each.author_id, each.client_id): each for each in found}

    def _outcome(self, post: Post) -> Outcome:
        try:
            room, given = self._admit(post)
            first = self.known.get(post.key)
            if first is not None:
                return Written(first, is_new=False)
            is_chair = "lead" in given or room.chair_id == post.actor.person_id
            body = settle(Ground(self.tx.session, room, post.actor, is_chair), post.type, post.body)
        except Refused as refusal:
            return refusal
        return Written(self._number(post, room, body), is_new=True)

    def _number(self, post: Post, room: Room, body: dict[str, Any]) -> RoomEntry:
        entry = entry_of(self.tx, room, post.type, body, author=post.actor, client_id=post.client_id)
        entry.is_secret = post.type == "vote" and bool(body.get("secret"))
        self.known[post.key] = entry
        self.tx.session.add(entry)
        as_author = Tx(self.tx.session, post.actor, self.tx.at)
        self.audits.append(audit_values(as_author, AUDIT, room.subject, "room_entry", entry.id))
        return entry

    def _admit(self, post: Post) -> tuple[Room, frozenset[str]]:
        room = self.rooms.get(post.room_id)
        if room is None:
            raise NotFound
        key = (room.id, post.actor.person_id)
        if key not in self.given:
            self.given[key] = accesses(self.tx.session, room.subject, post.actor)
        given = self.given[key]
        if "read" not in given:
            raise NotFound
        if "post" not in given:
            raise Forbidden
        if post.actor.kind == "token" and "write" not in post.actor.scope:
            raise Forbidden("scope")
        return room, given
