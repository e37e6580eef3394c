"""Deputies while a manager is absent."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.board.blueprint import blueprint, manager
from web.board.forms import DelegationForm
from web.extensions import db
from web.permissions import actor
from web.services import delegations
from web.services.errors import InvalidError


@blueprint.get("/desk/delegations")
@manager
def delegated() -> str:
    """What the manager has given and taken, and the form for a new one."""
    return _page(DelegationForm(formdata=None))


@blueprint.post("/desk/delegations")
@manager
def delegate() -> tuple[str, int] | Response:
    """Names a deputy."""
    form = DelegationForm()
    try:
        form.require_read("starts", "ends")
        given = {"starts": form.starts.data, "ends": form.ends.data, "reason": form.reason.data or ""}
        delegations.delegate(db.session, to_id=form.deputy, by=actor(), **given)
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _page(form), 422
    db.session.commit()
    flash(_("已委托，对方会收到通知"), "success")
    return redirect(url_for("board.delegated"), 303)


@blueprint.post("/desk/delegations/<int(max=2147483647):delegation_id>/revoke")
@manager
def revoke_delegation(delegation_id: int) -> Response:
    """Ends one at once."""
    delegations.revoke(db.session, delegation_id, by=actor())
    db.session.commit()
    flash(_("委托已终止"), "success")
    return redirect(url_for("board.delegated"), 303)


def _page(form: DelegationForm) -> str:
    by = actor()
    form.offer(delegations.possible_deputies(db.session, by=by))
    for name in ("to_id", "starts", "ends", "reason"):
        form[name].flags.required = True
    rows = [
        {"row": one, "is_given": one.from_id == by.user_id, "is_in_force": delegations.is_in_force(one)}
        for one in delegations.delegations_of(db.session, by=by)
    ]
    return render_template("board/delegations.html", form=form, rows=rows, most=delegations.REASON_CHARS)
