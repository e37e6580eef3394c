"""Working days (工作日) in China: holidays and the days worked in their stead, as far as the calendar is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True, slots=True)
class Counted:
    """So many working days. `is_exact` is False where the State Council's calendar of a year is not known here, and
    Monday to Friday were counted instead."""

    days: int
    is_exact: bool


def working_days(starts: date, ends: date) -> Counted:
    """The working days from one day to another, both included; none where the second lies before the first."""
    days, is_exact = 0, True
    for offset in range((ends - starts).days + 1):
        is_working, is_known = _is_working(starts + timedelta(offset))
        days += is_working
        is_exact &= is_known
    return Counted(days, is_exact)


def last_working_day(starts: date, days: int) -> date:
    """The day on which so many working days from `starts` on, which is counted, are full."""
    day, left = starts, days
    while True:
        left -= _is_working(day)[0]
        if left <= 0:
            return day
        day += timedelta(1)


def _is_working(day: date) -> tuple[bool, bool]:
    """(whether it is a working day, whether that is known for sure)."""
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False
