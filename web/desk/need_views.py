"""The check of one need: everything of it, what was found, and the manager's moves."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import NeedState
from web.desk.blueprint import blueprint, manager
from web.desk.forms import DecisionForm, ReasonForm
from web.desk.need_page import need_page
from web.extensions import db
from web.permissions import actor
from web.services import desk, desk_acts
from web.services.desk_acts import UnsettledError
from web.services.errors import InvalidError

Answer = str | tuple[str, int] | Response

ENDS = {
    "return": (desk_acts.return_need, NeedState.SUBMITTED),
    "close": (desk_acts.close, NeedState.PUBLISHED),
}
"""Moves that need a reason: what makes them, and from which state."""


@blueprint.get("/needs/<code>")
@manager
def check_need(code: str) -> Answer:
    """The need beside what the checks found in it."""
    return need_page(code)


@blueprint.post("/needs/<code>/publish")
@manager
def publish_need(code: str) -> Answer:
    """Makes it public, and goes on to the next."""
    form, following = DecisionForm(), desk.needs_beside(db.session, code, by=actor()).after
    try:
        desk_acts.publish(db.session, code, version=form.seen, overruled=form.overruled.data or (), by=actor())
    except UnsettledError as error:
        db.session.rollback()
        return need_page(code, refused=error), 409
    db.session.commit()
    flash(_("已发布 %(code)s", code=code), "success")
    return _go_on(following)


@blueprint.get("/needs/<code>/<any(return, close):move>")
@manager
def ask_reason(code: str, move: str) -> Answer:
    """Asks why it is given back or closed, where no dialog does."""
    need = desk.need_to_check(db.session, code, by=actor())
    form = ReasonForm.to_ask(need.version, desk.findings_of_need(db.session, need))
    return render_template("desk/need_reason.html", need=need, form=form, move=move)


@blueprint.post("/needs/<code>/<any(return, close):move>")
@manager
def end_need(code: str, move: str) -> Answer:
    """Gives a submitted need back, or closes a public one, with the reason."""
    act, state = ENDS[move]
    form, following = ReasonForm(), desk.needs_beside(db.session, code, by=actor()).after
    need = desk_acts.need_as_seen(db.session, code, version=form.seen, state=state, by=actor())
    form.offer(desk.findings_of_need(db.session, need))
    try:
        act(db.session, code, version=form.seen, reason=form.composed(), by=actor())
    except InvalidError as error:
        form.show(error)
        return render_template("desk/need_reason.html", need=need, form=form, move=move), 422
    db.session.commit()
    flash(_("已退回 %(code)s", code=code) if move == "return" else _("已关闭 %(code)s", code=code), "success")
    return _go_on(following if move == "return" else code)


@blueprint.post("/needs/<code>/contact")
@manager
def need_contact(code: str) -> Answer:
    """Shows whom to ask; each look is kept."""
    contact = desk_acts.contact_of(db.session, code, by=actor())
    db.session.commit()
    if request.headers.get("HX-Request"):
        return render_template("desk/contact.html", contact=contact)
    return need_page(code, contact=contact)


def _go_on(following: str | None) -> Response:
    """To the need that waits next, or to the queue."""
    return redirect(url_for("desk.check_need", code=following) if following else url_for("desk.queue"))
