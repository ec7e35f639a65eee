"""A routine case waits on China's working days; what is urgent waits around the clock."""

from datetime import date, datetime, timedelta

import pytest

from mdt.cases.deadlines import is_late, is_working_day, working_time
from mdt.cases.terms import State, Urgency
from mdt.kernel.clock import SHANGHAI


def at(day: int, month: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),  # the first day of the year, a Tuesday
        (date(2026, 10, 10), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 25), True),
        (date(2099, 1, 2), True),  # nobody has published that year: a Friday
        (date(2099, 1, 3), False),
    ],
)
def test_working_days_are_the_published_ones(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_holiday_stops_the_clock_of_a_routine_case_only() -> None:
    before, after = at(30, 9, 16), at(8, 10, 9)
    assert working_time(before, after) == timedelta(hours=8 + 9)
    assert not is_late(State.SUBMITTED, Urgency.ROUTINE, before, after)
    assert is_late(State.SUBMITTED, Urgency.URGENT, before, after)


def test_a_shifted_saturday_counts() -> None:
    friday, saturday = at(13, 2, 9), at(14, 2, 10)
    assert is_late(State.SUBMITTED, Urgency.ROUTINE, friday, saturday)
    assert not is_late(State.SUBMITTED, Urgency.ROUTINE, at(20, 11, 9), at(22, 11, 10))
