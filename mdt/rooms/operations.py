"""Changes of rooms by other operations: open one, append to its log, take its people elsewhere.

What people post goes through `mdt.rooms.posting`.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import orjson
from pydantic import Field
from sqlalchemy import select, update

from mdt.identity.operations import Change
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, nobody
from mdt.kernel.transaction import Tx
from mdt.rooms import policy
from mdt.rooms.models import Room, RoomEntry


class OpenRoom(Change):
    subject_kind: str = Field(max_length=40)
    subject_id: str = Field(max_length=36)


@creation(nobody, audit="room.opened")
def open_room(tx: Tx, change: OpenRoom) -> Room:
    """The room of a subject, made if there is none yet."""
    same = (Room.subject_kind == change.subject_kind) & (Room.subject_id == change.subject_id)
    room = tx.session.execute(select(Room).where(same)).scalar()
    if room is None:
        room = Room(subject_kind=change.subject_kind, subject_id=change.subject_id)
        tx.session.add(room)
        tx.session.flush()  # the id is the result
    return room


def append(tx: Tx, room_id: str, kind: str, body: dict[str, Any], *, by: Actor | None = None) -> RoomEntry:
    """Write an entry of the server's own making in the caller's transaction, in the name of `by` (default: whoever
    acts). `agenda` with `action: start` and `item`, `chair` sets the running item and who leads; `finish` clears it.
    """
    room = lock_room(tx, room_id)
    author = by or tx.actor
    entry = entry_of(tx, room, kind, body, author=author, client_id=clock.new_id())
    tx.session.add(entry)
    tx.session.flush()  # the next entry of this room is numbered after this one
    tx.ring("room", room_id)
    return entry


def note(tx: Tx, subject: Subject, code: str, **params: Any) -> None:
    """Say in the subject's room that something happened beside it; nothing where nobody has been in the room yet."""
    same = (Room.subject_kind == subject.kind) & (Room.subject_id == subject.id) & (Room.last_seq > 0)
    room_id = tx.session.execute(select(Room.id).where(same)).scalar()
    if room_id is not None:
        append(tx, room_id, "note", {"code": code, "params": params})


def lock_room(tx: Tx, room_id: str) -> Room:
    """The room's row, locked, as it is now. Raises NotFound."""
    locked = select(Room).where(Room.id == room_id).with_for_update()
    room = tx.session.execute(locked.execution_options(populate_existing=True)).scalar()
    if room is None:
        raise NotFound
    return room


def entry_of(tx: Tx, room: Room, kind: str, body: dict[str, Any], *, author: Actor, client_id: str) -> RoomEntry:
    """The next entry of a locked room; raises its `last_seq` and changes who leads where the entry says so."""
    room.last_seq += 1
    item_id = room.item_id
    change_lead(room, kind, body)
    return RoomEntry(
        room_id=room.id,
        seq=room.last_seq,
        id=clock.new_id(),
        client_id=client_id,
        type=kind,
        body=orjson.loads(orjson.dumps(body)),
        author_id=author.person_id,
        author_name=author.name,
        at=tx.at,
        item_id=room.item_id or item_id,
        ref=str(body.get("ref") or (body.get("id") if kind.startswith("annotation") else "") or ""),
    )


class Led(Protocol):
    """What has a leader: a room's row, and its likeness in memory."""

    item_id: Any
    chair_id: Any
    leader_id: Any


def change_lead(room: Led, kind: str, body: dict[str, Any]) -> None:
    """Do what a `lead` or `agenda` entry says about who leads and which item runs."""
    if kind == "lead":
        room.leader_id = str(body.get("to") or "")
    elif kind == "agenda" and body.get("action") == "start":
        room.item_id = str(body.get("item") or "")
        room.chair_id = room.leader_id = str(body.get("chair") or "")
    elif kind == "agenda" and body.get("action") == "finish":
        room.item_id = room.chair_id = room.leader_id = ""


def take_people(tx: Tx, from_room_ids: Iterable[str], to_room_id: str) -> None:
    """After the commit everybody in the `from` rooms is told `moved`: those who may enter `to` get its id, the
    others null. A meeting's room remembers where its meeting went, for those who come late."""
    for from_id in sorted(set(from_room_ids) - {to_room_id, ""}):
        waiting = (Room.id == from_id) & (Room.subject_kind == "meeting")
        tx.session.execute(update(Room).where(waiting).values(moved_to=to_room_id))
        tx.ring("moved", f"{from_id} {to_room_id}")
    tx.session.execute(update(Room).where(Room.id == to_room_id).values(moved_to=""))


class Attendance(Change):
    person_id: str
    name: str
    action: str = Field(pattern="^(join|leave)$")


@operation(policy.KEEP, audit="room.attendance")
def keep_attendance(tx: Tx, room: Room, change: Attendance) -> None:
    """Someone came while an item runs, or left."""
    if room.item_id:
        person = Actor(person_id=change.person_id, name=change.name)
        body = {"person": change.person_id, "name": change.name, "action": change.action}
        append(tx, room.id, "join_left", body, by=person)
