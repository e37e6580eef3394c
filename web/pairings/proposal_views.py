"""To invite an expert, to apply for a need, and to change the terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.downloads import takes_document
from web.extensions import db
from web.match_cards import shown_name
from web.pairings.blueprint import blueprint, party
from web.pairings.proposal_page import Proposal, is_refresh
from web.permissions import actor, allows
from web.services import pairing_moves, pairing_terms
from web.services.errors import InvalidError
from web.services.need_list import public_need
from web.services.pairing_proposals import Terms, proposed
from web.services.pairings import find, hides_name
from web.services.profiles import own_profile
from web.services.public_profiles import public_profile
from web.services.ranking import is_employer_of, need_to_match

Answer = str | tuple[str, int] | Response


@blueprint.route("/pairings/invite/<code>/<expert_code>", methods=["GET", "POST"])
@takes_document
@allows(Role.EMPLOYER, Role.MANAGER)
def invite(code: str, expert_code: str) -> Answer:
    """An employer, or a manager for it, invites an expert."""
    need = need_to_match(db.session, code=code, by=actor())
    expert = public_profile(db.session, code=expert_code, by=actor())
    name = shown_name(expert.code, expert.name, hides_names=need.hides_names)
    about = Proposal(need, expert, proposed(need, expert))
    shown = {"name": name, "is_employer": is_employer_of(need, actor())}
    return _begun(about, "pairings/invite.html", pairing_moves.invite, _("邀请已发出，等专家答复"), shown)


@blueprint.route("/me/needs/<code>/apply", methods=["GET", "POST"])
@takes_document
@allows(Role.EXPERT)
def apply(code: str) -> Answer:
    """An expert applies for a need."""
    need, expert = public_need(db.session, code), own_profile(db.session, by=actor())
    if expert.id is None:
        flash(_("请先填写并公开您的资料，再申请对接"), "warning")
        return redirect(url_for("experts.home"))
    about = Proposal(need, expert, proposed(need, expert))
    return _begun(about, "pairings/apply.html", pairing_moves.apply, _("申请已提交，等用人单位答复"), {})


@blueprint.route("/pairings/<pairing_code>/revise", methods=["GET", "POST"])
@takes_document
@party
def revise(pairing_code: str) -> Answer:
    """One party changes the terms; the other must agree anew."""
    pairing = find(db.session, pairing_code, by=actor())
    about = Proposal(pairing.need, pairing.expert, Terms.of(pairing), pairing)
    pairing_terms.require_open(pairing, by=actor())
    form, name = about.form(), _named(pairing)
    if form.is_submitted() and not is_refresh():
        try:
            terms, upload = form.terms(about.before), form.upload(_folder())
            pairing_terms.revise(db.session, pairing_code, terms, order=form.order(), by=actor(), upload=upload)
        except InvalidError as error:
            db.session.rollback()
            form.show(error)
            return about.page(form, "pairings/revise.html", 422, name=name)
        db.session.commit()
        flash(_("条款已修改，等对方同意"), "success")
        return redirect(url_for("pairings.show", pairing_code=pairing_code), 303)
    return about.page(form, "pairings/revise.html", name=name)


def _begun(about: Proposal, template: str, act: Any, done: str, shown: dict[str, Any]) -> Answer:
    """The form, or the pairing that it has made; where the two are being paired already, that pairing."""
    form = about.form()
    if form.is_submitted() and not is_refresh():
        try:
            terms, upload = form.terms(about.before), form.upload(_folder())
            pairing = act(db.session, about.need, about.expert, terms, order=form.order(), by=actor(), upload=upload)
        except InvalidError as error:
            db.session.rollback()
            form.show(error)
            return about.page(form, template, 422, **shown)
        db.session.commit()
        flash(done, "success")
        return redirect(url_for("pairings.show", pairing_code=pairing.code), 303)
    if (standing := pairing_moves.open_pairing(db.session, about.need, about.expert)) is not None:
        return redirect(url_for("pairings.show", pairing_code=standing.code))
    pairing_moves.require_open(about.need, about.expert)
    return about.page(form, template, **shown)


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].var_dir
    return folder


def _named(pairing: Any) -> str:
    return shown_name(pairing.expert.code, pairing.expert.name, hides_names=hides_name(pairing, actor()))
