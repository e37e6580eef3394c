"""Rows as the cards of components/match.html show them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models import Need
from web.formats import day, days, money
from web.gazetteer import place_name
from web.labels import mode_label
from web.language import named, pick

SUMMARY_CHARS = 110


def need_card(need: Need, url: str, *, shows_state: bool = False) -> dict[str, Any]:
    """A need's card: public fields only; its state where the list mixes states."""
    return {
        "id": need.code,
        "url": url,
        "title": need.title,
        "summary": _shortened(need.problem),
        "employer": named(need.organisation),
        "place": place_name(need.region_code),
        "state": need.state if shows_state else None,
        "of": "need",
        "mode_names": [mode_label(mode) for mode in need.modes],
        "deadline": day(need.deadline),
        "days": _("每年 %(days)s", days=days(need.days_per_year)) if need.days_per_year else "",
        "money": money(need.funding),
        "task": pick(need.task, "title") if need.task else "",
        "people": _("%(n)s 人", n=need.headcount),
    }


def _shortened(text: str) -> str:
    return text if len(text) <= SUMMARY_CHARS else text[:SUMMARY_CHARS].rstrip() + "…"
