"""The filter panel of the ranked page: options with counts, what is on, and the orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.choices import TitleRank
from web.formats import number
from web.gazetteer import gazetteer
from web.labels import label, language_label, mode_label
from web.language import is_chinese
from web.matches.state import ListState, span
from web.services.match_filters import CHOICES, Option
from web.services.ranking import SORTS

UNFOLDED = 8
"""Options of a group that are seen at once."""
FILTER_NAMES: dict[str, LazyString] = {
    "province": _l("专家所在省份"),
    "mode": _l("可提供的合作方式"),
    "title": _l("职称"),
    "language": _l("语言"),
    "english": _l("成果语种"),
}
SORT_NAMES: dict[str, LazyString] = {
    "match": _l("匹配度"),
    "days": _l("可服务天数"),
    "title": _l("职称"),
    "name": _l("姓名"),
    "code": _l("编号"),
}
_RANK_TITLES = {"4": TitleRank.SENIOR, "3": TitleRank.VICE_SENIOR, "2": TitleRank.MIDDLE, "1": TitleRank.JUNIOR}


def option_text(group: str, value: str) -> str:
    """The name of an option of a filter."""
    if group == "province":
        return gazetteer().province_name(f"{value}0000", "zh" if is_chinese() else "en") or value
    if group == "mode":
        return str(mode_label(value))
    if group == "language":
        return str(language_label(value))
    if group == "english":
        return str(_("有英文成果"))
    return str(label(_RANK_TITLES[value])) if value in _RANK_TITLES else _("其他职称或未填写")


def facets(counts: dict[str, tuple[Option, ...]]) -> list[dict[str, Any]]:
    """The groups of options with their counts; `more` are the rare ones, which stand folded unless they are chosen."""
    return [
        {
            "name": group,
            "legend": FILTER_NAMES[group],
            "shown": [_option(group, o) for n, o in enumerate(counts[group]) if n < UNFOLDED or o.is_chosen],
            "more": [_option(group, o) for o in counts[group][UNFOLDED:] if not o.is_chosen],
        }
        for group in CHOICES
        if counts[group]
    ]


def _option(group: str, option: Option) -> dict[str, Any]:
    text = option_text(group, option.value)
    return {"value": option.value, "text": text, "count": option.count, "checked": option.is_chosen}


def chips(state: ListState, code: str) -> list[dict[str, str]]:
    """The filters that are on; each with the page's URL without it."""

    def chip(text: str, **changed: Any) -> dict[str, str]:
        filters = replace(state.filters, **changed)
        return {"text": text, "url": state.url("matches.ranked", code=code, filters=filters, page=1)}

    found = []
    for group in CHOICES:
        chosen = state.filters.chosen(group)
        for value in chosen:
            rest = tuple(other for other in chosen if other != value)
            found.append(chip(option_text(group, value), **{group: rest}))
    f = state.filters
    if f.starts or f.ends:
        found.append(chip(_("%(span)s 有时间", span=span(f.starts, f.ends)), starts=None, ends=None))
    if f.days is not None:
        found.append(chip(_("还可服务 ≥ %(n)s 天", n=number(f.days)), days=None))
    if f.institution:
        found.append(chip(_("单位含“%(words)s”", words=f.institution), institution=""))
    return found


def sort_options(*, hides_names: bool) -> list[tuple[str, str]]:
    """The orders of a list; under codes nobody is sorted by name."""
    left_out = "name" if hides_names else "code"
    return [(sort, str(SORT_NAMES[sort])) for sort in SORTS if sort != left_out]
