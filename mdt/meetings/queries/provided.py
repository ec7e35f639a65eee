"""What slices below ask of meetings (`kernel.policy`); called by the shell."""

from functools import partial

from mdt.kernel import policy as kernel
from mdt.meetings.policy import meeting_ids
from mdt.meetings.queries.facts import case_meetings, meeting_title


def declare_accesses() -> None:
    """Who may enter a meeting's room, post there, lead there."""
    for access in ("read", "post", "lead"):
        kernel.declare("meeting", access, partial(meeting_ids, access))


def provide_facts() -> None:
    """A case's meetings for its page, a meeting's title for its room."""
    kernel.provide("case", "meetings", case_meetings)
    kernel.provide("meeting", "title", meeting_title)
