"""Facts of follow-up."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class TaskAnswered(Event):
    """Done, not done, or open again."""

    task_id: str
    state: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class OutcomeRecorded(Event):
    outcome_id: str
    status: str
