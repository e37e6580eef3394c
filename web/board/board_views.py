"""The board, and what is done with several pairings at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.state_machine import MoveError
from web.board.blueprint import blueprint, manager
from web.board.filters import BOARD
from web.board.forms import form_id, picks
from web.board.rows import board_row
from web.desk.filters import chips, panels, read_wanted
from web.extensions import db, limiter
from web.language import say
from web.permissions import actor
from web.problems import move_sentence
from web.services import board, bulk_approval
from web.services.bulk_approval import Done, Result
from web.services.errors import ServiceError
from web.services.rule_summaries import summaries


@blueprint.get("/desk/pairings")
@manager
@limiter.limit("240/minute")
def index() -> str:
    """All pairings of the jurisdiction, in every state."""
    wanted = read_wanted(BOARD, board.SORTS, "next")
    found = board.board_of(db.session, wanted, by=actor(), number=request.args.get("page", 1, type=int))
    page, counts = found.page, found.counts
    known = summaries(db.session, [pairing.id for pairing in page.items])
    values: dict[str, Any] = {
        "wanted": wanted,
        "page": page,
        "rows": [board_row(pairing, known) for pairing in page.items],
        "facets": panels(BOARD, wanted, counts),
        "chips": chips(BOARD, wanted),
        "states": counts["state"],
        "request_id": str(uuid4()),
    }
    is_part = request.headers.get("HX-Request")
    return render_template("board/index_results.html" if is_part else "board/index.html", **values)


@blueprint.post("/desk/pairings/approve")
@manager
def approve_many() -> Response | str:
    """Approves the chosen ones that may be without a closer look; says of each what happened."""
    chosen, own_id = picks(request.form.getlist("selected")), form_id(request.form.get("request_id", ""))
    if not chosen or own_id is None:
        flash(_("请先勾选要批准的对接"), "warning")
        return _back()
    results = bulk_approval.approve_each(db.session, chosen, form_id=own_id, by=actor())
    rows = [_shown(one) for one in results]
    return render_template("board/done.html", rows=rows, left=len(chosen) - len(results), most=bulk_approval.MOST)


@blueprint.post("/desk/pairings/check")
@manager
def check_many() -> Response:
    """Tests the rules of the chosen ones anew."""
    codes = [pick.code for pick in picks(request.form.getlist("selected"))]
    count = bulk_approval.check_each(db.session, codes, by=actor())
    if count:
        flash(_("已重新检查 %(n)s 条对接的规则", n=count), "success")
    else:
        flash(_("请先勾选要检查的对接"), "warning")
    return _back()


def _back() -> Response:
    query = request.form.get("query", "")[:2000]
    return redirect(url_for("board.index") + (f"?{query}" if query and query.isprintable() else ""), 303)


def _shown(result: Result) -> dict[str, Any]:
    words = {
        Done.APPROVED: _("已批准"),
        Done.ENDORSED: _("初审已通过，等另一位管理人员终审"),
        Done.NOT_DONE: _("没有批准"),
    }
    return {"code": result.code, "done": result.done, "word": words[result.done], "why": _why(result.error)}


def _why(error: Exception | None) -> str:
    if error is None:
        return ""
    if isinstance(error, MoveError):
        return move_sentence(error)[0]
    return say(error.sentence) if isinstance(error, ServiceError) else _("刚被他人修改，请刷新后再看")
