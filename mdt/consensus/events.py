"""Facts of consensus."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class ConsensusDrafted(Event):
    consensus_id: str
    edition: int


@dataclass(frozen=True, slots=True)
class ConsensusProposed(Event):
    consensus_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ConsensusSigned(Event):
    consensus_id: str
    fingerprint: str
    stance: str


@dataclass(frozen=True, slots=True)
class ConsensusIssued(Event):
    """`amends_id` is the edition this one takes the place of, empty for a first one."""

    consensus_id: str
    document_id: str
    edition: int
    amends_id: str


@dataclass(frozen=True, slots=True)
class ConsensusAmended(Event):
    consensus_id: str
    edition: int
