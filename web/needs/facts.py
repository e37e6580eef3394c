"""A need as a list of what was filled in, for its page, the preview and print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from models import Need
from web.formats import day, days, money, month
from web.gazetteer import place_name
from web.labels import label, language_label, mode_label
from web.language import chosen_language, pick, say
from web.needs.term_lists import terms
from web.services.need_names import NAMES, SECTIONS

Row = Mapping[str, Any]


def public_rows(need: Need) -> list[Row]:
    """What experts see: no contacts, no institutions to keep out."""
    hidden = {"contact_name", "contact_phone", "contact_email", "exclude_institutions", "hides_names"}
    return [_row(need, name) for names in SECTIONS.values() for name in names if name not in hidden | {"ends"}]


def own_rows(need: Need) -> dict[str, list[Row]]:
    """Everything, for the employer's own people, by the sections of the form."""
    return {section: [_row(need, name) for name in names if name != "ends"] for section, names in SECTIONS.items()}


def _row(need: Need, name: str) -> Row:
    return {"key": name_of(name), "value": text_of(need, name)}


def name_of(name: str) -> str:
    """What a field is called where `text_of` shows it: the end stands beside the start."""
    return _("起止年月") if name == "starts" else say(NAMES[name])


def text_of(need: Need, name: str) -> str:
    """A field's value for people; empty where nothing was filled in."""
    value = getattr(need, name)
    special: dict[str, Callable[[], str]] = {
        "discipline_code": lambda: _term("discipline", value),
        "industry_code": lambda: _term("industry", value),
        "region_code": lambda: place_name(value),
        "min_title": lambda: str(label(value)),
        "min_degree": lambda: str(label(value)),
        "place": lambda: str(label(value)),
        "headcount": lambda: _("%(n)s 人", n=value),
        "languages": lambda: _list([str(language_label(code)) for code in value]),
        "modes": lambda: _list([str(mode_label(code)) for code in value]),
        "keywords": lambda: _list(value),
        "exclude_institutions": lambda: _list(value),
        "altitude_m": lambda: "" if value is None else _("%(n)s 米", n=f"{value:,.10g}"),
        "days_per_year": lambda: days(value),
        "starts": lambda: _period(need),
        "deadline": lambda: day(value),
        "funding": lambda: money(value),
        "hides_names": lambda: _("是") if value else _("否"),
        "task_code": lambda: task_text(need),
    }
    return special[name]() if name in special else str(value or "")


def task_text(need: Need) -> str:
    """The task with its programme, and whether the poster has confirmed it."""
    if need.task is None:
        return _("不归入专项任务") if need.task_confirmed else ""
    name = f"{pick(need.task.programme, 'name')} · {pick(need.task, 'title')}"
    return name if need.task_confirmed else _("%(task)s（系统建议，尚未确认）", task=name)


def _term(kind: Any, code: str | None) -> str:
    term = terms(kind).get(code)
    if term is None:
        return ""
    language = chosen_language()
    above, own = term.above(language), term.text(language)
    names = [*above.split(" › "), own] if above else [own]
    return Markup(" › ").join(names if language == "zh" else map(_spoken, names))


def _spoken(name: str) -> Markup:
    """A name on an English page: the finer terms have Chinese ones only, to be read out as Chinese."""
    return escape(name) if name.isascii() else Markup('<span lang="zh-CN">{}</span>').format(name)


def _list(items: Sequence[str]) -> str:
    return ("、" if chosen_language() == "zh" else ", ").join(items)


def _period(need: Need) -> str:
    if not need.starts and not need.ends:
        return ""
    return f"{month(need.starts) or '…'} – {month(need.ends) or '…'}"
