"""A manager decides on one pairing: approve, return, reject, waive a rule or take the waiver back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Pairing
from web.board.blueprint import blueprint, manager, not_done
from web.board.forms import DismissalForm, WaiverForm
from web.extensions import db
from web.language import say
from web.pairings.forms import OrderForm, ReasonForm
from web.pairings.page import pairing_page
from web.permissions import actor
from web.services import pairing_approval, pairing_moves, pairing_waivers
from web.services.errors import InvalidError
from web.services.pairing_approval import RulesStandInTheWayError
from web.services.pairings import find

Answer = tuple[str, int] | Response
ACTS: Mapping[str, Callable[..., Pairing]] = {
    "reject": pairing_moves.reject,
    "return": pairing_moves.return_,
}


@blueprint.post("/desk/pairings/<pairing_code>/approve")
@manager
def approve(pairing_code: str) -> Answer:
    """Approves, or endorses where two must; where rules stand in the way, what they found is kept all the same."""
    try:
        pairing = pairing_approval.approve(db.session, pairing_code, order=OrderForm().order(), by=actor())
    except RulesStandInTheWayError as error:
        sentence = say(error.sentence)
        db.session.commit()
        return not_done(sentence, 409)
    is_done = pairing.state == "approved"
    db.session.commit()
    flash(_("已批准") if is_done else _("初审已通过，等另一位管理人员终审"), "success")
    return _shown(pairing_code)


@blueprint.post("/desk/pairings/<pairing_code>/<any(reject, return):move>")
@manager
def decide(pairing_code: str, move: str) -> Answer:
    """Gives it back or ends it, with the reason; one that is missing is asked for on the page."""
    form = ReasonForm()
    try:
        ACTS[move](db.session, pairing_code, order=form.order(), by=actor())
    except InvalidError as error:
        return _again(pairing_code, form, error)
    db.session.commit()
    flash(_("已退回，原因已告知各方") if move == "return" else _("未予批准，原因已告知各方"), "success")
    return _shown(pairing_code)


@blueprint.post("/desk/pairings/<pairing_code>/<any(waive, unwaive):move>")
@manager
def waive(pairing_code: str, move: str) -> Answer:
    """Lets a waivable rule pass for a written reason, or no longer."""
    form = WaiverForm()
    rule, act = str(form.rule_code.data or "")[:64], getattr(pairing_waivers, move)
    try:
        act(db.session, pairing_code, rule_code=rule, order=form.order(), by=actor())
    except InvalidError as error:
        return _again(pairing_code, form, error)
    db.session.commit()
    flash(_("已豁免，原因已记录") if move == "waive" else _("已撤销豁免"), "success")
    return _shown(pairing_code)


@blueprint.post("/desk/pairings/<pairing_code>/ties/<int(max=2147483647):tie_id>/<any(dismiss):move>")
@manager
def dismiss_tie(pairing_code: str, tie_id: int, move: str) -> Answer:
    """Sets an interest that an expert has declared aside, for a reason and until a day."""
    form = DismissalForm()
    try:
        form.require_read("until")
        pairing_waivers.dismiss_tie(
            db.session, pairing_code, tie_id=tie_id, reason=form.reason.data or "", until=form.until.data, by=actor()
        )
    except InvalidError as error:
        return _again(pairing_code, form, error)
    db.session.commit()
    flash(_("已排除，原因和期限已记录"), "success")
    return _shown(pairing_code)


def _again(pairing_code: str, form: ReasonForm | DismissalForm, error: InvalidError) -> tuple[str, int]:
    """The page with what is wrong beside the field."""
    db.session.rollback()
    form.show(error)
    return pairing_page(find(db.session, pairing_code, by=actor()), wrong=form, status=422)


def _shown(pairing_code: str) -> Response:
    anchor = "approval" if request.form.get("rule_code") else None
    return redirect(url_for("pairings.show", pairing_code=pairing_code, _anchor=anchor), 303)
