"""The report, the rows behind a figure, and what its charts draw."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from web.extensions import db, limiter
from web.formats import day, number
from web.language import named, pick
from web.permissions import actor
from web.reports import charts
from web.reports.blueprint import blueprint, manager
from web.reports.figures import KIND_NAMES, KIND_NOTES, figure_name, sections, unit_of
from web.reports.filters import filter_values
from web.reports.scope import dimension_name, query, read_dimension, read_scope, scope_text, value_name
from web.services import reports
from web.services.report_rows import Scope

PAGES = {"needs": ("desk.check_need", "code"), "pairings": ("pairings.show", "pairing_code")}
"""Where a row of a kind is shown, and what its code is called there; the others are on their assignment's page."""


@blueprint.get("")
@manager
@limiter.limit("60 per minute")
def overview() -> str:
    """The figures, each with the way to its rows."""
    scope, dimension, by = read_scope(), read_dimension(), actor()
    found = reports.figures(db.session, scope, by=by)
    values = {"kind_names": KIND_NAMES, "kind_notes": KIND_NOTES, "subtitle": scope_text(scope)}
    return render_template(
        "reports/overview.html",
        query=query(scope),
        sections=sections(found),
        has_rows=bool(found),
        breakdown=breakdown_table(scope, dimension),
        months=charts.month_table(scope, by=by),
        cases=case_rows(scope),
        filters=filter_values(scope, dimension, by=by),
        **values,
    )


@blueprint.get("/rows")
@manager
@limiter.limit("120 per minute")
def rows() -> str:
    """The records behind a figure, with their sum over all pages."""
    scope, figure = read_scope(), request.args.get("figure", "")
    name = figure_name(figure)
    if name is None:
        abort(404)
    page, total = reports.rows_of(db.session, scope, figure, by=actor(), number=request.args.get("page", 1, type=int))
    return render_template(
        "reports/rows.html",
        name=name,
        unit=unit_of(figure),
        total=number(total),
        page=page,
        rows=[_row(one) for one in page.items],
        subtitle=scope_text(scope),
        back=url_for("reports.overview", **query(scope, month=None)),
    )


@blueprint.get("/<any(months, days, states, provinces):name>.json")
@manager
@limiter.limit("120 per minute")
def chart(name: str) -> Response:
    """What a chart of the report draws."""
    return jsonify(charts.CHARTS[name](read_scope(), by=actor()))


def breakdown_table(scope: Scope, dimension: str) -> dict[str, Any]:
    """The figures by the values of a dimension, each with the link to its rows."""
    kinds = [kind for kind in KIND_NAMES if kind != "indicators" and (kind, dimension) != ("needs", "mode")]
    parts = reports.breakdown(db.session, scope, dimension, by=actor())
    lines = []
    for value, found in parts.items():
        within = reports.narrowed(scope, dimension, value)
        cells = {kind: {"value": number(found.get(kind, 0)), "url": _rows_url(within, kind)} for kind in kinds}
        lines.append({"name": value_name(dimension, value), **cells})
    return {"dimension": dimension_name(dimension), "by": dimension, "kinds": kinds, "rows": lines}


def case_rows(scope: Scope) -> list[dict[str, Any]]:
    """The exemplary cases, without anybody's name."""
    return [
        {
            "title": one.assignment.pairing.need.title,
            "code": one.assignment.code,
            "url": url_for("assignments.show", assignment_code=one.assignment.code),
            "host": named(one.assignment.pairing.need.organisation),
            "mode": pick(one.assignment.pairing.mode, "name"),
            "grade": one.grade,
            "summary": one.summary,
            "at": day(one.at),
        }
        for one in reports.exemplary(db.session, scope, by=actor())
    ]


def _rows_url(scope: Scope, kind: str) -> str:
    return url_for("reports.rows", figure=kind, **query(scope))


def _row(one: reports.Row) -> dict[str, Any]:
    endpoint, name = PAGES.get(one.kind, ("assignments.show", "assignment_code"))
    parts: dict[str, Any] = {name: one.code}
    return {
        "code": one.code,
        "url": url_for(endpoint, **parts),
        "title": one.title,
        "host": one.host,
        "on": day(one.on),
        "figure": figure_name(one.figure) or "",
        "amount": number(one.amount),
    }
