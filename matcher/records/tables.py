"""What CSV and XLSX have in common: a heading row, and rows of cells below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest

from matcher.records.columns import Columns
from matcher.records.raw import BrokenRow, RawRow, SourceError
from matcher.records.row import is_blank

HEADING_WITHIN = 10
"""Rows in which the heading row is looked for, so that a title may stand above it."""

Cells = Sequence[str | None]


def table_rows(
    rows: Iterator[tuple[int, Cells | BrokenRow]], columns: Columns, *, has_exact_width: bool
) -> Iterator[RawRow | BrokenRow]:
    """The rows below the heading row that have any text. Raises SourceError when there is no heading row.

    Without an id column, `row-7` is the id of row 7. With `has_exact_width`, text beyond the last heading breaks
    the row (an unquoted delimiter has moved its cells); else it belongs to a column without a heading.
    """
    first = list(islice(rows, HEADING_WITHIN))
    index, headings = _heading_row([cells for _, cells in first], columns)
    has_id = "id" in columns.fields_in(_texts(headings))
    for number, cells in chain(first[index + 1 :], rows):
        if isinstance(cells, BrokenRow):
            yield cells
        elif has_exact_width and _texts(cells[len(headings) :]):
            extra = " ".join(_texts(cells[len(headings) :]))
            yield BrokenRow(number, extra, f"at most {len(headings)} cells, as in the heading row")
        elif _texts(cells):
            own_id = () if has_id else (("id", f"row-{number}"),)
            yield RawRow(number, (*own_id, *_named(headings, cells)))


def _heading_row(first: Sequence[Cells | BrokenRow], columns: Columns) -> tuple[int, Cells]:
    """Index and cells of the first row with two known headings; a file of one column has only one."""
    is_blank_so_far = True
    for index, cells in enumerate(first):
        known = 0 if isinstance(cells, BrokenRow) else len(columns.fields_in(_texts(cells)))
        if not isinstance(cells, BrokenRow) and (known >= 2 or (known == 1 and is_blank_so_far)):
            return index, cells
        is_blank_so_far = is_blank_so_far and not isinstance(cells, BrokenRow) and not _texts(cells)
    if is_blank_so_far:
        raise SourceError("an empty file", "a heading row, and a row below it")
    raise SourceError("no known column heading", f"a heading row with some of: {', '.join(columns.known)}")


def _texts(cells: Cells) -> list[str]:
    return [cell for cell in cells if cell is not None and not is_blank(cell)]


def _named(headings: Cells, cells: Cells) -> Iterator[tuple[str, str | None]]:
    """The cells with their headings; `column 3` for a column that has text but no heading."""
    for index, (heading, cell) in enumerate(zip_longest(headings, cells), 1):
        if heading is not None and not is_blank(heading):
            yield heading.strip(), cell
        elif not is_blank(cell):
            yield f"column {index}", cell
