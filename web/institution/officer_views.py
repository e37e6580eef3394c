"""An expert names the institution's officer; the officer follows the link and says which organisation it is."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from models import OfficerInvitation, Organisation
from models.choices import GrantState, Role
from web.accounts.forms import CreditCodeForm, DetailsForm
from web.accounts.texts import show_problems
from web.extensions import db, limiter
from web.institution.blueprint import blueprint
from web.institution.forms import OfficerForm
from web.institution.links import send_link, unsigned
from web.language import say
from web.permissions import actor, allows, public, signed_in
from web.services import officer_invitations, organisations, pairings
from web.services.accounts import Membership
from web.services.errors import InvalidError, NotAllowedError

Answer = str | Response | tuple[str, int]


@blueprint.route("/pairings/<pairing_code>/officer", methods=["GET", "POST"])
@allows(Role.EXPERT)
@limiter.limit("10 per hour", methods=["POST"])
def name_officer(pairing_code: str) -> Answer:
    """Whom the expert names; a mail with the link goes to that person."""
    pairing = pairings.find(db.session, pairing_code, by=actor())
    form = OfficerForm() if request.method == "POST" else OfficerForm.fresh(pairing)
    shown = {"pairing": pairing, "form": form, "latest": officer_invitations.latest(db.session, pairing)}
    if request.method == "GET":
        may_name = officer_invitations.may_name(db.session, pairing, actor())
        return render_template("institution/name_officer.html", may_name=may_name, **shown)
    name, email = form.name.data or "", form.email.data or ""
    try:
        sent = officer_invitations.invite(
            db.session, pairing_code, name=name, email=email, order=form.order(), by=actor()
        )
    except InvalidError as error:
        form.show(error)
        return render_template("institution/name_officer.html", may_name=True, **shown), 422
    db.session.commit()
    send_link(sent)
    flash(_("邮件已发给 %(name)s，链接 14 天内有效", name=sent.invitation.officer_name), "success")
    return redirect(url_for("institution.name_officer", pairing_code=pairing_code))


@blueprint.get("/officer/<token>")
@public
@limiter.limit("60 per hour")
def officer_link(token: str) -> Answer:
    """What the link asks for: to sign in or register first, then which organisation it is."""
    invitation = officer_invitations.opened(db.session, unsigned(token))
    if not current_user.is_authenticated:
        return render_template("institution/officer_welcome.html", invitation=invitation, token=token)
    try:
        officer_invitations.require_addressee(db.session, invitation, actor())
    except NotAllowedError as error:
        return render_template("institution/dead_link.html", sentence=say(error.sentence)), 403
    own = (one for one in organisations.mine(db.session, by=actor()) if _is_theirs(one, invitation))
    code = next((one.credit_code for one in own), "")
    return _page(invitation, token, CreditCodeForm(data={"credit_code": code}), None)


@blueprint.post("/officer/<token>/accept")
@signed_in
@limiter.limit("60 per hour")
def accept_officer(token: str) -> Answer:
    """First the code; of an organisation that is not known yet, then its details. Then the person is its officer."""
    invitation = officer_invitations.opened(db.session, unsigned(token))
    code, details = CreditCodeForm(), None
    if not code.validate():
        return _page(invitation, token, code, None)
    if organisations.find(db.session, code.credit_code.data) is None:
        details = _details(invitation)
        if "refresh" in request.form or "name" not in request.form or not details.validate():
            return _page(invitation, token, code, details)
    given = details.details() if details is not None else None
    membership = Membership(Role.INSTITUTION, code.credit_code.data, given)
    try:
        grant = officer_invitations.accept(db.session, unsigned(token), membership=membership, by=actor())
    except InvalidError as error:
        db.session.rollback()
        show_problems(details or code, error.problems)
        return _page(officer_invitations.opened(db.session, unsigned(token)), token, code, details)
    db.session.commit()
    return _welcome(grant.state)


def _details(invitation: OfficerInvitation) -> DetailsForm:
    """What was sent of a new organisation; at first its name as the expert has written it."""
    if "name" in request.form:
        return DetailsForm()
    return DetailsForm(formdata=None, data={"name": invitation.institution})


def _welcome(state: GrantState) -> Response:
    if state == GrantState.ACTIVE:
        flash(_("您已是本单位的经办人。单位通过核验后即可办理"), "success")
        return redirect(url_for("institution.requests"))
    flash(_("已提出申请，由本单位同事或当地管理人员确认后即可办理"), "success")
    return redirect(url_for("accounts.settings"))


def _is_theirs(organisation: Organisation, invitation: OfficerInvitation) -> bool:
    acts = organisation.id in actor().organisations(Role.INSTITUTION)
    return acts and officer_invitations.is_same_institution(invitation.institution, organisation.name)


def _page(invitation: OfficerInvitation, token: str, code: CreditCodeForm, details: DetailsForm | None) -> Answer:
    shown = {"invitation": invitation, "token": token, "code": code, "details": details}
    has_errors = bool(code.errors or (details is not None and details.errors))
    return render_template("institution/officer_organisation.html", **shown), 422 if has_errors else 200
