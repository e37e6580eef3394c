"""The filters of the desk's lists: read from the URL, named, counted, and taken away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _

from web.services.faceted import Wanted

MOST_VALUES, MOST_CHARS = 20, 200


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name for people, the values that may stand in a URL, and what each is called."""

    legend: LazyString
    is_known: Callable[[str], bool]
    name_of: Callable[[str], str]
    order: Sequence[str] = ()
    """Values in an order of their own; without it the most frequent come first."""


Filters = Mapping[str, Filter]


def read_wanted(filters: Filters, sorts: Collection[str], default: str) -> Wanted:
    """What the URL asks for; unknown values and orders are left out. A `-` before the default sort: descending."""
    chosen = {
        name: tuple(v for v in dict.fromkeys(request.args.getlist(name)[:MOST_VALUES]) if _is_value(one, v))
        for name, one in filters.items()
    }
    words = "".join(c if c.isprintable() else " " for c in request.args.get("q", "")[:MOST_CHARS])
    q = " ".join(words.split())
    sort = request.args.get("sort", "")
    if sort not in sorts:
        return Wanted(q, chosen, default.removeprefix("-"), default.startswith("-"))
    return Wanted(q, chosen, sort, request.args.get("order") == "desc")


def _is_value(one: Filter, value: str) -> bool:
    return value.isprintable() and one.is_known(value)  # no database takes every character


def panels(filters: Filters, wanted: Wanted, counts: Mapping[str, Counter[str]]) -> list[dict[str, Any]]:
    """Each filter with its values and counts, chosen ones first."""
    return [
        {"name": name, "legend": one.legend, "options": _options(one, wanted.values(name), counts[name])}
        for name, one in filters.items()
    ]


def _options(one: Filter, chosen: tuple[str, ...], counts: Counter[str]) -> list[dict[str, Any]]:
    def place(value: str) -> tuple[bool, int, str]:
        rank = one.order.index(value) if value in one.order else -counts[value]
        return (value not in chosen and not one.order, rank, value)

    values = sorted((value for value in {*counts, *chosen} if value), key=place)
    return [
        {"value": value, "text": one.name_of(value), "count": counts[value], "checked": value in chosen}
        for value in values
    ]


def chips(filters: Filters, wanted: Wanted) -> list[dict[str, str]]:
    """The filters that are on, each with the page without it."""
    on = [
        {"text": filters[name].name_of(value), "url": _without(name, value)}
        for name, values in wanted.chosen.items()
        for value in values
    ]
    if wanted.q:
        on.insert(0, {"text": _("含“%(words)s”", words=wanted.q), "url": _without("q", None)})
    return on


def this_list(endpoint: str) -> str:
    """Another view of the list at hand: the same words, filters and order, from the first page."""
    kept: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "page"}
    return with_query(endpoint, kept)


def with_query(endpoint: str, values: Mapping[str, Any]) -> str:
    """The page with these query values, whatever their names: `url_for` takes some names for its own."""
    query = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return url_for(endpoint, **(request.view_args or {})) + (f"?{query}" if query else "")


def _without(name: str, value: str | None) -> str:
    kept: dict[str, Any] = request.args.to_dict(flat=False)
    kept[name] = [one for one in kept.get(name, []) if value is not None and one != value]
    kept.pop("page", None)
    return with_query(str(request.endpoint), kept)
