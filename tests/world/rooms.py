"""Rooms for tests: a made-up case whose members the test names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, false, select, true

from mdt.kernel import policy
from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction
from mdt.rooms.models import Room
from mdt.rooms.operations import OpenRoom, append, open_room

KIND = "test_case"


@dataclass(slots=True)
class Members:
    """Who may do what in every room of `KIND`; a test changes it as it goes."""

    read: set[str] = field(default_factory=set)
    post: set[str] = field(default_factory=set)
    lead: set[str] = field(default_factory=set)

    def admit(self, *people: Actor, lead: Iterable[Actor] = ()) -> None:
        for person in (*people, *lead):
            self.read.add(person.person_id)
            self.post.add(person.person_id)
        self.lead.update(person.person_id for person in lead)

    def remove(self, person: Actor) -> None:
        for who in (self.read, self.post, self.lead):
            who.discard(person.person_id)

    def declare(self) -> None:
        """Tell the kernel."""
        for access in ("read", "post", "lead"):
            policy.declare(KIND, access, self._rule(access))

    def _rule(self, access: str) -> policy.Ids:
        def ids(actor: Actor) -> Select[Any]:
            is_member = actor.person_id in getattr(self, access)
            return select(Room.subject_id).where(Room.subject_kind == KIND, true() if is_member else false())

        return ids


def make_room(subject_id: str = "one", kind: str = KIND) -> str:
    """Open the room of a made-up subject; its id."""
    with transaction(SYSTEM) as tx:
        return open_room.inside(tx, OpenRoom(subject_kind=kind, subject_id=subject_id)).id


def write(room_id: str, kind: str, body: dict[str, Any], by: Actor = SYSTEM) -> int:
    """Append as another operation would; the entry's `seq`."""
    with transaction(by) as tx:
        return append(tx, room_id, kind, body).seq


def subject_of(subject_id: str = "one") -> Subject:
    return Subject(KIND, subject_id)
