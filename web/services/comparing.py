"""Experts side by side for one need."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from web.services.match_reasons import Why, reasons
from web.services.ranking import Board, public_experts

MOST_COMPARED = 4


def compared(session: Session, *, board: Board, codes: Sequence[str]) -> tuple[Why, ...]:
    """The public ones of these experts, each once, at most MOST_COMPARED, in this order, with their reasons."""
    wanted = list(dict.fromkeys(codes))[:MOST_COMPARED]
    rows = public_experts(session, wanted)
    return reasons(board, [rows[code] for code in wanted if code in rows])
