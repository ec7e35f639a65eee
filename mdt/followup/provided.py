"""What slices below ask of follow-up (`kernel.policy.provide`)."""

from mdt.followup.queries import outcome_of_case, tasks_of_case, unfinished
from mdt.kernel import policy


def provide_facts() -> None:
    """Register with the kernel; called by the shell."""
    policy.provide("case", "tasks", tasks_of_case)
    policy.provide("case", "outcome", outcome_of_case)
    policy.provide("case", "unfinished", unfinished)
