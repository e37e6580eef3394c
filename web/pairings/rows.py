"""Pairings as rows of lists: who, state, how long it has waited, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models import Pairing
from models.choices import Side
from models.columns import utc_now
from web.language import named, pick
from web.match_cards import shown_name
from web.pairings.words import next_step
from web.permissions import actor
from web.services.pairing_time import deadline_of
from web.services.pairing_waits import awaited
from web.services.pairings import hides_name


def pairing_rows(pairings: Iterable[Pairing], side: Side) -> list[dict[str, Any]]:
    """One row each, as this side reads them."""
    return [_row(pairing, side) for pairing in pairings]


def _row(pairing: Pairing, side: Side) -> dict[str, Any]:
    return {
        "code": pairing.code,
        "title": pairing.need.title,
        "name": shown_name(pairing.expert.code, pairing.expert.name, hides_names=hides_name(pairing, actor())),
        "institution": pairing.expert.institution,
        "employer": named(pairing.need.organisation),
        "mode": pick(pairing.mode, "name"),
        "state": pairing.state,
        "days": (utc_now() - pairing.state_since).days,
        "since": pairing.state_since,
        "step": next_step(pairing),
        "is_mine": awaited(pairing) == side,
        "until": deadline_of(pairing),
        "is_open": pairing.is_open,
    }
