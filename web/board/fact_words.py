"""The facts that a rule was tested on, named for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models.rules.words import UNKNOWN_WORDS, WORDS
from web.formats import number
from web.language import is_chinese

NAMES: Mapping[str, LazyString] = {
    "absent": _l("缺少"),
    "above_m": _l("高于（米）"),
    "age": _l("年龄"),
    "altitude_m": _l("岗位海拔（米）"),
    "asked": _l("这次要求的天数"),
    "at_once": _l("同时承担"),
    "calendar": _l("工作日历"),
    "consent": _l("派出单位"),
    "days": _l("天数"),
    "degree": _l("学位"),
    "document": _l("体检证明"),
    "earliest": _l("最早可开始"),
    "excluded": _l("不得参加"),
    "found": _l("发现"),
    "holders": _l("核对范围"),
    "last_ended": _l("上次结束"),
    "latest": _l("最晚结束"),
    "left": _l("当年剩余天数"),
    "legs": _l("互派段数"),
    "mentor_share": _l("导师承担专业课（百分比）"),
    "mentor_years": _l("导师从业年数"),
    "minimum": _l("要求"),
    "missing": _l("待核实"),
    "months": _l("月数上限"),
    "most": _l("上限"),
    "objections": _l("未了结的异议"),
    "or_degree": _l("或学位"),
    "over": _l("可超出天数"),
    "person": _l("人员"),
    "places": _l("名额"),
    "renewals": _l("已续签次数"),
    "share": _l("要求比例（百分比）"),
    "site_place": _l("站点所在地"),
    "stay_days": _l("驻留天数界限"),
    "taken": _l("已占名额"),
    "term": _l("任期月数"),
    "ties": _l("核对的关系"),
    "title": _l("职称"),
    "wanted": _l("应有"),
    "where": _l("地点"),
    "year": _l("年度"),
    "years": _l("要求年数"),
}
"""Code of a fact → its name; others are not shown, for their sentence holds what matters."""


def fact_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of each fact that has a name, in the order in which they were tested."""
    known = ((code, value) for code, value in facts.items() if code in NAMES and value not in ("", None))
    return [(str(NAMES[code]), _shown(value)) for code, value in known]


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ("、" if is_chinese() else ", ").join(map(_shown, value)) or "–"
    if isinstance(value, str):
        pair = WORDS.get(value) or UNKNOWN_WORDS.get(value)
        return value if pair is None else pair[not is_chinese()]
    return number(value)
