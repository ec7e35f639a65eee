"""Reminders a day, an hour and ten minutes before a meeting."""

from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import Conflict, NotFound
from mdt.kernel.work import every
from mdt.meetings.operations.plan import Remind, remind_people
from mdt.meetings.queries.facts import due_reminders

INTERVAL_S = 60


@every("meetings.reminders", INTERVAL_S)
def send_reminders() -> None:
    """Tell the people of each meeting that has come near; again is no change."""
    with runtime.database().reading() as session:
        due = due_reminders(session, clock.now())
    for meeting_id, minutes in due:
        try:
            remind_people(SYSTEM, meeting_id, Remind(minutes=minutes))
        except (Conflict, NotFound):
            continue  # it was cancelled or begun in between
