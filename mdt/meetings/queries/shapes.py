"""The forms in which meetings are shown: frozen, JSON-able, patient data only where the reader may see it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from mdt.cases.terms import Outcome, Sex, Urgency
from mdt.identity.queries import HospitalCard, PersonCard
from mdt.meetings.terms import AbsenceCode, InvitationState, ItemState, MeetingKind, MeetingState


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class ItemCase(Shape):
    """What somebody invited may know of a case before accepting: no name, no images."""

    number: str
    title: str
    question: str
    hospital: HospitalCard
    urgency: Urgency
    sex: Sex | None
    age: int | None


class ItemView(Shape):
    """One case's turn. `case_id` and `case` are null for a case the reader may not know of; `room_id` is null, and
    `missing` empty, for who may not see its images (yet)."""

    id: str
    case_id: str | None
    room_id: str | None
    position: int
    minutes: int
    presenter: PersonCard | None
    state: ItemState
    outcome: Outcome | None
    reason: str
    missing: list[str]
    score: int | None
    override_reason: str
    started_at: datetime | None
    finished_at: datetime | None
    version: int
    case: ItemCase | None
    allowed: list[str]


class InvitationView(Shape):
    """`substitute` is who comes instead, where somebody does."""

    id: str
    person: PersonCard
    state: InvitationState
    code: AbsenceCode | None
    reason: str
    substitute: PersonCard | None
    invited_at: datetime
    answered_at: datetime | None
    version: int


class InvitationList(Shape):
    items: list[InvitationView]


class Clash(Shape):
    """Something to see, never a refusal. `code`: `person_busy` (with whom, and when the other meeting is),
    `over_budget` (minutes beyond the length), `one_hospital` (all experts come from a requesting hospital),
    `chair_declined`, `short_gap` (under ten minutes between two meetings of a person)."""

    code: str
    person: PersonCard | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    minutes: int | None = None
    number: str | None = None


class MeetingRow(Shape):
    """A meeting in lists and calendars."""

    id: str
    number: str
    title: str
    kind: MeetingKind
    state: MeetingState
    starts_at: datetime
    ends_at: datetime
    duration_min: int
    chair: PersonCard | None
    cases: int
    accepted: int
    invited: int
    mine: InvitationState | None


class MeetingList(Shape):
    items: list[MeetingRow]
    next: str | None


class MeetingView(Shape):
    """A meeting as its reader may see it. `signers` counts chair and accepted; `quorum_met` compares it."""

    id: str
    number: str
    title: str
    kind: MeetingKind
    state: MeetingState
    version: int
    starts_at: datetime
    ends_at: datetime
    duration_min: int
    hospital: HospitalCard
    chair: PersonCard | None
    deputy: PersonCard | None
    stand_in: PersonCard | None
    quorum: int
    signers: int
    quorum_met: bool
    call_link: str
    call_provider: str
    room_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    agenda: list[ItemView]
    minutes_planned: int
    invitations: list[InvitationView]
    mine: InvitationView | None
    clashes: list[Clash]
    allowed: list[str]
