"""Facts of cases: ids and codes only; words that people wrote (reasons) stand in them, patient data does not."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class CaseDrafted(Event):
    pass


@dataclass(frozen=True, slots=True)
class CaseEdited(Event):
    """`changed` are the names of the fields."""

    changed: list[str]


@dataclass(frozen=True, slots=True)
class CaseSubmitted(Event):
    """`again` after a return; `missing` are the readiness keys that were open."""

    again: bool
    score: int
    missing: list[str]


@dataclass(frozen=True, slots=True)
class CaseReturned(Event):
    keys: list[str]


@dataclass(frozen=True, slots=True)
class CaseAccepted(Event):
    route: str


@dataclass(frozen=True, slots=True)
class CaseDeclined(Event):
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseScheduled(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class CasePostponed(Event):
    code: str


@dataclass(frozen=True, slots=True)
class DiscussionBegan(Event):
    pass


@dataclass(frozen=True, slots=True)
class DiscussionEnded(Event):
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseConcluded(Event):
    pass


@dataclass(frozen=True, slots=True)
class FollowUpBegan(Event):
    pass


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(Event):
    reason: str


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    reason: str


@dataclass(frozen=True, slots=True)
class CaseReopened(Event):
    round: int


@dataclass(frozen=True, slots=True)
class MaterialAdded(Event):
    material_id: str
    kind: str
    via: str


@dataclass(frozen=True, slots=True)
class MaterialRemoved(Event):
    material_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class MemberGranted(Event):
    person_id: str
    relation: str


@dataclass(frozen=True, slots=True)
class MemberRevoked(Event):
    person_id: str
