"""The rooms of one serving process: entering and leaving, and the few loops that keep them going."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import socketio
import structlog

from mdt.kernel import doorbell
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import Refused
from mdt.rooms import committer
from mdt.rooms.committer import Committer
from mdt.rooms.delivery import NAMESPACE, Delivery
from mdt.rooms.live import Hall, Line, Live
from mdt.rooms.operations import Attendance, keep_attendance
from mdt.rooms.queries import entered
from mdt.rooms.transport import Wire
from mdt.rooms.watch import Watch

log = structlog.get_logger()

BELLS = ("room", "moved", "rights", "notice")


class Rooms:
    """Everything about rooms that lives in this process."""

    def __init__(self, server: socketio.Server) -> None:
        self.server = server
        self.live = Live()
        self.delivery = Delivery(server, self.live)
        self.watch = Watch(self.delivery, self.leave, cut)
        self._committer = Committer(self.delivery.spread)
        self._rings: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._is_stopping = False

    def enter(self, line: Line, after: int) -> dict[str, Any]:
        """Give the line its history and let it hear what follows.

        The hall's lock is held from reading the log until the line is in, so that nothing is missed or comes twice.
        The acknowledgement is queued before anything else: nothing yields between the lock and its sending.
        """
        with self._held_hall(line.place) as hall:
            view = entered(line.actor, line.place, after)
            if not hall.lines:
                hall.cursor = view.head
                hall.item_id, hall.chair_id = view.room.item or "", view.room.chair or ""
                hall.leader_id = view.room.leader or ""
            else:
                self.delivery.catch_up(hall.id, until=view.head)
            hall.lines[line.sid] = line
            hall.note_arrival(line.actor)
            line.is_joined, hall.is_changed = True, True
            line.may = frozenset({"read", *view.room.may})
            self.server.enter_room(line.sid, hall.id, namespace=NAMESPACE)
        who = line.actor
        you = {"id": who.person_id, "name": who.name, "role": hall.role_of(who), "may": view.room.may}
        return {
            "head": view.head,
            "entries": view.entries,
            "snapshot": view.snapshot,
            "members": hall.members(),
            "you": you,
            "state": view.room,
        }

    @contextmanager
    def _held_hall(self, room_id: str) -> Iterator[Hall]:
        """The room's hall, locked; one that was closed while we waited for its lock does not count."""
        while True:
            hall = self.live.halls.setdefault(room_id, Hall(room_id, cursor=0))
            with hall.lock:
                if self.live.halls.get(room_id) is hall:
                    yield hall
                    return

    def leave(self, line: Line) -> None:
        """The line hears its room no more."""
        hall = self.live.hall_of(line)
        line.is_joined = False
        line.slots.clear()
        if hall is None or hall.lines.pop(line.sid, None) is None:
            return
        hall.is_changed = True
        self.server.leave_room(line.sid, hall.id, namespace=NAMESPACE)
        who = line.actor
        if who.person_id in hall.attending and who.person_id not in hall.people():
            hall.leaving[who.person_id] = (time.monotonic(), who.name)

    def start(self) -> None:
        """Start the committer and the loops; from now on posts of this process go through them."""
        self._committer.start()
        committer.use(self._committer)
        for bell in BELLS:
            doorbell.listen(bell, self._ear(bell))
        self._loop(self._answer_bells, 0)
        self._loop(self.delivery.flush_slots, 0.025)
        self._loop(self.delivery.show_presence, 0.1)
        self._loop(self._watch, 0.5)
        self._loop(self.delivery.poll_rooms, 1)
        self._loop(self._keep_attendance, 1)
        self._loop(self.delivery.tell_notices, 2)
        self._loop(self._housekeeping, 1)

    def stop(self) -> None:
        """Commit what waits and close every socket; the browsers come back to the next process."""
        self._is_stopping = True
        self._committer.stop()
        committer.use_none()
        for eio_sid in list(self.server.eio.sockets):
            cut(eio_sid)

    def _ear(self, bell: str) -> Callable[[str], None]:
        return lambda key: self._rings.put((bell, key))

    def _loop(self, run: Callable[[], None], every_s: float) -> None:
        threading.Thread(target=self._forever, args=(run, every_s), name=run.__name__, daemon=True).start()

    def _forever(self, run: Callable[[], None], every_s: float) -> None:
        while not self._is_stopping:
            try:
                run()
            except Refused as refusal:
                log.warning("rooms.waiting", loop=run.__name__, code=refusal.code)
            except Exception:  # the outermost loop; the next round tries again
                log.exception("rooms.failed", loop=run.__name__)
            time.sleep(every_s)

    def _answer_bells(self) -> None:
        bell, key = self._rings.get()
        if bell == "room":
            self.delivery.catch_up(key)
        elif bell == "moved":
            from_id, _space, to_id = key.partition(" ")
            self.delivery.move(from_id, to_id)
        elif bell == "rights":
            self.watch.rights_changed(key)
        else:
            self.delivery.tell_notices(key)

    def _watch(self) -> None:
        self.watch.check_rights()

    def _keep_attendance(self) -> None:
        for room_id, person_id, name, action in self.delivery.attendance():
            keep_attendance(SYSTEM, room_id, Attendance(person_id=person_id, name=name, action=action))

    def _housekeeping(self) -> None:
        self.delivery.mark_lost()
        self.watch.sweep()
        self.watch.touch_sessions()
        for hall in list(self.live.halls.values()):
            self._close_if_empty(hall)

    def _close_if_empty(self, hall: Hall) -> None:
        if not hall.lock.acquire(blocking=False):
            return  # somebody is entering
        try:
            if not hall.lines and not hall.leaving and not hall.arrived:
                self.live.halls.pop(hall.id, None)
        finally:
            hall.lock.release()


def cut(eio_sid: str) -> None:
    """End the TCP connection of a socket."""
    wire = Wire.wires.get(eio_sid)
    if wire is not None:
        wire.cut()


def wire_json(encode: Callable[[Any], bytes]) -> Any:
    """The JSON of the wire: ours outward (times, models), the standard library's inward (it takes what people send;
    lone surrogates are refused with a code later)."""
    return SimpleNamespace(dumps=lambda value, **_options: encode(value).decode(), loads=json.loads)
