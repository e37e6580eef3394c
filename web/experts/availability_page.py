"""The years of an expert as strips."""

from __future__ import annotations

from typing import Any

from models import Expert
from web.experts.section_forms import TimesForm
from web.services.availability import Window, current, merged, years_shown
from web.services.need_submission import today_in_china

Strip = tuple[int, list[dict[str, Any]]]


def strips(form: TimesForm | None, profile: Expert) -> list[Strip]:
    """(year, windows) of the coming years: as the form has them, where they make sense, else as they are kept."""
    today = today_in_china()
    windows = form.window_values if form else current(profile.windows, today)
    return strips_of([window for window in windows if window.starts <= window.ends])


def next_strip(profile: Expert) -> list[Strip]:
    """The first year in which the expert is available; this year where there is none."""
    every = strips(None, profile)
    return [(y, w) for y, w in every if any(one["start"].year <= y <= one["end"].year for one in w)][:1] or every[:1]


def strips_of(windows: list[Window]) -> list[Strip]:
    """(year, windows) of the coming years."""
    joined = merged(windows).windows
    shown = [{"start": w.starts, "end": w.ends, "kind": "available", "text": ""} for w in joined]
    return [(year, shown) for year in years_shown(joined, today_in_china())]
