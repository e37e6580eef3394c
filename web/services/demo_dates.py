"""When things happened in the demo: plausible times in the last sixty days, the same ones relative to every loading."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from models.choices import NeedState

OPENS, CLOSES = 1, 9
"""Hours of a working day in UTC: 9 to 17 in Beijing."""
AHEAD = timedelta(days=21)
"""Every deadline lies at least so far ahead when the demo is loaded."""

_AGES = {
    NeedState.PUBLISHED: (9, 58),
    NeedState.SUBMITTED: (2, 9),
    NeedState.RETURNED: (6, 15),
    NeedState.DRAFT: (1, 10),
}
"""State → how many days ago a need was begun."""


@dataclass(frozen=True, slots=True)
class NeedTimes:
    """When a need was begun, handed in, and decided on."""

    created: datetime
    submitted: datetime
    decided: datetime


def need_times(code: str, state: NeedState, now: datetime, *, earlier: int = 0) -> NeedTimes:
    """The times of one need: begun, handed in within two days, decided on one to four days later.

    `earlier`: by so many days, so that what came of it could begin.
    """
    now -= timedelta(days=earlier)
    dice = random.Random(f"need {code}")  # noqa: S311 - plausible, not secret
    created = _at_work(dice, now, dice.randint(*_AGES[state]))
    submitted = created + timedelta(minutes=dice.randint(12, 200)) + timedelta(days=dice.randint(0, 1))
    decided = submitted + timedelta(days=dice.randint(1, 4), minutes=dice.randint(-90, 90))
    return NeedTimes(created, submitted, decided)


def organisation_times(code: str, now: datetime, *, earlier: int = 0) -> tuple[datetime, datetime]:
    """When an organisation signed up, and when it was verified; `earlier` by so many days."""
    now -= timedelta(days=earlier)
    dice = random.Random(f"organisation {code}")  # noqa: S311 - likewise
    signed_up = _at_work(dice, now, dice.randint(62, 75))
    return signed_up, signed_up + timedelta(days=dice.randint(1, 3), minutes=dice.randint(0, 120))


def expert_times(code: str, now: datetime, *, earlier: int = 0) -> tuple[datetime, datetime]:
    """When a profile was begun, and when it was last changed; `earlier` by so many days."""
    now -= timedelta(days=earlier)
    dice = random.Random(f"expert {code}")  # noqa: S311 - likewise
    begun = _at_work(dice, now, dice.randint(3, 60))
    return begun, min(begun + timedelta(days=dice.randint(0, 20), minutes=dice.randint(5, 90)), now)


def _at_work(dice: random.Random, now: datetime, days_ago: int) -> datetime:
    day = (now.astimezone(UTC) - timedelta(days=days_ago)).date()
    return datetime(day.year, day.month, day.day, dice.randint(OPENS, CLOSES - 4), dice.randint(0, 59), tzinfo=UTC)


def years_to_shift(deadlines: Iterable[date], today: date) -> int:
    """By how many whole years the demo's dates must move, so that no deadline has passed."""
    earliest = min(deadlines, default=None)
    years = 0
    while earliest is not None and shifted(earliest, years) < today + AHEAD:
        years += 1
    return years


def shifted(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def first_day(month: str, years: int) -> date:
    """The first day of `YYYY-MM`, some years later."""
    year, number = map(int, month.split("-"))
    return date(year + years, number, 1)


def last_day(month: str, years: int) -> date:
    """The last day of `YYYY-MM`, some years later."""
    start = first_day(month, years)
    return start.replace(day=calendar.monthrange(start.year, start.month)[1])
