"""The report on paper: figures, their breakdown and the exemplary cases, with its own font."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from web.assignments.certificate_pdf import BLUE, FONT, GREY
from web.formats import day, number
from web.labels import label
from web.language import is_chinese
from web.reports.figures import KIND_NAMES, KIND_NOTES, sections
from web.reports.page_views import breakdown_table
from web.reports.scope import scope_text
from web.services.need_submission import today_in_china
from web.services.report_rows import Scope
from web.services.reports import Figures

if TYPE_CHECKING:
    from fpdf import FPDF

INK = (20, 24, 30)


def report_pdf(scope: Scope, dimension: str, found: Figures, cases: Sequence[dict[str, Any]]) -> bytes:
    """The pages in the reader's language."""
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_title(_("项目报告"))
    page.set_creator("dongcai")
    page.set_lang("zh-CN" if is_chinese() else "en")
    page.add_font("Noto", fname=FONT)
    page.set_margin(20)
    page.set_auto_page_break(True, margin=20)
    page.add_page()
    _text(page, _("项目报告"), size=22, colour=BLUE)
    _text(page, scope_text(scope), size=12)
    _text(page, _("生成日期：%(day)s", day=day(today_in_china())), size=10, colour=GREY)
    for kind, lines in sections(found):
        _head(page, str(KIND_NAMES[kind]), str(KIND_NOTES[kind]))
        rows = [(line.name, number(line.value), line.unit) for line in lines]
        _table(page, (_("名称"), _("数量"), _("计量单位")), rows, (90, 40, 40))
    _breakdown(page, scope, dimension)
    _cases(page, cases)
    return bytes(page.output())


def _breakdown(page: FPDF, scope: Scope, dimension: str) -> None:
    table = breakdown_table(scope, dimension)
    kinds = table["kinds"]
    _head(page, _("按%(name)s分项", name=table["dimension"]))
    heads = (table["dimension"], *(str(KIND_NAMES[kind]) for kind in kinds))
    rows = [(row["name"], *(row[kind]["value"] for kind in kinds)) for row in table["rows"]]
    _table(page, heads, rows, (60, *(110 // len(kinds) for _kind in kinds)))


def _cases(page: FPDF, cases: Sequence[dict[str, Any]]) -> None:
    _head(page, _("典型案例"))
    if not cases:
        _text(page, _("没有典型案例"), size=10, colour=GREY)
    for case in cases:
        _text(page, case["title"], size=12)
        facts = (case["code"], case["host"], case["mode"], str(label(case["grade"])), case["at"])
        _text(page, " · ".join(facts), size=9, colour=GREY)
        _text(page, case["summary"], size=10)
        page.ln(2)


def _head(page: FPDF, text: str, note: str = "") -> None:
    page.ln(4)
    _text(page, text, size=14, colour=BLUE)
    if note:
        _text(page, note, size=9, colour=GREY)


def _table(page: FPDF, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    from fpdf.fonts import FontFace

    if not rows:
        _text(page, _("没有记录"), size=10, colour=GREY)
        return
    page.set_font("Noto", size=10)
    page.set_text_color(*INK)
    grey = FontFace(fill_color=(238, 241, 245), emphasis="")
    right = ("LEFT", *("RIGHT" for _width in widths[1:]))
    with page.table(col_widths=tuple(widths), text_align=right, headings_style=grey, line_height=6) as table:
        for row in (heads, *rows):
            table.row(row)


def _text(page: FPDF, text: str, *, size: int, colour: tuple[int, int, int] = INK) -> None:
    page.set_font("Noto", size=size)
    page.set_text_color(*colour)
    page.set_x(page.l_margin)
    page.multi_cell(0, size * 0.6, text, align="L")
