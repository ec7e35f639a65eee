"""Who is here: the sockets of this process and the rooms they are in. Memory only; the database is the truth."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mdt.identity.terms import Role
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.rooms.terms import Where

HOME = "home"
SIGNALS_PER_S = 40.0
KINDS = 12
"""How many kinds of signals a socket may use."""
RANKS = (
    Role.COORDINATOR,
    Role.EXPERT,
    Role.PHYSICIAN,
    Role.TOWNSHIP,
    Role.TECHNICIAN,
    Role.TRAINEE,
    Role.HOSPITAL_ADMIN,
    Role.ADMIN,
)
"""Which of several roles a member is shown with."""


@dataclass(slots=True, eq=False)
class Line:
    """One socket: `renew` finds its actor anew, `slots` holds the newest signal of each (sender, type) that waits
    for a slow reader; `place` is the room of its address, `is_joined` that it hears that room."""

    sid: str
    eio_sid: str
    actor: Actor
    renew: Callable[[], Actor]
    place: str
    is_joined: bool = False
    may: frozenset[str] = frozenset()
    where: Where = Where.HERE
    follows: bool = True
    slots: dict[tuple[str, str], Any] = field(default_factory=dict)
    told_notice: str = field(default_factory=clock.new_id)
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    touched_at: float = field(default_factory=time.monotonic)

    def takes_signal(self, kind: str) -> bool:
        """The sender's token buckets, one per kind of signal: 40 a second, no more than 40 at once."""
        moment = time.monotonic()
        tokens, filled_at = self.buckets.get(kind, (SIGNALS_PER_S, moment))
        tokens = min(SIGNALS_PER_S, tokens + (moment - filled_at) * SIGNALS_PER_S)
        if tokens < 1 or (kind not in self.buckets and len(self.buckets) >= KINDS):
            return False
        self.buckets[kind] = (tokens - 1, moment)
        return True


@dataclass(slots=True, eq=False)
class Hall:
    """A room with local members. `cursor` is the last `seq` given to them; the lock keeps delivery in order and is
    held while somebody enters, so that history and what follows neither overlap nor leave a gap."""

    id: str
    cursor: int
    item_id: str = ""
    chair_id: str = ""
    leader_id: str = ""
    lines: dict[str, Line] = field(default_factory=dict)
    attending: set[str] = field(default_factory=set)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    leaving: dict[str, tuple[float, str]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    is_changed: bool = False

    def note_arrival(self, who: Actor) -> None:
        """Somebody is here while an item runs; each is to be written down once."""
        self.leaving.pop(who.person_id, None)
        if self.item_id and who.person_id not in self.attending:
            self.attending.add(who.person_id)
            self.arrived.append((who.person_id, who.name))

    def gone(self, since: float) -> list[tuple[str, str]]:
        """Id and name of those who left before `since` (monotonic seconds) and did not come back; said once."""
        left = [(person_id, name) for person_id, (at, name) in self.leaving.items() if at <= since]
        for person_id, _name in left:
            del self.leaving[person_id]
            self.attending.discard(person_id)
        return left

    def people(self) -> dict[str, Actor]:
        return {line.actor.person_id: line.actor for line in self.lines.values()}

    def members(self) -> list[dict[str, Any]]:
        """The people here, not their sockets; of several sockets the liveliest counts."""
        order = list(Where)
        best: dict[str, Line] = {}
        for line in self.lines.values():
            held = best.get(line.actor.person_id)
            if held is None or order.index(line.where) < order.index(held.where):
                best[line.actor.person_id] = line
        return [self._member(line) for line in best.values()]

    def _member(self, line: Line) -> dict[str, Any]:
        who = line.actor
        return {
            "id": who.person_id,
            "name": who.name,
            "role": self.role_of(who),
            "state": line.where.value,
            "follow": line.follows,
        }

    def role_of(self, who: Actor) -> str:
        if who.person_id == self.chair_id:
            return "chair"
        return next((role.value for role in RANKS if role in who.roles), "member")


@dataclass(slots=True, eq=False)
class Live:
    """All sockets and halls of this process."""

    lines: dict[str, Line] = field(default_factory=dict)
    halls: dict[str, Hall] = field(default_factory=dict)

    def of_person(self, person_id: str) -> list[Line]:
        return [line for line in self.lines.values() if line.actor.person_id == person_id]

    def at_home(self, person_id: str = "") -> Iterator[Line]:
        for line in list(self.lines.values()):
            if line.place == HOME and person_id in ("", line.actor.person_id):
                yield line

    def hall_of(self, line: Line) -> Hall | None:
        return self.halls.get(line.place) if line.is_joined else None
