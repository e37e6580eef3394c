"""What the charts of a report draw, and the same facts as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from web.extensions import db
from web.formats import number
from web.reports.figures import KIND_NAMES, sections
from web.reports.scope import query, value_name
from web.services import reports
from web.services.access import Actor
from web.services.report_rows import Scope

COUNTED = ("needs", "pairings", "assignments")
MONTHLY = (*COUNTED, "days")
Chart = dict[str, Any]


def by_months(scope: Scope, *, by: Actor) -> Chart:
    """Needs, pairings and assignments by month."""
    found = reports.months(db.session, scope, by=by)
    series = [
        {"name": str(KIND_NAMES[kind]), "values": [values.get(kind, 0) for values in found.values()]}
        for kind in COUNTED
    ]
    return {"type": "line", "categories": _names(found), "series": series, "unit": _("件")}


def by_days(scope: Scope, *, by: Actor) -> Chart:
    """Confirmed days by month."""
    found = reports.months(db.session, scope, by=by)
    values = [one.get("days", 0) for one in found.values()]
    series = [{"name": str(KIND_NAMES["days"]), "values": values}]
    return {"type": "bar", "categories": _names(found), "series": series, "unit": _("天")}


def by_states(scope: Scope, *, by: Actor) -> Chart:
    """Assignments by their state."""
    lines = [
        line for line in dict(sections(reports.figures(db.session, scope, by=by)))["assignments"] if not line.is_total
    ]
    series = [{"name": str(KIND_NAMES["assignments"]), "values": [line.value for line in lines]}]
    return {"type": "bar", "categories": [line.name for line in lines], "series": series, "unit": _("项")}


def by_provinces(scope: Scope, *, by: Actor) -> Chart:
    """Confirmed days by province, whose names are short enough for a phone."""
    found = reports.breakdown(db.session, scope, "province", by=by)
    values = [one.get("days", 0) for one in found.values()]
    names = [value_name("province", value) for value in found]
    series = [{"name": str(KIND_NAMES["days"]), "values": values}]
    return {"type": "bar", "categories": names, "series": series, "unit": _("天")}


CHARTS: Mapping[str, Callable[..., Chart]] = {
    "months": by_months,
    "days": by_days,
    "states": by_states,
    "provinces": by_provinces,
}


def month_table(scope: Scope, *, by: Actor) -> list[dict[str, Any]]:
    """The months that have anything, each with what was counted and the link to its rows."""
    return [
        {
            "name": f"{year}-{month:02d}",
            **{kind: {"value": number(values.get(kind, 0)), "url": _url(scope, year, month, kind)} for kind in MONTHLY},
        }
        for (year, month), values in reports.months(db.session, scope, by=by).items()
        if any(values.values())
    ]


def _url(scope: Scope, year: int, month: int, kind: str) -> str:
    return url_for("reports.rows", figure=kind, **query(scope, year=year, month=month))


def _names(found: Mapping[tuple[int, int], Any]) -> list[str]:
    return [f"{year}-{month:02d}" for year, month in found]
