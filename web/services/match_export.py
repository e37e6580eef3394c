"""A ranked list as an Excel file: the experts of the present filters and order, all pages together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy.orm import Session

from web.services.match_filters import Filters
from web.services.ranking import Board, Ranked, ordered, with_rows

MOST_EXPORTED = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """The experts of a list, in its order; `total` counts also those beyond MOST_EXPORTED."""

    rows: Sequence[Ranked]
    total: int


def whole_list(session: Session, *, board: Board, filters: Filters, sort: str) -> Listed:
    """What the pages of the list show, at most MOST_EXPORTED experts."""
    order = ordered(board, filters, sort)
    codes = [board.pool.experts[number].id for number in order[:MOST_EXPORTED].tolist()]
    return Listed(with_rows(session, board, codes), len(order))


def workbook(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The rows as a sheet under their keys. Every text is a plain string, also one that begins like a formula."""
    from matcher.records.workbook import write_xlsx

    out = BytesIO()
    write_xlsx(rows, out)
    return out.getvalue()
