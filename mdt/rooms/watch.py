"""The watch: rights and sessions of every open socket are asked again twice a second and at each ring; who lost them
is told `evicted` and closed. Dead, slow and unknown sockets are cut.
"""

import time
from collections.abc import Callable

import structlog

from mdt.identity.signin import live_sessions, touch_session
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Refused
from mdt.kernel.transaction import refusing_database_errors
from mdt.rooms.delivery import NAMESPACE, TOO_SLOW, Delivery
from mdt.rooms.live import Line
from mdt.rooms.queries import rooms_given
from mdt.rooms.terms import Where

log = structlog.get_logger()

TOUCH_S = 60.0
NAMELESS_S = 5.0
FLUSH_S = 0.3
"""How long a socket that is being closed may take for what already waits in its queue."""


class Watch:
    """Ends what must not go on."""

    def __init__(self, delivery: Delivery, leave: Callable[[Line], None], cut: Callable[[str], None]) -> None:
        self._delivery = delivery
        self._live = delivery.live
        self._server = delivery.server
        self._leave = leave
        self._cut = cut
        self._nameless: dict[str, float] = {}

    def check_rights(self) -> None:
        """Evict everybody whose session or right ended."""
        lines = list(self._live.lines.values())
        if not lines:
            return
        with refusing_database_errors():
            alive = live_sessions({line.actor.session_id for line in lines if line.actor.session_id})
            for line in lines:
                if not self._stands(line, alive):
                    self.evict(line, "session_ended")
        self._check_rooms()

    def _stands(self, line: Line, alive: set[str]) -> bool:
        if line.actor.session_id:
            return line.actor.session_id in alive
        return line.renew().person_id == line.actor.person_id

    def _check_rooms(self) -> None:
        joined = [line for line in self._live.lines.values() if line.is_joined]
        asked: dict[tuple[str, str], Actor] = {(line.place, line.actor.person_id): line.actor for line in joined}
        if not asked:
            return
        with refusing_database_errors(), runtime.database().reading() as session:
            given = rooms_given(session, [(room_id, who) for (room_id, _person), who in asked.items()])
        for line in joined:
            line.may = given[line.place, line.actor.person_id]
            if "read" not in line.may:
                self.evict(line, "rights")

    def rights_changed(self, key: str) -> None:
        """A ring: `key` is a person, whose roles are read anew, or `case:<id>`."""
        for line in self._live.of_person(key):
            renewed = line.renew()
            if renewed.person_id == line.actor.person_id:
                line.actor = renewed
        self.check_rights()

    def evict(self, line: Line, code: str) -> None:
        """Say why, then close: the browser does not come back by itself after a server's disconnect."""
        if line.sid not in self._live.lines:
            return
        log.info("room.evicted", person_id=line.actor.person_id, room_id=line.place, code=code)
        self._delivery.emit("evicted", {"room": line.place, "code": code}, line)
        self._leave(line)
        self._server.disconnect(line.sid, namespace=NAMESPACE)
        self.close_soon(line.eio_sid)

    def close_soon(self, eio_sid: str) -> None:
        """Close a socket without waiting for a peer that may be dead."""
        self._server.start_background_task(self._close, eio_sid)

    def _close(self, eio_sid: str) -> None:
        held = self._server.eio.sockets.get(eio_sid)
        if held is not None:
            until = time.monotonic() + FLUSH_S
            while held.queue.qsize() and time.monotonic() < until:
                self._server.sleep(0.02)
            held.close(wait=False, abort=False)
            self._server.sleep(FLUSH_S)
        self._cut(eio_sid)

    def sweep(self) -> None:
        """Cut readers that are far behind and sockets that never said who they are."""
        moment = time.monotonic()
        named = {line.eio_sid for line in self._live.lines.values()}
        open_now = set(self._server.eio.sockets)
        self._nameless = {sid: self._nameless.get(sid, moment) for sid in open_now - named}
        for eio_sid, since in self._nameless.items():
            if moment - since > NAMELESS_S:
                self.close_soon(eio_sid)
        for line in list(self._live.lines.values()):
            if self._delivery.waiting(line) > TOO_SLOW:
                log.info("room.too_slow", person_id=line.actor.person_id, room_id=line.place)
                self._cut(line.eio_sid)

    def touch_sessions(self) -> None:
        """A live room counts as being here: its sessions do not idle out."""
        moment = time.monotonic()
        for line in list(self._live.lines.values()):
            if not line.is_joined or line.where is not Where.HERE or moment - line.touched_at < TOUCH_S:
                continue
            line.touched_at = moment
            if line.actor.session_id:
                try:
                    touch_session(line.actor.session_id)
                except Refused as refusal:
                    log.warning("session.not_touched", code=refusal.code)
