"""The filters of the recommended needs, as the URL has them and as the panel shows them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from web.experts.fields import read_days
from web.formats import number
from web.public.facts import facet_name, is_known, value_name
from web.services.need_list import FACETS
from web.services.recommend_filters import NeedWishes

MOST_VALUES = 20
DAYS = (5, 10, 15, 30, 60, 90)


def wishes() -> NeedWishes:
    """What the URL asks for; what makes no sense is left out."""
    chosen: dict[str, tuple[str, ...]] = {
        facet: tuple(value for value in request.args.getlist(facet)[:MOST_VALUES] if is_known(facet, value))
        for facet in FACETS
    }
    return NeedWishes(days=read_days(request.args.get("days", "")), **chosen)


def facets(asked: NeedWishes, counts: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    """Each filter with its values and counts, chosen ones first, then the most frequent."""
    return [
        {"name": facet, "legend": facet_name(facet), "options": _options(facet, getattr(asked, facet), counts[facet])}
        for facet in FACETS
    ]


def _options(facet: str, chosen: tuple[str, ...], counts: Counter[str]) -> list[dict[str, Any]]:
    values = sorted({*counts, *chosen}, key=lambda value: (value not in chosen, -counts[value], value))
    return [
        {"value": value, "text": value_name(facet, value), "count": counts[value], "checked": value in chosen}
        for value in values
    ]


def day_choices(asked: NeedWishes) -> list[tuple[str, str]]:
    """Limits of days a year to choose from, the one that is on among them."""
    values = sorted({*map(float, DAYS), *([asked.days] if asked.days is not None else [])})
    return [("", _("不限")), *((number(value), _("不超过 %(n)s 天", n=number(value))) for value in values)]


def chips(asked: NeedWishes) -> list[dict[str, str]]:
    """The filters that are on, each with the page without it."""
    on = [
        {"text": value_name(facet, value), "url": _without(facet, value)}
        for facet in FACETS
        for value in getattr(asked, facet)
    ]
    if asked.days is not None:
        on.append({"text": _("每年不超过 %(n)s 天", n=number(asked.days)), "url": _without("days", "")})
    return on


def _without(name: str, value: str) -> str:
    kept = request.args.to_dict(flat=False)
    kept[name] = [one for one in kept.get(name, []) if value and one.strip() != value]
    kept.pop("page", None)
    return url_for("experts.recommended", **kept)  # type: ignore[arg-type]  # lists are several values of one name
