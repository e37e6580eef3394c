"""When an expert may serve: spans of days in the coming years, both ends included, which never overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import AvailabilityWindow
from web.services.profile_checks import Checks

YEARS_AHEAD = 3
MOST_WINDOWS = 24


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From the first day to the last."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Merged:
    """The windows without overlaps, in order, and those of them that were made of several."""

    windows: tuple[Window, ...]
    joined: tuple[Window, ...]


def horizon(today: date) -> date:
    """The last day that a window may reach: the end of the month, three years on."""
    first = date(today.year + YEARS_AHEAD, today.month, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def merged(windows: Iterable[Window]) -> Merged:
    """Windows that overlap or follow each other without a gap become one."""
    result: list[tuple[Window, int]] = []
    for window in sorted(windows):
        if result and window.starts <= result[-1][0].ends + timedelta(days=1):
            last, count = result[-1]
            result[-1] = (Window(last.starts, max(last.ends, window.ends)), count + 1)
        else:
            result.append((window, 1))
    return Merged(tuple(w for w, _ in result), tuple(w for w, count in result if count > 1))


def current(windows: Iterable[AvailabilityWindow], today: date) -> tuple[Window, ...]:
    """The windows that are not over yet."""
    return tuple(Window(row.starts, row.ends) for row in windows if row.ends >= today)


def rows(windows: Iterable[Window], today: date) -> list[AvailabilityWindow]:
    """The windows as new rows, overlaps merged; those that are over are left out."""
    kept = [window for window in windows if window.ends >= today]
    return [AvailabilityWindow(starts=window.starts, ends=window.ends) for window in merged(kept).windows]


def check_windows(checks: Checks, windows: Sequence[Window], today: date) -> None:
    """Each window is in order, not over, and within the coming years; problems name its row: `windows-2-ends`."""
    latest = horizon(today)
    if len(windows) > MOST_WINDOWS:
        checks.report("windows", f"最多填 {MOST_WINDOWS} 段时间", f"At most {MOST_WINDOWS} periods can be given")
    for number, window in enumerate(windows):
        field = f"windows-{number}-ends"
        if window.ends < window.starts:
            checks.report(
                field,
                f"结束日期 {window.ends} 早于开始日期 {window.starts}",
                f"The last day, {window.ends}, is before the first day, {window.starts}",
            )
        elif window.ends < today:
            checks.report(
                field, f"这段时间到 {window.ends} 已经过去", f"This period ended on {window.ends}, which is past"
            )
        elif window.ends > latest:
            checks.report(
                field,
                f"只能填到 {latest}（今后 {YEARS_AHEAD} 年内），现在填了 {window.ends}",
                f"Periods may reach to {latest} ({YEARS_AHEAD} years ahead), not to {window.ends}",
            )


def years_shown(windows: Iterable[Window], today: date) -> tuple[int, ...]:
    """The years of the strip: this one and the next two, and the third when a window reaches it."""
    last = max([today.year + YEARS_AHEAD - 1, *(window.ends.year for window in windows)])
    return tuple(range(today.year, min(last, today.year + YEARS_AHEAD) + 1))
