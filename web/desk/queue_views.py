"""What waits for the manager, and requests to join an organisation, which are decided right there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.desk.blueprint import blueprint, manager
from web.desk.rows import queue_row
from web.extensions import db
from web.permissions import actor
from web.services import desk, grants
from web.services.desk import Kind, Waiting
from web.services.findings import musts
from web.services.paging import Page

PAGE_SIZE = 50
"""A morning's work on one page."""
CLEAR, LOOK, MUST = "clear", "look", "must"
"""What the checks found in a record: nothing, something to look at, something that must be put right."""


@blueprint.get("")
@manager
def queue() -> str:
    """Everything that waits, the oldest first."""
    everything = desk.queue(db.session, by=actor())
    kind, result = request.args.get("kind", ""), request.args.get("result", "")
    of_kind = [one for one in everything if kind in ("", one.kind)]
    page = _page([one for one in of_kind if result in ("", result_of(one))], request.args.get("page", 1, type=int))
    return render_template(
        "desk/queue.html",
        page=page,
        rows=[queue_row(one) for one in page.items],
        kinds=Counter(one.kind.value for one in everything),
        results=Counter(result_of(one) for one in of_kind if one.kind != Kind.REQUEST),
        kind=kind,
        result=result,
    )


@blueprint.post("/requests/<int(max=2147483647):grant_id>/<any(accept, refuse):answer>")
@manager
def decide_request(grant_id: int, answer: str) -> Response:
    """Lets somebody join an organisation, or not."""
    grants.decide(db.session, grant_id=grant_id, accept=answer == "accept", by=actor())
    db.session.commit()
    flash(_("已同意加入") if answer == "accept" else _("已谢绝加入"), "success")
    return redirect(url_for("desk.queue", kind=Kind.REQUEST.value))


def result_of(one: Waiting) -> str:
    """What the checks found in it, in a word; requests are not checked."""
    if one.kind == Kind.REQUEST:
        return ""
    if musts(one.findings):
        return MUST
    return LOOK if one.findings else CLEAR


def _page(shown: Sequence[Waiting], number: int) -> Page[Waiting]:
    number = min(max(1, number), max(1, -(-len(shown) // PAGE_SIZE)))
    items = shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(items, number, PAGE_SIZE, len(shown))
