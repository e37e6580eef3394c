"""Rows as an XLSX workbook whose bytes depend on nothing but the rows."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from matcher.errors import MatcherError
from matcher.records.readable import Cell, readable

if TYPE_CHECKING:
    from openpyxl.cell.cell import WriteOnlyCell

MAX_CELL_CHARS = 32_767
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Excel's limits; a longer text is cut and ends in `…`."""

_MIN_WIDTH, _MAX_WIDTH = 8, 60
_ROWS_MEASURED = 200
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SAVED_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_xlsx(rows: Iterable[Mapping[str, Any]], out: BinaryIO) -> None:
    """One sheet: a frozen bold heading row, then one row each. Columns in the order of first appearance.

    A text is always a plain string, also where it looks like a formula. The same rows give the same bytes.
    Raises MatcherError when the rows do not fit on a sheet.
    """
    table = [dict(row) for row in rows]
    headings = list(dict.fromkeys(key for row in table for key in row))
    if len(table) >= MAX_ROWS or len(headings) > MAX_COLUMNS:
        raise MatcherError(
            f"{len(table):,} rows of {len(headings):,} columns do not fit on a sheet; write jsonl or csv"
        )
    cells = [[_storable(readable(row.get(heading))) for heading in headings] for row in table]
    _repacked(_saved([_storable(heading) for heading in headings], cells), out)


def _saved(headings: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> io.BytesIO:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("results")
    sheet.freeze_panes = "A2"
    for index, heading in enumerate(headings):
        column = [heading, *(row[index] for row in rows[:_ROWS_MEASURED])]
        sheet.column_dimensions[get_column_letter(index + 1)].width = _width(column)
    bold = Font(bold=True)
    sheet.append([_cell(sheet, heading, bold) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) if isinstance(value, str) else value for value in row])
    saved = io.BytesIO()
    workbook.save(saved)
    return saved


def _cell(sheet: Any, value: Cell, font: Any = None) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # else openpyxl takes =1+1 for a formula and #N/A for an error
    if font is not None:
        cell.font = font
    return cell


def _storable(value: Cell) -> Cell:
    if not isinstance(value, str):
        return value
    value = _NOT_IN_XML.sub(" ", value)
    return value if len(value) <= MAX_CELL_CHARS else value[: MAX_CELL_CHARS - 1] + "…"


def _width(column: Iterable[Cell]) -> int:
    """The longest line in half-width characters, within bounds; a Chinese character is two wide."""
    lines = [line for value in column if value is not None for line in str(value).splitlines()]
    widths = (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:_MAX_WIDTH]) for line in lines)
    return min(max(max(widths, default=0) + 2, _MIN_WIDTH), _MAX_WIDTH)


def _repacked(saved: io.BytesIO, out: BinaryIO) -> None:
    """The archive again, with fixed times in place of now, which openpyxl writes into docProps and each zip entry."""
    packed = io.BytesIO()  # to a pipe, zipfile would write other bytes than to a file
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3  # else it is the machine's
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _SAVED_AT.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            target.writestr(part, data)
    out.write(packed.getvalue())
