"""Rooms for tests: a made-up case whose members the test names."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Select, false, select, true

from mdt.kernel import policy
from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction
from mdt.rooms.models import Room
from mdt.rooms.operations import OpenRoom, append, open_room

KIND = "test_case"


ACCESSES = ("read", "post", "lead")


@dataclass(slots=True)
class Members:
    """Who may do what in every room of `KIND`; a test changes it as it goes. Kept in a file it holds for a server
    process too."""

    file: Path | None = None
    given: dict[str, set[str]] = field(default_factory=lambda: {access: set() for access in ACCESSES})

    @classmethod
    def kept_in(cls, file: Path) -> "Members":
        return cls(file)

    def admit(self, *people: Actor, lead: Iterable[Actor] = ()) -> None:
        """Let people read and post; those in `lead` chair."""
        for person in (*people, *lead):
            self.given["read"].add(person.person_id)
            self.given["post"].add(person.person_id)
        self.given["lead"].update(person.person_id for person in lead)
        self._keep()

    def remove(self, person: Actor, *accesses: str) -> None:
        """Take all access away, or only what is named."""
        for access in accesses or ACCESSES:
            self.given[access].discard(person.person_id)
        self._keep()

    def declare(self) -> None:
        """Tell the kernel."""
        for access in ACCESSES:
            policy.declare(KIND, access, self._rule(access))

    def _keep(self) -> None:
        if self.file:
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps({access: sorted(ids) for access, ids in self.given.items()}))
            fresh.replace(self.file)

    def _rule(self, access: str) -> policy.Ids:
        def ids(actor: Actor) -> Select[Any]:
            given = json.loads(self.file.read_text()) if self.file else self.given
            is_member = actor.person_id in given[access]
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
