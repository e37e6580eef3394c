"""The side panel of the form: what the need would find as it stands there now. It never holds up a save."""

from __future__ import annotations

from flask import g, render_template, request

from models.choices import Role
from models.database import end_writing
from web.extensions import db, limiter
from web.needs.blueprint import blueprint
from web.needs.edit_page import blank_form, differing_rows, preview_values
from web.needs.forms import NeedForm
from web.needs.live_page import live_values
from web.needs.writing import being_written
from web.permissions import actor, allows
from web.services.need_home import employer_organisations
from web.services.need_live import value_in_writing
from web.services.need_sheets import conflicting
from web.services.need_tasks import offered_tasks
from web.services.needs import find_need

LIVE_LIMIT = "120 per minute"


def person_key() -> str:
    """Whom a rate limit counts."""
    return f"user {actor().user_id}"  # an office shares one address


@blueprint.post("/employer/needs/live")
@allows(Role.EMPLOYER)
@limiter.limit(LIVE_LIMIT, key_func=person_key)
def live() -> str:
    """Counts, the first three, what a lesser wish would give, the suggested task; and the preview beside them."""
    code = request.form.get("code", "")
    saved = find_need(db.session, code, by=actor()) if code else None
    form = NeedForm.of(saved) if saved else blank_form()
    organisations = employer_organisations(db.session, by=actor())
    organisation = saved.organisation if saved else organisations[0]
    tasks = offered_tasks(db.session, organisation)
    seen = being_written(form, organisation, tasks, saved)
    value, shown = value_in_writing(db.session, seen.need), preview_values(seen.need)
    _let_others_write()
    return render_template("needs/live.html", saved=saved, **shown, **live_values(seen, value, tasks))


@blueprint.post("/employer/needs/conflict")
@allows(Role.EMPLOYER)
def conflict() -> str:
    """Whether the form could not be saved because somebody saved another version, and what that one has."""
    need = find_need(db.session, request.form.get("code", ""), by=actor())
    form = NeedForm.of(need)
    values, _unread = form.sound_values()
    names: tuple[str, ...] = ()
    if need.is_open_to_edit:
        names = conflicting(need, values, version=form.begun_from or 0, sheet=form.written_on)
    return render_template("needs/conflict.html", need=need, theirs=differing_rows(need, names))


def _let_others_write() -> None:
    """Ends the transaction that a POST begins as a writer: nothing is written, and ranking takes its time."""
    db.session.expunge_all()
    db.session.rollback()
    if "writing" in g:
        end_writing(g.pop("writing"))
