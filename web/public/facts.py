"""A need's public facts, and the filters of the need list, as the templates show them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from models import Need, Programme
from models.choices import Degree, Mode, Place, TitleRank
from models.place import WESTERN_PREFIXES
from web.extensions import db
from web.formats import day, days, money, month, number
from web.gazetteer import place_name, province_name
from web.labels import label, language_label, mode_label
from web.language import named, pick
from web.services.need_list import FACETS, NeedFilter


def is_known(facet: str, value: str) -> bool:
    """Whether a filter of that value exists; others in a URL are left out."""
    known: dict[str, Any] = {"province": WESTERN_PREFIXES, "mode": set(Mode), "place": set(Place)}
    return bool(value in known[facet]) if facet in known else value.replace("-", "").isalpha()


def facet_name(facet: str) -> str:
    """The filter's name."""
    names = {"province": _("省区"), "programme": _("专项"), "mode": _("合作方式"), "place": _("工作地点")}
    return str(names[facet])


def value_name(facet: str, value: str) -> str:
    """What a filter's value is called."""
    if facet == "province":
        return province_name(f"{value}0000")
    if facet == "mode":
        return str(mode_label(value))
    if facet == "place":
        return str(label(Place(value)))
    programme = db.session.get(Programme, value)
    return pick(programme, "name") if programme else value


def facets(wanted: NeedFilter, counts: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    """Each filter with its values and counts, chosen ones first, then the most frequent."""
    shown = []
    for facet in FACETS:
        chosen = getattr(wanted, facet)
        values = sorted(
            {*counts[facet], *chosen}, key=lambda value: (value not in chosen, -counts[facet][value], value)
        )
        options = [
            {"value": v, "text": value_name(facet, v), "count": counts[facet][v], "checked": v in chosen}
            for v in values
        ]
        shown.append({"name": facet, "legend": facet_name(facet), "options": options})
    return shown


def chips(wanted: NeedFilter) -> list[dict[str, str]]:
    """The filters that are on, each with the page without it."""
    on = [
        {"text": value_name(facet, value), "url": _without(facet, value)}
        for facet in FACETS
        for value in getattr(wanted, facet)
    ]
    if wanted.q:
        on.insert(0, {"text": _("含“%(words)s”", words=wanted.q), "url": _without("q", wanted.q)})
    return on


def _without(name: str, value: str) -> str:
    kept = request.args.to_dict(flat=False)
    kept[name] = [one for one in kept.get(name, []) if one.strip() != value]
    kept.pop("page", None)
    return url_for("public.needs", **kept)  # type: ignore[arg-type]  # lists are several values of one name


def need_rows(need: Need) -> list[dict[str, Any]]:
    """The need's facts as a summary list; nothing that identifies a person."""
    rows: list[tuple[str, Any]] = [
        (_("用人单位"), named(need.organisation)),
        (_("单位性质"), label(need.organisation.kind)),
        (_("工作地点"), place_name(need.region_code)),
        (_("海拔"), _("%(metres)s 米", metres=number(need.altitude_m)) if need.altitude_m is not None else ""),
        (_("合作方式"), _("、").join(str(mode_label(mode)) for mode in need.modes)),
        (_("现场或远程"), label(need.place)),
        (_("起止年月"), f"{month(need.starts)} – {month(need.ends)}"),
        (_("每年天数"), days(need.days_per_year)),
        (_("人数"), number(need.headcount)),
        (_("职称要求"), label(need.min_title) if need.min_title != TitleRank.ANY else _("不限")),
        (_("学位要求"), label(need.min_degree) if need.min_degree != Degree.NONE else _("不限")),
        (_("工作语言"), _("、").join(str(language_label(code)) for code in need.languages)),
        (_("资金"), money(need.funding)),
        (_("截止日期"), day(need.deadline)),
        (_("发布日期"), day(need.published_at)),
        (_("所属任务"), _task_link(need)),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _task_link(need: Need) -> Markup | str:
    if need.task is None:
        return ""
    url = url_for("public.programme", code=need.task.programme_code)
    name = f"{pick(need.task.programme, 'name')} · {pick(need.task, 'title')}"
    return Markup('<a href="{}">{}</a>').format(url, name)
