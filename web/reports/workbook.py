"""The report as a workbook: what it is about, its figures, and the rows that add up to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from web.reports.figures import KIND_NAMES, KIND_NOTES, figure_name, sections, unit_of
from web.reports.scope import scope_text, value_name
from web.services.errors import ConflictError
from web.services.need_submission import today_in_china
from web.services.report_rows import Scope
from web.services.reports import Figures, Row

MOST_ROWS = 200_000
Cell = str | float | date | None


def report_workbook(scope: Scope, found: Figures, rows: Iterable[Row]) -> bytes:
    """The file. Every text is a plain string. Raises ConflictError for more than MOST_ROWS rows."""
    book = Workbook(write_only=True)
    _figures(book, found)
    _rows(book, rows)
    _about(book, scope)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _figures(book: Workbook, found: Figures) -> None:
    """Each figure once: without the totals over several, so that the sheet may be summed."""
    sheet = _sheet(book, _("数字"), (_("代码"), _("种类"), _("名称"), _("数量"), _("计量单位")), (28, 20, 30, 14, 14))
    for kind, lines in sections(found):
        for line in lines:
            if line.figure in found:
                _add(sheet, (line.figure, str(KIND_NAMES[kind]), line.name, line.value, line.unit))


def _rows(book: Workbook, rows: Iterable[Row]) -> None:
    heads = (
        _("代码"), _("名称"), _("编号"), _("需求"), _("用人单位"), _("省区"), _("专项"), _("任务书条目"), _("合作方式"),
        _("日期"), _("数量"), _("计量单位"),
    )  # fmt: skip
    sheet = _sheet(book, _("明细"), heads, (28, 30, 18, 40, 30, 16, 16, 30, 18, 12, 12, 12))
    names = _Names()
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise ConflictError(
                f"明细超过 {MOST_ROWS} 行，请选择年份或缩小范围后再导出",
                f"More than {MOST_ROWS} rows; choose a year or narrow the report before exporting",
            )
        places = (names.of("province", row.province), names.of("programme", row.programme), names.of("task", row.task))
        mode = names.of("mode", row.mode) if row.mode else ""
        name, unit = names.figure(row.figure)
        _add(sheet, (row.figure, name, row.code, row.title, row.host, *places, mode, row.on, row.amount, unit))


def _about(book: Workbook, scope: Scope) -> None:
    sheet = _sheet(book, _("说明"), (_("条目"), _("内容")), (24, 60))
    _add(sheet, (_("范围"), scope_text(scope)))
    _add(sheet, (_("导出日期"), today_in_china()))
    for kind, note in KIND_NOTES.items():
        _add(sheet, (str(KIND_NAMES[kind]), str(note)))
    _add(sheet, (_("核对"), _("“明细”中同一代码的数量相加，等于“数字”中该代码的数量。")))


class _Names:
    """Names that many rows share, looked up once."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], str] = {}
        self._figures: dict[str, tuple[str, str]] = {}

    def of(self, dimension: str, value: str) -> str:
        """The name of a value of a dimension."""
        if (dimension, value) not in self._values:
            self._values[dimension, value] = value_name(dimension, value)
        return self._values[dimension, value]

    def figure(self, figure: str) -> tuple[str, str]:
        """The name and unit of a figure."""
        if figure not in self._figures:
            self._figures[figure] = figure_name(figure) or figure, unit_of(figure)
        return self._figures[figure]


def _sheet(book: Workbook, name: str, heads: Sequence[str], widths: Sequence[int]) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _add(sheet, heads, Font(bold=True))
    return sheet


def _add(sheet: Any, values: Iterable[Cell], font: Font | None = None) -> None:
    sheet.append([_cell(sheet, value, font) if isinstance(value, str) else value for value in values])


def _cell(sheet: Any, text: str, font: Font | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, "".join(one if one.isprintable() else " " for one in text))
    cell.data_type = "s"  # else openpyxl takes =1+1 for a formula
    if font is not None:
        cell.font = font
    return cell
