"""Needs that would fit an expert well, were it not for conditions: what another profile or plan would open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from matcher.types import Band, RuleResult
from models import Need

if TYPE_CHECKING:
    from web.services.recommendations import Outlook

MOST = 3


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A need that matches strongly or well, and the rules that keep it from the expert."""

    need: Need
    band: Band
    failed: tuple[RuleResult, ...]


def near_misses(outlook: Outlook) -> tuple[NearMiss, ...]:
    """The best few of the excluded needs whose match is not weak, scored as if the expert stated no limits."""
    excluded = set(outlook.excluded)
    best = outlook.board.unlimited() if excluded else ()
    chosen = list(islice(((code, band) for code, band in best if code in excluded and band != "weak"), MOST))
    rows = outlook.rows([code for code, _ in chosen])
    return tuple(NearMiss(rows[code], band, outlook.failed(code)) for code, band in chosen if code in rows)
