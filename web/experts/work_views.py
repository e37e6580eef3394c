"""An expert's works: the list, one work, their order; what is deleted can be brought back on the same page."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.experts.blueprint import blueprint
from web.experts.section_form import SAVED
from web.experts.steps import step_bar
from web.experts.work_forms import UndoForm, WorkForm, values_of
from web.extensions import db
from web.permissions import actor, allows
from web.services.profiles import own_profile
from web.services.works import MOST_WORKS, Removed, WorkValue, add_work, change_work, delete_work, move_work, own_work

Answer = str | Response | tuple[str, int]


@blueprint.get("/me/works")
@allows(Role.EXPERT)
def works() -> str:
    """The works in their order."""
    return _list()


@blueprint.route("/me/works/new", methods=["GET", "POST"])
@allows(Role.EXPERT)
def new_work() -> Answer:
    """A work by typing."""
    form = WorkForm()
    status = SAVED
    if form.is_submitted():
        status = form.attempt(lambda: add_work(db.session, by=actor(), work=form.work()))
        if status == SAVED:
            flash(_("已添加"), "success")
            return redirect(url_for("experts.new_work" if "another" in request.form else "experts.works"), 303)
    return render_template("experts/work.html", form=form, work=None), status


@blueprint.route("/me/works/<int:work_id>", methods=["GET", "POST"])
@allows(Role.EXPERT)
def work(work_id: int) -> Answer:
    """One work, to be corrected."""
    row = own_work(own_profile(db.session, by=actor()), work_id)
    form = WorkForm.opened(WorkValue.of(row))
    status = SAVED
    if form.is_submitted():
        status = form.attempt(
            lambda: change_work(db.session, by=actor(), work_id=work_id, work=form.work(), seen=form.seen.data)
        )
        if status == SAVED:
            flash(_("已保存"), "success")
            return redirect(url_for("experts.works"), 303)
    return render_template("experts/work.html", form=form, work=row), status


@blueprint.post("/me/works/<int:work_id>/<any(up, down):way>")
@allows(Role.EXPERT)
def shift_work(work_id: int, way: str) -> Answer:
    """One place up or down."""
    move_work(db.session, by=actor(), work_id=work_id, up=way == "up")
    db.session.commit()
    return redirect(url_for("experts.works"), 303)


@blueprint.post("/me/works/<int:work_id>/delete")
@allows(Role.EXPERT)
def remove_work(work_id: int) -> Answer:
    """Deletes the work; the page that answers can bring it back."""
    form = WorkForm()
    removed: list[Removed | None] = []
    status = form.attempt(lambda: removed.append(delete_work(db.session, by=actor(), work_id=work_id)))
    if status != SAVED:
        return _list(refused=form.form_errors), status
    return _list(removed=removed[0])


@blueprint.post("/me/works/restore")
@allows(Role.EXPERT)
def restore_work() -> Answer:
    """Brings a deleted work back to its place."""
    form = UndoForm()
    status = form.attempt(lambda: add_work(db.session, by=actor(), work=form.work(), position=form.position.data))
    if status == SAVED:
        flash(_("已恢复"), "success")
        return redirect(url_for("experts.works"), 303)
    return render_template("experts/work.html", form=form, work=None), status


def _list(*, removed: Removed | None = None, refused: list[str] | None = None) -> str:
    profile = own_profile(db.session, by=actor())
    undo = None
    if removed:
        undo = UndoForm(formdata=None, position=removed.position, **values_of(removed.work))
    return render_template(
        "experts/works.html",
        profile=profile,
        steps=step_bar(profile, "works"),
        undo=undo,
        refused=refused or [],
        room=MOST_WORKS - len(profile.works),
        most=MOST_WORKS,
    )
