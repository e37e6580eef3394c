"""The short list of a need: experts kept, notes, and where each stands now."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from models.columns import utc_now
from web.extensions import db
from web.formats import moment
from web.language import say
from web.matches.blueprint import blueprint
from web.matches.forms import NoteForm
from web.matches.shortlist_panel import kept_panels
from web.matches.subject import Subject, subject
from web.permissions import actor, allows
from web.services.errors import InvalidError
from web.services.shortlists import (
    NOTE_CHARS,
    add_to_shortlist,
    note_on_shortlist,
    remove_from_shortlist,
    shortlist,
)


@blueprint.get("/employer/needs/<code>/shortlist", endpoint="shortlist")
@allows(Role.EMPLOYER)
def show(code: str) -> str:
    """The short list with notes and present bands."""
    return _page(subject(code))


@blueprint.post("/employer/needs/<code>/shortlist/<expert_code>")
@allows(Role.EMPLOYER)
def keep(code: str, expert_code: str) -> Response:
    """Puts an expert on the list (`on` 1) or takes them off; htmx gets the button again."""
    given, is_on = subject(code), request.form.get("on") == "1"
    change = add_to_shortlist if is_on else remove_from_shortlist
    change(db.session, need=given.need, code=expert_code, by=actor())
    db.session.commit()
    text = str(_("已收藏到短名单") if is_on else _("已从短名单移除"))
    if not request.headers.get("HX-Request"):
        flash(text, "success")
        back = "matches.shortlist" if request.form.get("back") == "shortlist" else "matches.ranked"
        return redirect(given.url(back) + (f"#expert-{expert_code}" if back == "matches.ranked" else ""), 303)
    url = given.url("matches.keep", values={"expert_code": expert_code})
    answer = make_response(
        render_template("matches/parts/keep.html", given=given, url=url, is_on=is_on, expert_code=expert_code)
    )
    answer.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "kind": "success"}})
    return answer


@blueprint.post("/employer/needs/<code>/shortlist/<expert_code>/note")
@allows(Role.EMPLOYER)
def note(code: str, expert_code: str) -> Any:
    """Keeps the note; the page's own saving gets the time, a form the page again."""
    given, form = subject(code), NoteForm(meta={"csrf": False})
    saves_itself = request.accept_mimetypes.best == "application/json"
    try:
        note_on_shortlist(db.session, need=given.need, code=expert_code, note=form.note.data or "", by=actor())
    except InvalidError as error:
        if saves_itself:
            return jsonify(conflict=" ".join(say(one.sentence) for one in error.problems)), 422
        form.show(error.problems)
        return _page(given, {expert_code: form}), 422
    db.session.commit()
    if saves_itself:
        return jsonify(saved_at=moment(utc_now())[-5:])
    flash(_("备注已保存"), "success")
    return redirect(given.url("matches.shortlist") + f"#expert-{expert_code}", 303)


def _page(given: Subject, forms: dict[str, NoteForm] | None = None) -> str:
    entries = shortlist(db.session, need=given.need, by=actor())
    panels = kept_panels(entries, given, forms or {})
    return render_template("matches/shortlist.html", given=given, entries=panels, most=NOTE_CHARS)
