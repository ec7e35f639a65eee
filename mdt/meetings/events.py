"""Facts of meetings. Ids only."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class MeetingPlanned(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class MeetingChanged(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class MeetingStarted(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class MeetingEnded(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class MeetingCancelled(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class ChairStoodIn(Event):
    """The chair was lost; `person_id` leads."""

    meeting_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class ItemAdded(Event):
    """`subject` is the case."""

    meeting_id: str
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemOverridden(Event):
    """A case went onto the agenda though musts were missing: a measure."""

    meeting_id: str
    item_id: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRemoved(Event):
    meeting_id: str
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemStarted(Event):
    meeting_id: str
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemFinished(Event):
    meeting_id: str
    item_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PersonInvited(Event):
    invitation_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class InvitationAnswered(Event):
    invitation_id: str
    person_id: str
    state: str
