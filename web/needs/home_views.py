"""The employer's home: what waits, and the own needs."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from models.choices import NeedState, Role
from web.extensions import db
from web.labels import label
from web.matching import matching
from web.needs.blueprint import blueprint
from web.needs.progress import lacking_links
from web.permissions import actor, allows
from web.services.need_home import OwnFilter, own_needs, own_needs_of, shortlist_counts, state_counts, waiting
from web.services.need_live import strong_count
from web.services.paging import PAGE_SIZE

LONGEST_QUERY = 200
STILL_MATCHED = frozenset((NeedState.SUBMITTED, NeedState.RETURNED, NeedState.PUBLISHED))
"""States in which it is worth saying how many experts match strongly."""


@blueprint.get("/employer/strong")
@allows(Role.EMPLOYER)
def strong() -> str:
    """How many experts match each of these needs strongly: asked for when the list stands, for it takes its time."""
    codes = request.args.getlist("code")[:PAGE_SIZE]
    needs, search = own_needs_of(db.session, codes, by=actor()), matching()
    counts: dict[str, int | None] = {need.code: None for need in needs}
    if search.is_ready:
        pool = search.snapshot()
        counts = {n.code: strong_count(search.prepare(db.session, n), pool, search.engine) for n in needs}
    return render_template("needs/strong.html", counts=counts)


@blueprint.get("/employer")
@allows(Role.EMPLOYER)
def home() -> str:
    """What waits for me, then the needs of my organisations, filtered by the URL."""
    wanted = _filter()
    page = own_needs(db.session, wanted, by=actor(), number=request.args.get("page", 1, type=int))
    values: dict[str, Any] = {
        "page": page,
        "wanted": wanted,
        "facets": [{"name": "state", "legend": _("状态"), "options": _state_options(wanted), "limit": 8}],
        "count_on": len(wanted.states) + bool(wanted.q),
        "shortlisted": shortlist_counts(db.session, page.items),
        "strong_codes": [need.code for need in page.items if need.state in STILL_MATCHED],
    }
    if request.headers.get("HX-Request"):
        return render_template("needs/home_results.html", **values)
    waits = waiting(db.session, by=actor())
    lacking = {need.id: len(lacking_links(need)) for need in waits.drafts}
    return render_template("needs/home.html", waits=waits, lacking=lacking, **values)


def _filter() -> OwnFilter:
    known = {state.value for state in NeedState}
    states = tuple(NeedState(value) for value in request.args.getlist("state") if value in known)
    return OwnFilter(q=request.args.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip(), states=states)


def _state_options(wanted: OwnFilter) -> list[dict[str, Any]]:
    """Every state that there is a need in, or that was asked for."""
    counts = state_counts(db.session, wanted.q, by=actor())
    return [
        {"value": state.value, "text": label(state), "count": counts[state], "checked": state in wanted.states}
        for state in NeedState
        if counts[state] or state in wanted.states
    ]
