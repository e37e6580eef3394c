"""The administrator's page on the index: is it in step with the records, and what do the jobs say?"""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Subject
from web.admin import index_work as work
from web.admin.index_work import Work, index_work
from web.admin.views import administrator, blueprint
from web.extensions import db
from web.matching import matching
from web.permissions import actor
from web.services.index_health import index_status
from web.services.journal import note_audit

blueprint.record_once(lambda state: work.bind(cast(Flask, state.app)))


@blueprint.get("/index")
@administrator
def index_health() -> str:
    """Figures of index, search and jobs; for htmx what the jobs at work say, alone."""
    kept = index_work()
    known: dict[str, Any] = {"reports": {one.value: kept.report(one) for one in Work}}
    if request.headers.get("HX-Request"):
        return render_template("admin/_index_work.html", **known)
    search = matching()
    fingerprint = search.engine.encoder.fingerprint if search.is_ready else None
    known |= {"status": index_status(db.session), "search": search, "fingerprint": fingerprint}
    return render_template("admin/index.html", **known, errors=kept.errors(), queued=kept.counts())


@blueprint.post("/index/<any(verify, rebuild):name>")
@administrator
def order_index_work(name: str) -> Response:
    """Compares the index with the records, or rebuilds it, in the background."""
    by = actor()
    index_work().order(Work(name), ordered_by=by.name)
    note_audit(db.session, action=f"index.{name}", subject=Subject.INDEX, subject_id=0, by=by)
    db.session.commit()
    flash(_("已开始，进度显示在下面"), "success")
    return redirect(url_for("admin.index_health"))
