"""Whole weeks of days, Monday first, as a calendar page shows them."""

import calendar
from datetime import date, timedelta

WEEKS = calendar.Calendar(firstweekday=calendar.MONDAY)


def month_grid(day: date) -> list[list[date]]:
    """The weeks that touch the month of `day`."""
    return WEEKS.monthdatescalendar(day.year, day.month)


def week_grid(day: date) -> list[list[date]]:
    """The week of `day`."""
    monday = day - timedelta(days=day.weekday())
    return [[monday + timedelta(days=count) for count in range(7)]]


def month_after(day: date, months: int) -> date:
    """The first of the month so many months from that of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
