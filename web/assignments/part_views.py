"""Parts by mode: milestones, sessions of training, legs of an exchange."""

from __future__ import annotations

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Assignment
from web.assignments.blueprint import AT, ID, blueprint, host, party, server
from web.assignments.forms import CourseForm, GoalForm, marked_required
from web.assignments.page_views import back, refused
from web.extensions import db
from web.pairings.forms import OrderForm
from web.permissions import actor
from web.services import assignment_milestones as milestones
from web.services import assignments, training
from web.services.errors import InvalidError

Answer = str | tuple[str, int] | Response
MILESTONE = f"{AT}/milestones/{ID}:milestone_id>"


@blueprint.post(f"{AT}/milestones")
@party
def add_milestone(assignment_code: str) -> Answer:
    """A new milestone."""
    form = GoalForm()
    try:
        milestones.add_milestone(db.session, assignment_code, form.goal(), order=form.order(), by=actor())
    except InvalidError as error:
        return refused(assignment_code, "goal", form, error)
    db.session.commit()
    flash(_("已增加节点"), "success")
    return back(assignment_code, "milestones")


@blueprint.get(MILESTONE)
@party
def open_milestone(assignment_code: str, milestone_id: int) -> Answer:
    """The form of one milestone."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    row = milestones.find_milestone(db.session, assignment, milestone_id)
    names = ("title", "due", "budget", "source", "note")
    return _milestone_page(assignment, GoalForm.fresh(assignment, **{name: getattr(row, name) for name in names}))


@blueprint.post(MILESTONE)
@party
def change_milestone(assignment_code: str, milestone_id: int) -> Answer:
    """Changes it."""
    form = GoalForm()
    try:
        given = {"order": form.order(), "by": actor()}
        milestones.change_milestone(db.session, assignment_code, milestone_id, form.goal(), **given)  # type: ignore[arg-type]
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _milestone_page(assignments.find(db.session, assignment_code, by=actor()), form, 422)
    db.session.commit()
    flash(_("节点已修改"), "success")
    return back(assignment_code, "milestones")


@blueprint.post(f"{MILESTONE}/reached")
@host
def reach_milestone(assignment_code: str, milestone_id: int) -> Answer:
    """It was reached."""
    milestones.reach_milestone(db.session, assignment_code, milestone_id, order=OrderForm().order(), by=actor())
    db.session.commit()
    flash(_("节点已确认完成"), "success")
    return back(assignment_code, "milestones")


@blueprint.post(f"{MILESTONE}/remove")
@party
def remove_milestone(assignment_code: str, milestone_id: int) -> Answer:
    """Takes it away."""
    milestones.remove_milestone(db.session, assignment_code, milestone_id, order=OrderForm().order(), by=actor())
    db.session.commit()
    flash(_("节点已删除"), "success")
    return back(assignment_code, "milestones")


@blueprint.post(f"{AT}/trainings")
@server
def add_training(assignment_code: str) -> Answer:
    """A session of training."""
    form = CourseForm()
    try:
        training.add_session(db.session, assignment_code, form.course(), order=form.order(), by=actor())
    except InvalidError as error:
        return refused(assignment_code, "course", form, error)
    db.session.commit()
    flash(_("已登记培训，等用人单位确认"), "success")
    return back(assignment_code, "trainings")


@blueprint.post(f"{AT}/trainings/{ID}:training_id>/confirm")
@host
def confirm_training(assignment_code: str, training_id: int) -> Answer:
    """The host confirms it."""
    training.confirm_session(db.session, assignment_code, training_id, order=OrderForm().order(), by=actor())
    db.session.commit()
    flash(_("培训已确认"), "success")
    return back(assignment_code, "trainings")


@blueprint.post(f"{AT}/legs/{ID}:leg_id>/confirm")
@host
def confirm_leg(assignment_code: str, leg_id: int) -> Answer:
    """The host confirms that a leg was served."""
    training.confirm_leg(db.session, assignment_code, leg_id, order=OrderForm().order(), by=actor())
    db.session.commit()
    flash(_("这一程已确认"), "success")
    return back(assignment_code, "legs")


def _milestone_page(assignment: Assignment, form: GoalForm, status: int = 200) -> tuple[str, int]:
    form = marked_required(form, "title", "due")
    return render_template("assignments/milestone.html", assignment=assignment, form=form), status
