"""How long a case may wait in a state before somebody should be alarmed. Pure functions; a routine case waits only
on China's working days."""

from datetime import date, datetime, timedelta

import chinese_calendar

from mdt.cases.terms import State, Urgency
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.i18n import gettext

DAY = timedelta(days=1)
LIMITS: dict[State, dict[Urgency, timedelta]] = {
    State.SUBMITTED: {
        Urgency.EMERGENCY: timedelta(minutes=10),
        Urgency.URGENT: timedelta(hours=2),
        Urgency.ROUTINE: DAY,
    },
    State.ACCEPTED: {
        Urgency.EMERGENCY: timedelta(minutes=30),
        Urgency.URGENT: DAY,
        Urgency.ROUTINE: 3 * DAY,
    },
    State.DISCUSSED: {
        Urgency.EMERGENCY: timedelta(hours=2),
        Urgency.URGENT: timedelta(hours=4),
        Urgency.ROUTINE: DAY,
    },
}


def is_late(state: State, urgency: Urgency, since: datetime, now: datetime) -> bool:
    """Whether a case has waited in `state` longer than its urgency allows."""
    limit = LIMITS.get(state, {}).get(urgency)
    if limit is None:
        return False
    waited = working_time(since, now) if urgency is Urgency.ROUTINE else now - since
    return waited > limit


def working_time(since: datetime, now: datetime) -> timedelta:
    """Time between two moments without the days on which China does not work."""
    total = timedelta()
    here = since.astimezone(SHANGHAI)
    end = now.astimezone(SHANGHAI)
    while here < end:
        midnight = (here + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        if is_working_day(here.date()):
            total += min(midnight, end) - here
        here = midnight
    return total


def is_working_day(day: date) -> bool:
    """By the State Council's calendar: holidays are off, shifted weekends (调休) are worked. Monday to Friday in a year
    that the calendar does not know: its notice comes in the November before, and the lock file is renewed then."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def waited_words(since: datetime, now: datetime) -> str:
    """`38 分`, `31 小时`, `3 天`: how long it has waited, in one unit."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return gettext("%(n)s 分", n=minutes)
    if minutes < 48 * 60:
        return gettext("%(n)s 小时", n=minutes // 60)
    return gettext("%(n)s 天", n=minutes // 1440)
