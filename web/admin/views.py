"""Pages of the administrator: people and their roles."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web import labels
from web.accounts.credential import Credential
from web.accounts.texts import one_line, show_problems
from web.admin.forms import AppointForm
from web.extensions import db
from web.permissions import actor, allows
from web.services import accounts, grants, people
from web.services.errors import InvalidError
from web.services.paging import page_of

blueprint = Blueprint("admin", __name__, template_folder="templates", url_prefix="/admin")
administrator = allows(Role.ADMINISTRATOR)


@blueprint.get("/users")
@administrator
def users() -> str:
    """Everybody with an account, by name; filters and page live in the URL."""
    role = request.args.get("role", "")
    wanted = people.Wanted(
        text=one_line(request.args.get("q"))[:100],
        role=Role(role) if role in list(Role) else None,
        suspended="suspended" in request.args,
    )
    page = page_of(db.session, people.search(wanted, by=actor()), number=request.args.get("page", 1, type=int))
    template = "admin/_users.html" if request.headers.get("HX-Request") else "admin/users.html"
    return render_template(template, page=page, wanted=wanted, roles=labels.pairs(Role))


@blueprint.route("/users/<int(max=2147483647):user_id>", methods=["GET", "POST"])
@administrator
def user(user_id: int) -> str | Response | tuple[str, int]:
    """One account: its roles, and the form that appoints."""
    credential = people.account(db.session, user_id=user_id, by=actor())
    form = AppointForm()
    if "refresh" in request.form or not form.validate_on_submit():
        return _page(credential, form)
    role, programmes = Role(form.role.data), tuple(form.programmes.data or ())
    try:
        grants.appoint(db.session, credential.user, role=role, adcode=form.adcode, programmes=programmes, by=actor())
        db.session.commit()
    except InvalidError as error:
        show_problems(form, error.problems)
        return _page(credential, form)
    flash(_("已任命"), "success")
    return redirect(url_for("admin.user", user_id=user_id))


@blueprint.post("/users/<int(max=2147483647):user_id>/contact")
@administrator
def contact(user_id: int) -> tuple[str, int]:
    """Shows the address of one person; the look is kept."""
    email = people.contact(db.session, user_id=user_id, by=actor())
    db.session.commit()
    credential = people.account(db.session, user_id=user_id, by=actor())
    return _page(credential, AppointForm(formdata=None), email=email)


@blueprint.post("/users/<int(max=2147483647):user_id>/<any(suspend, reinstate, reset_second_factor):act>")
@administrator
def act_on_user(user_id: int, act: str) -> Response:
    """Suspends an account, opens it again, or takes a lost second factor away."""
    verbs = {
        "suspend": (people.suspend, _("账号已停用")),
        "reinstate": (people.reinstate, _("账号已恢复")),
        "reset_second_factor": (people.reset_second_factor, _("两步验证已重置")),
    }
    verb, words = verbs[act]
    verb(db.session, user_id=user_id, by=actor())
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("admin.user", user_id=user_id))


@blueprint.post("/grants/<int(max=2147483647):grant_id>/revoke")
@administrator
def revoke(grant_id: int) -> Response:
    """Takes a role away."""
    grant = grants.revoke(db.session, grant_id=grant_id, by=actor())
    db.session.commit()
    flash(_("权限已撤销"), "success")
    return redirect(url_for("admin.user", user_id=grant.user_id))


def _page(credential: Credential, form: AppointForm, email: str | None = None) -> tuple[str, int]:
    held = accounts.grants_of(db.session, credential.user)
    known = {"credential": credential, "grants": held, "email": email, "viewer_id": actor().user_id}
    shown = render_template("admin/user.html", form=form, **known)
    return shown, 422 if form.errors else 200


from web.admin import health  # noqa: E402,F401 - adds its page to the blueprint, which must be there first
