"""Programmes whose pairings two managers approve, chosen by the administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.board.blueprint import blueprint
from web.extensions import db
from web.permissions import actor, allows
from web.services import two_approvers


@blueprint.get("/admin/approvers")
@allows(Role.ADMINISTRATOR)
def approvers() -> str:
    """Every programme with the number of its approvers."""
    return render_template("board/programmes.html", programmes=two_approvers.programmes(db.session, by=actor()))


@blueprint.post("/admin/approvers/<programme>/<any(one, two):number>")
@allows(Role.ADMINISTRATOR)
def set_approvers(programme: str, number: str) -> Response:
    """Asks for one approver or for two from now on."""
    two_approvers.ask_for(db.session, programme, two=number == "two", by=actor())
    db.session.commit()
    flash(_("已改为两人审批") if number == "two" else _("已改为一人审批"), "success")
    return redirect(url_for("board.approvers"), 303)
