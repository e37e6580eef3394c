"""A renewal: proposed with new dates, it becomes a pairing and goes the whole way again."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Assignment
from web.assignments.blueprint import AT, blueprint, party
from web.assignments.forms import RenewForm, marked_required
from web.extensions import db
from web.permissions import actor
from web.services import assignments, renewals
from web.services.errors import InvalidError

Answer = str | tuple[str, int] | Response


@blueprint.get(f"{AT}/renew")
@party
def ask_renewal(assignment_code: str) -> Answer:
    """The terms that are new."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    usual = renewals.usual_terms(assignment)
    given = {"starts": usual.starts, "ends": usual.ends, "days_per_year": usual.days_per_year}
    return _page(assignment, RenewForm.fresh(assignment, **given))


@blueprint.post(f"{AT}/renew")
@party
def renew(assignment_code: str) -> Answer:
    """Proposes it to the other party."""
    form, assignment = RenewForm(), assignments.find(db.session, assignment_code, by=actor())
    try:
        form.read("starts", "ends", "days_per_year")
        new = {name: form[name].data for name in ("starts", "ends", "days_per_year")}
        terms = replace(renewals.usual_terms(assignment), message=form.message.data or "", **new)
        pairing = renewals.propose(db.session, assignment_code, terms, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _page(assignments.find(db.session, assignment_code, by=actor()), form, 422)
    db.session.commit()
    flash(_("已发起续期，等对方答复"), "success")
    return redirect(url_for("pairings.show", pairing_code=pairing.code), 303)


def _page(assignment: Assignment, form: RenewForm, status: int = 200) -> tuple[str, int]:
    form = marked_required(form, "starts", "ends", "days_per_year")
    may = renewals.may_renew(db.session, assignment, actor())
    return render_template("assignments/renew.html", assignment=assignment, form=form, may=may), status
