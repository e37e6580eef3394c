"""Pages that everybody may read: landing, programmes, published needs, help."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from models.choices import Role
from web.cards import need_card
from web.extensions import db, limiter
from web.permissions import public
from web.public import facts, maps
from web.public.diagrams import diagrams
from web.services.need_list import SORTS, NeedFilter, facet_counts, public_need, public_needs
from web.services.public_cases import public_cases, work_done
from web.services.showcase import overview

blueprint = Blueprint("public", __name__, template_folder="templates")

NEWEST_SHOWN, PROGRAMME_SHOWN = 6, 9


@blueprint.get("/")
@public
def home() -> str:
    """The landing page."""
    seen = overview(db.session)
    newest = public_needs(db.session, NeedFilter(), size=NEWEST_SHOWN)
    cards = [_card(need) for need in newest.items]
    return render_template(
        "public/home.html",
        seen=seen,
        flows=maps.flow_rows(seen),
        places=maps.place_rows(seen),
        cards=cards,
        work=work_done(db.session),
        cases=public_cases(db.session),
    )


@blueprint.get("/map.json")
@public
def map_data() -> Response:
    """What the landing page's map draws."""
    return jsonify(maps.map_json(overview(db.session)))


@blueprint.get("/programmes")
@public
def programmes() -> str:
    """The programmes of the plan with their tasks."""
    return render_template("public/programmes.html", seen=overview(db.session))


@blueprint.get("/programmes/<code>")
@public
def programme(code: str) -> str:
    """One programme: the plan's words, its tasks, its published needs."""
    seen = overview(db.session)
    found = next((programme for programme in seen.programmes if programme.code == code), None)
    if found is None:
        abort(404)
    page = public_needs(db.session, NeedFilter(programme=(code,)))
    return render_template(
        "public/programme.html",
        programme=found,
        seen=seen,
        cards=[_card(need) for need in page.items[:PROGRAMME_SHOWN]],
        page=page,
    )


@blueprint.get("/needs")
@public
@limiter.limit("120/minute")
def needs() -> str:
    """Published needs, searched and filtered."""
    wanted = _wanted()
    page = public_needs(db.session, wanted, number=request.args.get("page", 1, int))
    counts = facet_counts(db.session, wanted)
    template = "public/needs_results.html" if request.headers.get("HX-Request") else "public/needs.html"
    return render_template(
        template,
        page=page,
        wanted=wanted,
        cards=[_card(need) for need in page.items],
        facets=facts.facets(wanted, counts),
        chips=facts.chips(wanted),
    )


@blueprint.get("/needs/<code>")
@public
def need(code: str) -> str:
    """One published need without contact data."""
    found = public_need(db.session, code)
    return render_template("public/need.html", need=found, rows=facts.need_rows(found))


@blueprint.get("/help")
@blueprint.get("/help/<any(employer, expert, institution, manager):role>")
@public
def help_page(role: str = "") -> str:
    """What each role does here, step by step."""
    roles = [Role(name) for name in ("employer", "expert", "institution", "manager")]
    return render_template("public/help.html", role=role, roles=roles)


@blueprint.get("/help/states")
@public
def states() -> str:
    """Every state and every move that the service knows, drawn from the tables it moves by."""
    return render_template("public/states.html", diagrams=diagrams())


def _wanted() -> NeedFilter:
    chosen: dict[str, Any] = {
        name: tuple(value for value in request.args.getlist(name)[:20] if facts.is_known(name, value))
        for name in ("province", "programme", "mode", "place")
    }
    sort = request.args.get("sort", "newest")
    return NeedFilter(q=request.args.get("q", "")[:200].strip(), sort=sort if sort in SORTS else "newest", **chosen)


def _card(row: Any) -> dict[str, Any]:
    return need_card(row, url_for("public.need", code=row.code))
