"""The pages of one's own organisation: what is known of it, whether it is verified, who asks to join."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Organisation
from models.choices import Role
from web.accounts.blueprint import blueprint
from web.accounts.forms import OrganisationForm
from web.accounts.texts import show_problems
from web.extensions import db
from web.permissions import actor, allows
from web.services import grants, organisations
from web.services.errors import InvalidError

acting = allows(Role.EMPLOYER, Role.INSTITUTION)


@blueprint.get("/employer/organisation")
@blueprint.get("/employer/organisation/<credit_code>")
@acting
def organisation(credit_code: str | None = None) -> str:
    """The organisation that the person acts for, the first by name where there are several."""
    mine = organisations.mine(db.session, by=actor())
    chosen = next((one for one in mine if credit_code in (None, one.credit_code)), None) or abort(404)
    return render_template(
        "accounts/organisation.html",
        organisation=chosen,
        mine=mine,
        moves=organisations.history(db.session, chosen),
        waiting=grants.waiting_at(db.session, chosen),
    )


@blueprint.route("/employer/organisation/<credit_code>/edit", methods=["GET", "POST"])
@acting
def edit_organisation(credit_code: str) -> str | Response | tuple[str, int]:
    """Changes what is known of it."""
    chosen = organisations.get_mine(db.session, credit_code=credit_code, by=actor())
    form = OrganisationForm.of(chosen, western_only=chosen.id in actor().organisations(Role.EMPLOYER))
    if "refresh" in request.form or not form.validate_on_submit():
        return _edit_page(chosen, form)
    try:
        organisations.edit(
            db.session,
            chosen,
            credit_code=form.credit_code.data,
            details=form.details(),
            version=form.seen_version(),
            by=actor(),
        )
        db.session.commit()
    except InvalidError as error:
        show_problems(form, error.problems)
        return _edit_page(chosen, form)
    flash(_("单位信息已保存"), "success")
    return redirect(url_for("accounts.organisation", credit_code=chosen.credit_code))


@blueprint.post("/employer/organisation/<credit_code>/resubmit")
@acting
def resubmit_organisation(credit_code: str) -> Response:
    """Asks for another check of a returned one."""
    chosen = organisations.get_mine(db.session, credit_code=credit_code, by=actor())
    organisations.resubmit(db.session, chosen, by=actor())
    db.session.commit()
    flash(_("已重新提交，等待核验"), "success")
    return redirect(url_for("accounts.organisation", credit_code=credit_code))


@blueprint.post("/employer/organisation/requests/<int(max=2147483647):grant_id>/<any(accept, refuse):answer>")
@acting
def decide_request(grant_id: int, answer: str) -> Response:
    """Lets a colleague join, or not; managers have a page of their own for it."""
    grants.decide(db.session, grant_id=grant_id, accept=answer == "accept", by=actor())
    db.session.commit()
    flash(_("已同意加入") if answer == "accept" else _("已谢绝加入"), "success")
    return redirect(url_for("accounts.organisation"))


def _edit_page(chosen: Organisation, form: OrganisationForm) -> tuple[str, int]:
    shown = render_template("accounts/organisation_edit.html", organisation=chosen, form=form)
    return shown, 422 if form.errors else 200
