"""Appraisals of host and expert, the manager's evaluation, and the list of assignments that wait for it."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from models.choices import AssignmentState
from web.extensions import db
from web.formats import day
from web.labels import label
from web.language import named, say
from web.outcomes.blueprint import AT, Answer, back, blueprint, manager, party, refused
from web.outcomes.forms import EvaluationForm, appraisal_form
from web.permissions import actor
from web.services import appraisals, assignments, evaluations
from web.services.errors import InvalidError
from web.services.evaluation_queue import Waiting, waiting_for


@blueprint.post(f"{AT}/appraisal")
@party
def appraise(assignment_code: str) -> Answer:
    """Gives the marks of the reader's side."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    side = assignments.require_side(assignment, actor(), *appraisals.PARTIES)
    form = appraisal_form(side)()
    try:
        given: dict[str, Any] = {"marks": form.marks(), "comment": form.comment.data or "", "order": form.order()}
        appraisals.appraise(db.session, assignment_code, **given, by=actor())
    except InvalidError as error:
        return refused(assignment_code, "appraisal", form, error)
    db.session.commit()
    flash(_("评价已提交"), "success")
    return back(assignment_code, "appraisals")


@blueprint.post(f"{AT}/evaluation")
@manager
def evaluate(assignment_code: str) -> Answer:
    """Gives the grade that the formula says."""
    form = EvaluationForm()
    try:
        given = {"exemplary": bool(form.is_exemplary.data), "summary": form.summary.data or ""}
        made = evaluations.evaluate(db.session, assignment_code, **given, order=form.order(), by=actor())  # type: ignore[arg-type]
    except InvalidError as error:
        return refused(assignment_code, "evaluation", form, error)
    grade = made.grade
    db.session.commit()
    flash(_("已考核：%(grade)s", grade=label(grade)), "success")
    return back(assignment_code, "grade")


@blueprint.get("/desk/evaluations")
@manager
def queue() -> Answer:
    """What waits for the manager: completed assignments, and outcomes that the host has confirmed."""
    page = waiting_for(db.session, by=actor(), number=request.args.get("page", 1, type=int))
    return render_template("outcomes/queue.html", page=page, rows=[_row(one) for one in page.items])


def _row(one: Waiting) -> dict[str, Any]:
    assignment = one.assignment
    need = assignment.pairing.need
    is_complete = assignment.state == AssignmentState.COMPLETED
    return {
        "title": need.title,
        "code": assignment.code,
        "url": url_for("assignments.show", assignment_code=assignment.code, _anchor="outcomes"),
        "host": named(need.organisation),
        "expert": assignment.expert.name,
        "state": assignment.state,
        "since": day(assignment.state_since),
        "missing": [say(sentence) for sentence in one.missing] if is_complete else [],
        "claims": one.claims,
        "is_ready": is_complete and not one.missing,
    }
