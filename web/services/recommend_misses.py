"""Needs that would fit an expert well, were it not for conditions: what another profile or plan would open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from matcher.encoded import encode_experts
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
    if not outlook.excluded:
        return ()
    unlimited = replace(
        outlook.value, title="", degree="", modes=(), days_per_year=None, windows=(), regions=(), altitude_ok=None
    )
    pool = outlook.pool.plus(encode_experts([unlimited], outlook.engine.encoder))
    scored = outlook.engine.needs_for(unlimited.id, pool, outlook.table)
    excluded, calibration = set(outlook.excluded), outlook.engine.profile.calibration
    best = (
        (outlook.table.needs[number].id, calibration.band(float(scored.probability[number])))
        for number in scored.order.tolist()
    )
    return tuple(_told(outlook, ((code, band) for code, band in best if code in excluded and band != "weak")))


def _told(outlook: Outlook, best: Iterable[tuple[str, Band]]) -> list[NearMiss]:
    chosen = list(islice(best, MOST))
    rows = outlook.rows([code for code, _ in chosen])
    failed = {code: tuple(rule for rule in outlook.check(code) if rule.outcome == "fail") for code, _ in chosen}
    return [NearMiss(rows[code], band, failed[code]) for code, band in chosen if code in rows]
