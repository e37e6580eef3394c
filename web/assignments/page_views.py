"""One assignment: its page, its moves, messages and documents."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.assignments.blueprint import AT, blueprint, everyone, party
from web.assignments.forms import DocumentForm, MessageForm
from web.assignments.page import assignment_page
from web.assignments.words import BUTTONS, DONE
from web.downloads import takes_document
from web.extensions import db, limiter
from web.pairings.forms import ReasonForm
from web.permissions import actor, allows
from web.services import assignment_documents, assignment_messages, assignment_moves, assignments
from web.services.errors import InvalidError
from web.services.needs import REASON_CHARS

Answer = str | tuple[str, int] | Response
MOVES = "any(begin, suspend, resume, complete, terminate)"


@blueprint.get(AT)
@everyone
def show(assignment_code: str) -> Answer:
    """Everything of it that concerns the reader."""
    return assignment_page(assignments.find(db.session, assignment_code, by=actor()))


@blueprint.get(f"{AT}/<{MOVES}:move>")
@allows(Role.EMPLOYER, Role.EXPERT, Role.MANAGER)
def ask(assignment_code: str, move: str) -> Answer:
    """Asks whether it is meant, and why."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    return _ask(assignment, move, ReasonForm.fresh(assignment))


@blueprint.post(f"{AT}/<{MOVES}:move>")
@allows(Role.EMPLOYER, Role.EXPERT, Role.MANAGER)
def act(assignment_code: str, move: str) -> Answer:
    """Makes the move."""
    form = ReasonForm()
    try:
        assignment_moves.move(db.session, assignment_code, move, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _ask(assignments.find(db.session, assignment_code, by=actor()), move, form, 422)
    db.session.commit()
    flash(str(DONE[move]), "success")
    return back(assignment_code)


@blueprint.post(f"{AT}/messages")
@party
@limiter.limit("30 per minute")
def write(assignment_code: str) -> Answer:
    """A message to the other party."""
    form = MessageForm()
    assignment = assignments.locked(db.session, assignment_code, by=actor())
    text, request_id = str(form.text.data or ""), form.order().request_id
    path = url_for("assignments.show", assignment_code=assignment_code)
    try:
        assignment_messages.write(
            db.session, assignment.pairing, text=text, by=actor(), request_id=request_id, path=path
        )
    except InvalidError as error:
        return refused(assignment_code, "message", form, error)
    db.session.commit()
    return back(assignment_code, "messages")


@blueprint.post(f"{AT}/documents")
@party
@takes_document
@limiter.limit("30 per minute")
def add_document(assignment_code: str) -> Answer:
    """A file for everybody who takes part."""
    form = DocumentForm()
    folder = current_app.config["SETTINGS"].var_dir
    try:
        upload = form.needed_upload()
        assignment_documents.add(db.session, folder, assignment_code, upload, order=form.order(), by=actor())
    except InvalidError as error:
        return refused(assignment_code, "document", form, error)
    db.session.commit()
    flash(_("文件已上传"), "success")
    return back(assignment_code, "documents")


def back(assignment_code: str, anchor: str | None = None) -> Response:
    """To the page of the assignment."""
    return redirect(url_for("assignments.show", assignment_code=assignment_code, _anchor=anchor), 303)


def refused(assignment_code: str, name: str, form: Any, error: InvalidError) -> tuple[str, int]:
    """The page again, with what is wrong beside the fields of one of its forms."""
    db.session.rollback()
    form.show(error)
    return assignment_page(assignments.find(db.session, assignment_code, by=actor()), wrong={name: form}, status=422)


def _ask(assignment: Any, move: str, form: ReasonForm, status: int = 200) -> tuple[str, int]:
    values = {"assignment": assignment, "move": move, "title": BUTTONS[move], "form": form, "most": REASON_CHARS}
    return render_template("assignments/move.html", needs_reason=assignment_moves.needs_reason(move), **values), status
