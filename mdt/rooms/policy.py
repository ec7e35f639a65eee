"""Who may enter and post: whoever the room's subject (a case, a meeting) gives `read`, `post`, `lead`."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, false, or_, true

from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, governed, never, subject_kinds
from mdt.rooms.models import Room


def _given(access: str) -> Callable[[Actor], ColumnElement[bool]]:
    def rule(actor: Actor) -> ColumnElement[bool]:
        kinds = [
            (Room.subject_kind == kind) & governed(Room.subject_id, kind, access, actor)
            for kind in subject_kinds(access)
        ]
        return or_(false(), *kinds)

    return rule


def _the_system(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


READ: Permission[Room] = Permission("room.read", Room, _given("read"))
POST: Permission[Room] = Permission("room.post", Room, _given("post"), see=READ)
KEEP: Permission[Room] = Permission("room.keep", Room, _the_system)
OPEN: Permission[Room] = Permission("room.open", Room, never)


def only_watches(actor: Actor) -> bool:
    """A trainee without another part in care: hands only."""
    return actor.has(Role.TRAINEE) and not actor.has(*CLINICAL, Role.COORDINATOR)
