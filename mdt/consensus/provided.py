"""What slices below ask of consensus (`kernel.policy.provide`)."""

from mdt.consensus.queries import documents_of_case, editions_of_case
from mdt.kernel import policy


def provide_facts() -> None:
    """Register with the kernel; called by the shell."""
    policy.provide("case", "documents", documents_of_case)
    policy.provide("case", "consensus", editions_of_case)
