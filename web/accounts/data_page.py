"""A person's own data: taken along as a file, or removed."""

from __future__ import annotations

import json
from io import BytesIO

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.accounts.blueprint import blueprint
from web.extensions import db, limiter
from web.jobs.jobs import current_periods
from web.permissions import actor, signed_in
from web.services import data_export, erasure
from web.services.need_submission import today_in_china


@blueprint.get("/account/data")
@signed_in
def own_data() -> str:
    """What one can do with one's own data, and what stands in the way."""
    by, periods = actor(), current_periods()
    wish = erasure.open_wish(db.session, by=by)
    return render_template(
        "accounts/own_data.html",
        wish=wish,
        due=erasure.due_on(wish, periods) if wish else None,
        duties=erasure.open_duties(db.session, by.user_id or 0),
        periods=periods,
    )


@blueprint.post("/account/data/export")
@signed_in
@limiter.limit("10/hour")
def export_own_data() -> Response:
    """Everything that is kept of the person, as one JSON file."""
    found = data_export.own_data(db.session, by=actor())
    db.session.commit()
    out = BytesIO(json.dumps(found, ensure_ascii=False, indent=1).encode())
    name = f"dongcai-{today_in_china()}.json"
    return send_file(out, mimetype="application/json", as_attachment=True, download_name=name)


@blueprint.post("/account/data/erase")
@signed_in
def ask_erasure() -> Response:
    """Asks to be removed; it can be taken back for some days."""
    erasure.ask(db.session, by=actor())
    db.session.commit()
    flash(_("已收到删除申请"), "success")
    return redirect(url_for("accounts.own_data"))


@blueprint.post("/account/data/keep")
@signed_in
def keep_data() -> Response:
    """Takes the wish back."""
    erasure.take_back(db.session, by=actor())
    db.session.commit()
    flash(_("已撤回删除申请"), "success")
    return redirect(url_for("accounts.own_data"))
