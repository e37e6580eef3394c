"""Pages of the accounts: everybody's own home and settings; the other modules add their pages to the blueprint."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from models.choices import Role
from web.accounts import (
    data_page,
    institution_page,
    jurisdictions,
    notice_choice_page,
    organisation_pages,
    registration,
)
from web.accounts.blueprint import blueprint
from web.accounts.forms import SettingsForm
from web.extensions import db
from web.permissions import actor, signed_in
from web.services import accounts
from web.services.paging import page_of

__all__ = [
    "blueprint",
    "data_page",
    "institution_page",
    "jurisdictions",
    "notice_choice_page",
    "organisation_pages",
    "registration",
]

HOMES = (
    (Role.ADMINISTRATOR, "admin.users"),
    (Role.MANAGER, "desk.queue"),
    (Role.EMPLOYER, "needs.home"),
    (Role.EXPERT, "experts.home"),
    (Role.INSTITUTION, "accounts.institution"),
)
"""Role → the page on which its day begins; the first that a person has counts. Others begin with their settings."""


@blueprint.get("/home")
@signed_in
def home() -> Response:
    """Sends everybody to the page of their role."""
    return redirect(url_for(next((page for role, page in HOMES if actor().has(role)), "accounts.settings")))


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def settings() -> str | Response | tuple[str, int]:
    """Name and language, ways to sign in, roles and organisations."""
    user = current_user.user
    form = SettingsForm(obj=user)
    if form.validate_on_submit():
        accounts.change_settings(db.session, user, name=form.name.data, locale=form.locale.data)
        db.session.commit()
        session["language"] = user.locale
        flash(_("已保存"), "success")
        return redirect(url_for("accounts.settings"))
    grants = accounts.grants_of(db.session, user)
    shown = render_template("accounts/settings.html", form=form, credential=current_user, grants=grants)
    return shown, 422 if form.errors else 200


@blueprint.post("/account/expert")
@signed_in
def become_expert() -> Response:
    """Adds the role of an expert, with an empty profile."""
    accounts.become_expert(db.session, current_user.user)
    db.session.commit()
    flash(_("已开通专家身份，请填写专家档案"), "success")
    return redirect(url_for("experts.home"))


@blueprint.get("/account/notifications")
@signed_in
def notifications() -> str:
    """The person's notices, the newest first."""
    number = request.args.get("page", 1, type=int)
    page = page_of(db.session, accounts.notices_of(by=actor()), number=number)
    return render_template("accounts/notifications.html", page=page, unread=accounts.unread(db.session, by=actor()))


@blueprint.post("/account/notifications/<int(max=2147483647):notice_id>/read")
@signed_in
def read_notice(notice_id: int) -> Response:
    """Marks a notice as read and goes where it leads."""
    notice = accounts.read_notice(db.session, notice_id=notice_id, by=actor())
    db.session.commit()
    return redirect(notice.path or url_for("accounts.notifications"))


@blueprint.post("/account/notifications/read")
@signed_in
def read_all_notices() -> Response:
    """Marks them all as read."""
    accounts.read_all(db.session, by=actor())
    db.session.commit()
    return redirect(url_for("accounts.notifications"))
