"""Claimed values that want a second look: above what is usual, or far above the others of the same mode."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, IndicatorClaim
from models.choices import ClaimState
from web.services.errors import Sentence

ENOUGH_TO_COMPARE = 8
"""Confirmed claims of the same indicator and mode from which on a value is compared with the others."""
FAR_ABOVE = 4.0
"""Times the median of the others from which on a value is flagged."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a claimed value wants a second look."""

    claim_id: int
    sentence: Sentence


def flags(session: Session, assignment: Assignment, claims: Sequence[IndicatorClaim]) -> list[Flag]:
    """Values above the indicator's own limit, or far above the others of the same mode; a flag refuses nothing."""
    found = ((one.id, _why(session, assignment, one)) for one in claims)
    return [Flag(claim_id, sentence) for claim_id, sentence in found if sentence is not None]


def _why(session: Session, assignment: Assignment, one: IndicatorClaim) -> Sentence | None:
    row = one.indicator
    if one.value > row.usual_most:
        zh = f"超过常见上限 {row.usual_most:g} {row.unit_zh}，请核对凭据"
        return Sentence(zh, f"Above the usual limit of {row.usual_most:g} {row.unit_en}; check the evidence")
    others = _others(session, assignment, row.code)
    if len(others) < ENOUGH_TO_COMPARE:
        return None
    middle = statistics.median(others)
    if one.value <= FAR_ABOVE * middle:
        return None
    times = f"{one.value / middle:.1f}"
    zh = f"是同类任务中位数（{middle:g}）的 {times} 倍，请核对凭据"
    return Sentence(zh, f"{times} times the median of the same mode ({middle:g}); check the evidence")


def _others(session: Session, assignment: Assignment, indicator: str) -> Sequence[float]:
    """Confirmed values of the indicator in other assignments of the mode."""
    return session.scalars(
        select(IndicatorClaim.value)
        .join(IndicatorClaim.assignment)
        .where(
            IndicatorClaim.indicator_code == indicator,
            IndicatorClaim.state == ClaimState.CONFIRMED,
            Assignment.mode_code == assignment.mode_code,
            Assignment.id != assignment.id,
        )
    ).all()
