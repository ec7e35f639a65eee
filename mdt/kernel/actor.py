"""Who acts: a person in the role they hold at one hospital, or the system itself."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as known when the request began.

    `signed_in_at` is the time of the last proof of identity (sign-in or step-up); `kind` is `person`, `token` (a
    program with a person's token), `system` (workers, reactions) or `nobody` (public pages).
    """

    person_id: str
    name: str = ""
    hospital_id: str = ""
    department: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    session_id: str = ""
    signed_in_at: datetime | None = None
    kind: str = "person"
    scope: frozenset[str] = field(default_factory=frozenset)
    lang: str = ""
    request_id: str = ""

    def has(self, *roles: str) -> bool:
        """True when the actor holds at least one of `roles` at their hospital."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(person_id="system", name="系统", kind="system")
NOBODY = Actor(person_id="", kind="nobody")
