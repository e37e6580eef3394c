"""The check of one organisation: its facts, people and needs, what was found, and the manager's moves."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Organisation
from web.desk.blueprint import blueprint, manager
from web.desk.forms import DecisionForm, ReasonForm
from web.desk.organisation_page import organisation_page
from web.extensions import db
from web.permissions import actor
from web.services import desk, desk_acts
from web.services.desk_acts import UnsettledError
from web.services.errors import InvalidError

Answer = str | tuple[str, int] | Response


@blueprint.get("/organisations/<credit_code>")
@manager
def check_organisation(credit_code: str) -> Answer:
    """The organisation beside what the checks found in it."""
    return organisation_page(credit_code)


@blueprint.post("/organisations/<credit_code>/verify")
@manager
def verify_organisation(credit_code: str) -> Answer:
    """Lets it through, and goes on to its needs that wait, or else to the next organisation."""
    form, following = DecisionForm(), desk.organisations_beside(db.session, credit_code, by=actor()).after
    try:
        organisation = desk_acts.verify(
            db.session, credit_code, version=form.seen, overruled=form.overruled.data or (), by=actor()
        )
    except UnsettledError as error:
        db.session.rollback()
        return organisation_page(credit_code, refused=error), 409
    need = desk.first_waiting_need(db.session, organisation, by=actor())
    db.session.commit()
    flash(_("已核验 %(name)s", name=organisation.name), "success")
    return redirect(url_for("desk.check_need", code=need)) if need else _go_on(following)


@blueprint.get("/organisations/<credit_code>/return")
@manager
def ask_organisation_reason(credit_code: str) -> Answer:
    """Asks why it is given back, where no dialog does."""
    organisation = desk.organisation_to_check(db.session, credit_code, by=actor())
    found = desk.findings_of_organisation(db.session, organisation)
    return _ask(organisation, ReasonForm.to_ask(organisation.version, found))


@blueprint.post("/organisations/<credit_code>/return")
@manager
def return_organisation(credit_code: str) -> Answer:
    """Gives it back with the reason, and goes on to the next."""
    form, following = ReasonForm(), desk.organisations_beside(db.session, credit_code, by=actor()).after
    organisation = desk_acts.organisation_as_seen(db.session, credit_code, version=form.seen, by=actor())
    form.offer(desk.findings_of_organisation(db.session, organisation))
    try:
        desk_acts.return_organisation(db.session, credit_code, version=form.seen, reason=form.composed(), by=actor())
    except InvalidError as error:
        form.show(error)
        return _ask(organisation, form), 422
    db.session.commit()
    flash(_("已退回 %(name)s", name=organisation.name), "success")
    return _go_on(following)


def _ask(organisation: Organisation, form: ReasonForm) -> str:
    return render_template("desk/organisation_reason.html", organisation=organisation, form=form)


def _go_on(following: str | None) -> Response:
    """To the organisation that waits next, or to the queue."""
    if following is None:
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.check_organisation", credit_code=following))
