"""The lists of all needs, organisations and experts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from web.desk import list_filters
from web.desk.blueprint import blueprint, manager
from web.desk.filters import Filters, chips, panels, read_wanted, this_list
from web.desk.rows import expert_row, need_row, organisation_row
from web.desk.sheet import XLSX, sheet_row
from web.extensions import db, limiter
from web.permissions import actor
from web.services import desk_needs, expert_list, organisation_list
from web.services.faceted import Wanted
from web.services.need_submission import today_in_china
from web.services.paging import Page

EXPERT_PAGE = "matches.expert"
"""Where an expert's public part is shown."""


@blueprint.get("/needs")
@manager
@limiter.limit("240/minute")
def needs() -> str:
    """All needs in the jurisdiction, in every state but drafts."""
    wanted = read_wanted(list_filters.NEEDS, desk_needs.SORTS, "-submitted")
    page = desk_needs.needs_page(db.session, wanted, by=actor(), number=_number())
    counts = desk_needs.need_counts(db.session, wanted, by=actor())
    rows = [need_row(need) for need in page.items]
    return _list("needs", list_filters.NEEDS, wanted, page, rows, counts, export_url=this_list("desk.needs_sheet"))


@blueprint.get("/needs.xlsx")
@manager
@limiter.limit("20/minute")
def needs_sheet() -> Response:
    """The same list as an Excel sheet, without contacts."""
    from matcher.records import write_xlsx

    wanted = read_wanted(list_filters.NEEDS, desk_needs.SORTS, "-submitted")
    out = BytesIO()
    write_xlsx((sheet_row(need) for need in desk_needs.needs_to_export(db.session, wanted, by=actor())), out)
    out.seek(0)
    return send_file(out, mimetype=XLSX, as_attachment=True, download_name=f"needs-{today_in_china()}.xlsx")


@blueprint.get("/organisations")
@manager
@limiter.limit("240/minute")
def organisations() -> str:
    """All organisations in the jurisdiction."""
    wanted = read_wanted(list_filters.ORGANISATIONS, organisation_list.SORTS, "name")
    page = organisation_list.organisations_page(db.session, wanted, by=actor(), number=_number())
    counts = organisation_list.organisation_counts(db.session, wanted, by=actor())
    needs_of = organisation_list.needs_by_organisation(db.session, [one.id for one in page.items])
    rows = [organisation_row(one, needs_of[one.id]) for one in page.items]
    return _list("organisations", list_filters.ORGANISATIONS, wanted, page, rows, counts)


@blueprint.get("/experts")
@manager
@limiter.limit("240/minute")
def experts() -> str:
    """All public experts, wherever they are."""
    wanted = read_wanted(list_filters.EXPERTS, expert_list.SORTS, "-updated")
    page = expert_list.experts_page(db.session, wanted, by=actor(), number=_number())
    counts = expert_list.expert_counts(db.session, wanted, by=actor())
    rows = [expert_row(one, url_for(EXPERT_PAGE, code=one.code)) for one in page.items]
    return _list("experts", list_filters.EXPERTS, wanted, page, rows, counts)


def _number() -> int:
    return request.args.get("page", 1, type=int)


def _list(
    name: str, filters: Filters, wanted: Wanted, page: Page[Any], rows: list[dict[str, Any]], counts: Any, **more: Any
) -> str:
    """The page, or for htmx its list alone."""
    part = f"desk/{name}_results.html"
    return render_template(
        part if request.headers.get("HX-Request") else f"desk/{name}.html",
        results=part,
        page=page,
        rows=rows,
        wanted=wanted,
        facets=panels(filters, wanted, counts),
        chips=chips(filters, wanted),
        **more,
    )
