"""Facts of identity."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class PersonDeactivated(Event):
    person_id: str


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    session_id: str
    person_id: str
