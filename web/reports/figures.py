"""The figures of a report in words and in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Indicator
from models.choices import Grade
from web.extensions import db
from web.labels import label
from web.language import pick
from web.services.indicators import indicators
from web.services.report_rows import KINDS
from web.services.reports import Figures, kind_of
from web.states import words_of

KIND_NAMES = {
    "needs": _l("已发布需求"),
    "pairings": _l("对接"),
    "assignments": _l("柔性引才任务"),
    "days": _l("已确认服务天数"),
    "indicators": _l("成果"),
    "grades": _l("考核等次"),
}
KIND_NOTES = {
    "needs": _l("按发布日期"),
    "pairings": _l("按发起日期，状态是现在的"),
    "assignments": _l("按开始日期，状态是现在的"),
    "days": _l("按服务日期，只计用人单位已确认的"),
    "indicators": _l("按确认日期，只计管理人员已确认的"),
    "grades": _l("按考核日期"),
}
"""By which day a row belongs to a year, and what counts."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    figure: str
    name: str
    unit: str
    value: float
    is_total: bool = False


def figure_name(figure: str) -> str | None:
    """What a figure, or a kind as a whole, is called; None for a name that no figure has."""
    kind, _dot, part = figure.partition(".")
    if kind not in KINDS or (not part and _dot):
        return None
    if not part:
        return str(KIND_NAMES[kind]) if kind != "indicators" else None
    words = _parts(kind)
    return f"{KIND_NAMES[kind]}{_('：')}{words[part]}" if part in words else None


def unit_of(figure: str) -> str:
    """天, 人次, 条."""
    kind, _dot, part = figure.partition(".")
    if kind == "indicators":
        row = db.session.get(Indicator, part)
        return pick(row, "unit") if row else ""
    units = {"needs": _("条"), "pairings": _("次"), "assignments": _("项"), "days": _("天"), "grades": _("项")}
    return str(units[kind])


def sections(found: Figures) -> list[tuple[str, list[Line]]]:
    """Kind → its lines in order: the whole where it has parts, then each part that is not nothing."""
    return [(kind, _lines(kind, found)) for kind in KINDS]


def _lines(kind: str, found: Figures) -> list[Line]:
    if kind in ("needs", "days"):
        return [Line(kind, str(KIND_NAMES[kind]), unit_of(kind), found.get(kind, 0.0), is_total=True)]
    words = _parts(kind)
    mine = {figure: value for figure, value in found.items() if kind_of(figure) == kind}
    lines = [
        Line(f"{kind}.{part}", str(word), unit_of(f"{kind}.{part}"), mine[f"{kind}.{part}"])
        for part, word in words.items()
        if f"{kind}.{part}" in mine
    ]
    if kind != "indicators":
        lines.insert(0, Line(kind, _("合计"), unit_of(kind), sum(mine.values()), is_total=True))
    return lines


def _parts(kind: str) -> Mapping[str, object]:
    if kind == "indicators":
        return {row.code: pick(row, "name") for row in indicators(db.session)}
    return _fixed_parts().get(kind, {})


@cache
def _fixed_parts() -> Mapping[str, Mapping[str, object]]:
    return {
        "pairings": words_of("pairing"),
        "assignments": words_of("assignment"),
        "grades": {grade.value: label(grade) for grade in Grade},
    }
