"""Registration, one thing a page: who you are, your account, your organisation; then a mail to confirm the address."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.confirmable import requires_confirmation, send_confirmation_instructions
from werkzeug.wrappers import Response

from models.choices import Role
from web.accounts.blueprint import blueprint
from web.accounts.drafts import Draft
from web.accounts.forms import AccountForm, CreditCodeForm, DetailsForm
from web.accounts.limits import look_ups, registrations
from web.accounts.mail import send
from web.accounts.texts import show_problems
from web.extensions import db
from web.language import chosen_language
from web.permissions import public
from web.services import accounts, organisations
from web.services.accounts import Membership, Person
from web.services.errors import InvalidError
from web.services.organisation_details import read_credit_code

Answer = str | Response | tuple[str, int]


@blueprint.get("/register")
@public
def register() -> Answer:
    """Who are you? Three entrances; who has signed in adds a role in the settings."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.settings"))
    return render_template("accounts/register.html")


@blueprint.route("/register/<any(employer, expert, institution):kind>", methods=["GET", "POST"])
@public
@registrations
def account_step(kind: str) -> Answer:
    """Name, e-mail, password. An expert is done with it."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.settings"))
    form = AccountForm(data=_begun(kind))
    if not form.validate_on_submit():
        return _page("accounts/account_step.html", form, kind=kind)
    person = form.person(chosen_language())
    if kind == Role.EXPERT:
        return _finish(person, None)
    Draft(kind, person.name, person.email, person.password_hash).keep()
    return redirect(url_for("accounts.code_step", kind=kind))


@blueprint.route("/register/<any(employer, institution):kind>/organisation", methods=["GET", "POST"])
@public
@registrations
def code_step(kind: str) -> Answer:
    """Which organisation: its unified social credit code."""
    draft = _draft(kind)
    if draft is None:
        return redirect(url_for("accounts.account_step", kind=kind))
    form = CreditCodeForm(data={"credit_code": draft.credit_code})
    if not form.validate_on_submit():
        return _page("accounts/code_step.html", form, kind=kind)
    Draft(kind, draft.name, draft.email, draft.password_hash, form.credit_code.data).keep()
    return redirect(url_for("accounts.details_step", kind=kind))


@blueprint.route("/register/<any(employer, institution):kind>/organisation/details", methods=["GET", "POST"])
@public
@registrations
def details_step(kind: str) -> Answer:
    """A known organisation is shown, a new one described; then the account is made."""
    draft = _draft(kind)
    if draft is None or not draft.credit_code:
        return redirect(url_for("accounts.code_step", kind=kind))
    known = organisations.find(db.session, draft.credit_code)
    form = DetailsForm(western_only=kind == Role.EMPLOYER)
    shown = {"kind": kind, "known": known, "credit_code": draft.credit_code}
    if "refresh" in request.form or not (form.is_submitted() if known else form.validate_on_submit()):
        return _page("accounts/details_step.html", form, **shown)
    try:
        membership = Membership(Role(kind), draft.credit_code, None if known else form.details())
        return _finish(Person(draft.name, draft.email, draft.password_hash, chosen_language()), membership)
    except InvalidError as error:
        show_problems(form, error.problems)
        return _page("accounts/details_step.html", form, **shown)


@blueprint.get("/register/done")
@public
def done() -> Answer:
    """A mail is under way."""
    draft = Draft.read("done")
    return render_template("accounts/done.html", email=draft.email) if draft else redirect(url_for("accounts.register"))


@blueprint.get("/register/credit-code")
@public
@look_ups
def credit_code() -> str:
    """What a code that is being typed means: wrong, free, or whose."""
    try:
        code = read_credit_code(request.args.get("credit_code", "")[:100])
    except InvalidError as error:
        return render_template("accounts/_credit_code.html", problem=error.problems[0].sentence, known=None)
    return render_template("accounts/_credit_code.html", problem=None, known=organisations.find(db.session, code))


@blueprint.get("/places")
@public
def places() -> str:
    """The lists of province, city and county that fit what has been chosen so far."""
    form = DetailsForm(request.args, western_only="western" in request.args, meta={"csrf": False})
    return render_template("accounts/_place.html", form=form, standalone=True)


def _begun(kind: str) -> dict[str, str]:
    draft = Draft.read(kind)
    return {"name": draft.name, "email": draft.email} if draft else {}


def _draft(kind: str) -> Draft | None:
    """The registration under way; who has signed in needs no account for it."""
    return Draft.read(kind) or (Draft(kind) if current_user.is_authenticated else None)


def _page(template: str, form: AccountForm | CreditCodeForm | DetailsForm, **shown: object) -> tuple[str, int]:
    return render_template(template, form=form, **shown), 422 if form.errors else 200


def _finish(person: Person, membership: Membership | None) -> Response:
    """Makes the account, or adds the role to the one that is there, and says what comes next."""
    if current_user.is_authenticated and membership is not None:
        accounts.join(db.session, current_user.user, membership)
        db.session.commit()
        Draft.clear()
        flash(_("已添加，状态见下方“角色与单位”"), "success")
        return redirect(url_for("accounts.settings"))
    credential = accounts.register(db.session, person=person, membership=membership)
    db.session.commit()
    if credential is not None:
        send_confirmation_instructions(credential)  # type: ignore[no-untyped-call]  # the library's
    else:
        _tell_owner(person.email)
    Draft("done", email=person.email).keep()
    return redirect(url_for("accounts.done"))


def _tell_owner(email: str) -> None:
    """Whoever tries an address learns nothing; its owner learns of the try, and how to go on."""
    owner = accounts.find_credential(db.session, email)
    if owner is not None and requires_confirmation(owner):  # type: ignore[no-untyped-call]  # the library's
        send_confirmation_instructions(owner)  # type: ignore[no-untyped-call]  # likewise
    elif owner is not None:
        send("accounts/mail/known", owner.email, owner.user.locale)
