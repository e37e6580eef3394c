"""Outcomes: claimed and amended by the expert, confirmed or rejected by the host and then by the manager."""

from __future__ import annotations

from flask import current_app, flash, render_template
from flask_babel import gettext as _

from models import Assignment, IndicatorClaim
from models.choices import ClaimState
from web.downloads import takes_document
from web.extensions import db, limiter
from web.outcomes.blueprint import AT, CLAIM, Answer, back, blueprint, decider, expert, refused
from web.outcomes.forms import AmendForm, ClaimForm
from web.outcomes.part import amount
from web.pairings.forms import OrderForm, ReasonForm
from web.permissions import actor
from web.services import assignments, indicators
from web.services.errors import InvalidError
from web.services.needs import REASON_CHARS
from web.services.outcome_evidence import attach_all


@blueprint.post(f"{AT}/outcomes")
@expert
@takes_document
@limiter.limit("60 per minute")
def claim(assignment_code: str) -> Answer:
    """Claims an outcome."""
    form = ClaimForm()
    try:
        given = {**form.given(), "indicator": form.indicator.data or "", "order": form.order()}
        row = indicators.claim(db.session, assignment_code, **given, by=actor())
        _attach(row, form)
    except InvalidError as error:
        return refused(assignment_code, "claim", form, error)
    db.session.commit()
    flash(_("已申报，等用人单位确认"), "success")
    return back(assignment_code)


@blueprint.get(f"{CLAIM}/amend")
@expert
def open_claim(assignment_code: str, claim_id: int) -> Answer:
    """The form of a rejected claim."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    row = indicators.find_claim(db.session, assignment, claim_id)
    return _amend_page(assignment, row, AmendForm.of(row))


@blueprint.post(f"{CLAIM}/amend")
@expert
@takes_document
def amend(assignment_code: str, claim_id: int) -> Answer:
    """Changes it and claims it again."""
    form = AmendForm()
    try:
        given = {**form.given(), "order": form.order()}
        row = indicators.amend(db.session, assignment_code, claim_id, **given, by=actor())
        _attach(row, form)
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        assignment = assignments.find(db.session, assignment_code, by=actor())
        return _amend_page(assignment, indicators.find_claim(db.session, assignment, claim_id), form, 422)
    db.session.commit()
    flash(_("已重新申报，等用人单位确认"), "success")
    return back(assignment_code)


@blueprint.post(f"{CLAIM}/confirm")
@decider
def confirm(assignment_code: str, claim_id: int) -> Answer:
    """The host, then the manager, confirms it."""
    order = OrderForm().order()
    row = indicators.decide(db.session, assignment_code, claim_id, accept=True, order=order, by=actor())
    is_final = row.state == ClaimState.CONFIRMED
    db.session.commit()
    flash(_("成果已确认") if is_final else _("成果已确认，等管理人员复核"), "success")
    return back(assignment_code)


@blueprint.get(f"{CLAIM}/reject")
@decider
def ask_reject(assignment_code: str, claim_id: int) -> Answer:
    """Asks what is wrong with it."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    row = indicators.find_claim(db.session, assignment, claim_id)
    return _reject_page(assignment, row, ReasonForm.fresh(row))


@blueprint.post(f"{CLAIM}/reject")
@decider
def reject(assignment_code: str, claim_id: int) -> Answer:
    """Rejects it, with the reason."""
    form = ReasonForm()
    try:
        indicators.decide(db.session, assignment_code, claim_id, accept=False, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        assignment = assignments.find(db.session, assignment_code, by=actor())
        return _reject_page(assignment, indicators.find_claim(db.session, assignment, claim_id), form, 422)
    db.session.commit()
    flash(_("成果已退回，原因已告知专家"), "success")
    return back(assignment_code)


def _attach(row: IndicatorClaim, form: AmendForm) -> None:
    folder = current_app.config["SETTINGS"].var_dir
    attach_all(db.session, folder, row, form.uploads(), by=actor())


def _amend_page(assignment: Assignment, row: IndicatorClaim, form: AmendForm, status: int = 200) -> tuple[str, int]:
    for name in ("value", "note"):
        form[name].flags.required = True
    is_open = row.state == ClaimState.REJECTED and assignment.state in indicators.OPEN_TO_CLAIM
    values = {"assignment": assignment, "row": row, "form": form, "is_open": is_open, "most": indicators.NOTE_CHARS}
    return render_template("outcomes/amend.html", amount=amount(row), **values), status


def _reject_page(assignment: Assignment, row: IndicatorClaim, form: ReasonForm, status: int = 200) -> tuple[str, int]:
    values = {"assignment": assignment, "row": row, "form": form, "most": REASON_CHARS}
    return render_template("outcomes/reject.html", amount=amount(row), **values), status
