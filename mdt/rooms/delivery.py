"""Delivery: every entry once, in order of `seq`, after its commit, to everybody in the room; signals newest first to
go and none guaranteed. It knows the stock server's queues; what it sends with can be replaced beneath it.
"""

import time
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import orjson
import socketio
from engineio import packet as engine_packet

from mdt.kernel import runtime
from mdt.kernel.i18n import in_language
from mdt.kernel.transaction import refusing_database_errors
from mdt.notices.queries import count_unread, notices_after
from mdt.rooms.live import Hall, Line, Live
from mdt.rooms.models import RoomEntry
from mdt.rooms.operations import change_lead
from mdt.rooms.queries import entries_after, entry_view, heads, who_may_enter
from mdt.rooms.terms import ROOM_TYPES, Where

NAMESPACE = "/room"
BUSY = 4
"""Packets waiting in a reader's queue from which on signals wait in slots."""
TOO_SLOW = 2000
"""Packets waiting in a reader's queue at which it is cut; it comes back and resumes."""
LEAVE_S = 5.0
"""Grace before somebody who is gone is written down as having left: a reloaded page comes back sooner."""


class Delivery:
    """Sends to the sockets of this process."""

    def __init__(self, server: socketio.Server, live: Live) -> None:
        self.server = server
        self.live = live

    def emit(self, event: str, message: Any, line: Line) -> None:
        self.server.emit(event, message, to=line.sid, namespace=NAMESPACE)

    # entries

    def spread(self, entries: Sequence[RoomEntry]) -> None:
        """Deliver entries just committed; they come in order within each room."""
        for room_id, of_room in groupby(sorted(entries, key=_place), key=lambda entry: entry.room_id):
            self.catch_up(room_id, list(of_room))

    def catch_up(self, room_id: str, fresh: Sequence[RoomEntry] = (), *, until: int | None = None) -> None:
        """Deliver what lies beyond the cursor (to `until`): `fresh` if it follows without a gap, else from the
        database."""
        hall = self.live.halls.get(room_id)
        if hall is None:
            return
        with hall.lock:
            fresh = [entry for entry in fresh if entry.seq > hall.cursor]
            if not fresh or fresh[0].seq != hall.cursor + 1:
                with refusing_database_errors(), runtime.database().reading() as session:
                    fresh = entries_after(session, room_id, hall.cursor)
            for entry in fresh:
                if until is None or entry.seq <= until:
                    self._deliver(hall, entry)

    def _deliver(self, hall: Hall, entry: RoomEntry) -> None:
        hall.cursor = entry.seq
        own = [line for line in hall.lines.values() if entry.is_secret and line.actor.person_id == entry.author_id]
        message = entry_view(entry, "").model_dump()
        skipped = [line.sid for line in own]
        self.server.emit("entry", message, to=hall.id, skip_sid=skipped, namespace=NAMESPACE)
        for line in own:
            self.emit("entry", entry_view(entry, entry.author_id).model_dump(), line)
        if entry.type in ROOM_TYPES:
            change_lead(hall, entry.type, entry.body)
            hall.is_changed = True
        if entry.type == "agenda" and entry.body.get("action") in ("start", "finish"):
            hall.attending.clear()
            hall.leaving.clear()
            for who in hall.people().values():
                hall.note_arrival(who)

    def poll_rooms(self) -> None:
        """Behind the doorbell: rooms whose log grew without a ring here."""
        cursors = {room_id: hall.cursor for room_id, hall in self.live.halls.items()}
        if not cursors:
            return
        with refusing_database_errors(), runtime.database().reading() as session:
            grown = [room_id for room_id, head in heads(session, cursors).items() if head > cursors[room_id]]
        for room_id in grown:
            self.catch_up(room_id)

    # signals

    def signal(self, sender: Line, hall: Hall, kind: str, body: dict[str, Any]) -> None:
        """Pass a signal to everybody but its sender. A reader that is behind gets the newest of each kind later."""
        who = {"id": sender.actor.person_id, "name": sender.actor.name}
        message = {"room": hall.id, "type": kind, "body": body, "by": who}
        encoded = self.server.packet_class(2, data=["signal", message], namespace=NAMESPACE).encode()
        packet = engine_packet.Packet(engine_packet.MESSAGE, encoded)
        key = (sender.sid, f"{kind}{body.get('viewport', '')}"[:40])
        for line in list(hall.lines.values()):
            if line is sender:
                continue
            if self.waiting(line) < BUSY and key not in line.slots:
                self.server.eio.send_packet(line.eio_sid, packet)
            else:
                line.slots[key] = packet

    def flush_slots(self) -> None:
        """Send the waiting signals of readers that have caught up."""
        for line in list(self.live.lines.values()):
            if line.slots and self.waiting(line) < BUSY:
                packets, line.slots = list(line.slots.values()), {}
                for packet in packets:
                    self.server.eio.send_packet(line.eio_sid, packet)

    def waiting(self, line: Line) -> int:
        """Packets in the line's queue."""
        held = self.server.eio.sockets.get(line.eio_sid)
        return int(held.queue.qsize()) if held is not None else 0

    # presence

    def show_presence(self) -> None:
        """Tell the rooms whose members changed who is here."""
        for hall in list(self.live.halls.values()):
            if hall.is_changed:
                hall.is_changed = False
                message = {"room": hall.id, "members": hall.members()}
                self.server.emit("presence", message, to=hall.id, namespace=NAMESPACE)

    def mark_lost(self) -> None:
        """Lost: a ping has been waiting for its answer for 3 s, 8 s since anything was heard."""
        moment = time.time()
        for hall in list(self.live.halls.values()):
            for line in list(hall.lines.values()):
                held = self.server.eio.sockets.get(line.eio_sid)
                is_lost = bool(held and held.last_ping and moment - held.last_ping > 3)
                if is_lost != (line.where is Where.LOST):
                    line.where = Where.LOST if is_lost else Where.HERE
                    hall.is_changed = True

    def attendance(self) -> list[tuple[str, str, str, str]]:
        """What is to be written: (room, person, name, join|leave) since the last call, while items run."""
        found: list[tuple[str, str, str, str]] = []
        since = time.monotonic() - LEAVE_S
        for hall in list(self.live.halls.values()):
            arrived, hall.arrived = hall.arrived, []
            found += [(hall.id, person_id, name, "join") for person_id, name in arrived]
            found += [(hall.id, person_id, name, "leave") for person_id, name in hall.gone(since)]
        return found

    # moves and notices

    def move(self, from_id: str, to_id: str) -> None:
        """Tell everybody in `from_id` where the meeting went; null for those who may not go there."""
        hall = self.live.halls.get(from_id)
        if hall is None:
            return
        with refusing_database_errors(), runtime.database().reading() as session:
            allowed = who_may_enter(session, hall.people().values(), to_id)
        for line in list(hall.lines.values()):
            to = to_id if line.actor.person_id in allowed else None
            self.emit("moved", {"room": from_id, "to": to}, line)

    def tell_notices(self, person_id: str = "") -> None:
        """Send new notices to the person's (or everybody's) sockets at home."""
        for line in self.live.at_home(person_id):
            with refusing_database_errors(), runtime.database().reading() as session, in_language(line.actor.lang):
                fresh = notices_after(session, line.actor.person_id, line.told_notice)
                unread = count_unread(session, line.actor.person_id) if fresh else 0
            for notice in fresh:
                line.told_notice = notice.id
                self.emit("notice", notice.model_dump() | {"unread": unread}, line)


def _place(entry: RoomEntry) -> tuple[str, int]:
    return (entry.room_id, entry.seq)


def is_small(body: dict[str, Any], limit: int) -> bool:
    """Whether a signal's body is JSON of at most `limit` bytes."""
    try:
        return len(orjson.dumps(body)) <= limit
    except TypeError:
        return False
