"""The form of a need: begun, saved by hand or by itself, submitted. It works without scripts."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Need
from models.choices import Role
from web.extensions import db
from web.language import say
from web.needs.blueprint import blueprint
from web.needs.edit_page import Answer, blank_form, edit_page, new_page, pasted_page, undone_page
from web.needs.forms import NeedForm
from web.needs.suggestion import suggestion_for
from web.permissions import actor, allows
from web.services.errors import ConflictError, FieldProblem, InvalidError
from web.services.need_drafts import StaleDraftError, require_open, save_draft, start_draft
from web.services.need_sheets import draft_begun_on
from web.services.needs import find_need, submit


@blueprint.get("/employer/needs/new")
@allows(Role.EMPLOYER)
def new() -> Answer:
    """An empty form; the draft begins with the first save."""
    return new_page(blank_form())


@blueprint.post("/employer/needs/new")
@allows(Role.EMPLOYER)
def create() -> Answer | Response:
    """Begins the draft with what was typed, or fills the form from a pasted text."""
    form = blank_form()
    if _wants("paste"):
        return pasted_page(None, form)
    if _wants("undo"):
        return undone_page(None, form)
    begun = draft_begun_on(db.session, form.written_on, by=actor())
    return _save(begun, form, version=0) if begun else _save(_start(form), form, version=None)


@blueprint.get("/employer/needs/<code>/edit")
@allows(Role.EMPLOYER)
def edit(code: str) -> Answer:
    """The draft's form."""
    need = find_need(db.session, code, by=actor())
    require_open(need)
    return edit_page(need, NeedForm.of(need))


@blueprint.post("/employer/needs/<code>/edit")
@allows(Role.EMPLOYER)
def save(code: str) -> Answer | Response:
    """Saves the draft, submits it, or fills the form from a pasted text."""
    need = find_need(db.session, code, by=actor())
    require_open(need)
    form = NeedForm.of(need)
    if _wants("paste"):
        return pasted_page(need, form)
    if _wants("undo"):
        return undone_page(need, form)
    return _save(need, form, version=form.begun_from)


@blueprint.post("/employer/needs/autosave")
@allows(Role.EMPLOYER)
def autosave_new() -> Response | tuple[Response, int]:
    """The first save of a new draft by itself."""
    form = blank_form()
    begun = draft_begun_on(db.session, form.written_on, by=actor())
    return _autosave(begun, form, version=0) if begun else _autosave(_start(form), form, version=None)


@blueprint.post("/employer/needs/<code>/autosave")
@allows(Role.EMPLOYER)
def autosave(code: str) -> Response | tuple[Response, int]:
    """A later save; the version that the page has comes in the URL, which each answer renews."""
    need = find_need(db.session, code, by=actor())
    form = NeedForm.of(need)
    return _autosave(need, form, version=request.args.get("version", form.begun_from, type=int))


def _wants(action: str) -> bool:
    return request.form.get("action") == action


def _start(form: NeedForm) -> Need:
    written = form.organisation_id.data or ""
    chosen = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
    return start_draft(db.session, by=actor(), organisation_id=chosen, sheet=form.written_on)


def _write(need: Need, form: NeedForm, version: int | None) -> list[FieldProblem]:
    values, unread = form.sound_values()
    sheet = form.written_on
    return [*unread, *save_draft(db.session, need, values=values, by=actor(), version=version, sheet=sheet)]


def _save(need: Need, form: NeedForm, version: int | None) -> Answer | Response:
    try:
        problems = _write(need, form, version)
    except StaleDraftError as error:
        return edit_page(need, form, conflict=error)
    if not problems and _wants("submit"):
        try:
            submit(db.session, need, by=actor(), suggested_task=suggestion_for(need))
        except InvalidError as error:
            problems = list(error.problems)
        else:
            db.session.commit()
            flash(_("已提交审核，管理人员会收到通知"), "success")
            return redirect(url_for("needs.show", code=need.code))
    db.session.commit()
    if problems:
        form.show(problems)
        return edit_page(need, form, status=422)
    flash(_("草稿已保存 %(time)s", time=clock()), "success")
    return redirect(url_for("needs.edit", code=need.code))


def _autosave(need: Need, form: NeedForm, version: int | None) -> Response | tuple[Response, int]:
    try:
        problems = _write(need, form, version)
    except ConflictError as error:
        url = url_for("needs.autosave", code=need.code, version=version)
        return jsonify(conflict=say(error.sentence), autosave_url=url), 409
    db.session.commit()
    saved_at = clock()
    if problems:
        saved_at = _("%(time)s，有 %(n)s 处填得不对，未保存", time=saved_at, n=len(problems))
    return jsonify(saved_at=saved_at, autosave_url=url_for("needs.autosave", code=need.code, version=need.version))


def clock() -> str:
    """The present time of day, in China."""
    return str(format_datetime(datetime.now(UTC), "HH:mm"))
