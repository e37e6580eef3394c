"""Why an expert stands where they stand, why somebody is not on the list, and experts side by side."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from models.choices import Role
from web.extensions import db, limiter
from web.matches.blueprint import blueprint
from web.matches.reason_panel import compare_columns, compare_rows, found_panel, why_panel
from web.matches.subject import subject
from web.permissions import allows
from web.services.comparing import MOST_COMPARED, compared
from web.services.match_reasons import MOST_FOUND, find_experts, reasons
from web.services.match_reasons import why as why_of

QUERY_CHARS = 80


@blueprint.get("/employer/needs/<code>/matches/<expert_code>")
@allows(Role.EMPLOYER, Role.MANAGER)
def why(code: str, expert_code: str) -> str:
    """All reasons; for htmx without the page around them."""
    given = subject(code)
    board = given.board()
    panel = why_panel(why_of(db.session, board=board, code=expert_code), board, given.need)
    in_card = bool(request.headers.get("HX-Request"))
    template = "matches/parts/why.html" if in_card else "matches/why.html"
    return render_template(template, given=given, why=panel, in_card=in_card)


@blueprint.get("/employer/needs/<code>/why-not")
@allows(Role.EMPLOYER, Role.MANAGER)
@limiter.limit("60 per minute")
def why_not(code: str) -> str:
    """Experts found by name, institution or code: where each stands, or what keeps them out."""
    given, query = subject(code), request.args.get("q", "").replace("\x00", "").strip()[:QUERY_CHARS]
    board = given.board()
    experts = find_experts(db.session, query, hides_names=given.need.hides_names)
    found = found_panel(reasons(board, experts), given.state, given.need)
    template = "matches/parts/found.html" if request.headers.get("HX-Request") else "matches/why_not.html"
    return render_template(template, given=given, query=query, found=found, most=MOST_FOUND)


@blueprint.get("/employer/needs/<code>/compare")
@allows(Role.EMPLOYER, Role.MANAGER)
def compare(code: str) -> str | Response:
    """Up to four experts side by side."""
    given = subject(code)
    board = given.board()
    whys = compared(db.session, board=board, codes=given.state.compare)
    return render_template(
        "matches/compare.html",
        given=given,
        columns=compare_columns(whys, given.state, given.need),
        rows=compare_rows(whys, board),
        most=MOST_COMPARED,
    )
