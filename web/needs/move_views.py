"""The employer's moves: take back, withdraw, mark as filled, copy, delete, decide on the task."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from models.choices import NeedState, Role
from web.extensions import db
from web.language import say
from web.needs.blueprint import blueprint
from web.needs.edit_page import Answer
from web.needs.form_fields import lines
from web.needs.forms import NO_TASK
from web.permissions import actor, allows
from web.services.errors import ConflictError, InvalidError
from web.services.need_drafts import choose_task, copy_as_draft, delete_draft
from web.services.needs import REASON_CHARS, fill, find_need, take_back, withdraw


class ReasonForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """Why."""

    reason = TextAreaField(_l("原因"), filters=[lines])


@blueprint.post("/employer/needs/<code>/take-back")
@allows(Role.EMPLOYER)
def take_back_need(code: str) -> Response:
    """A submitted need becomes a draft again, and opens."""
    need = find_need(db.session, code, by=actor())
    take_back(db.session, need, by=actor())
    db.session.commit()
    flash(_("已撤回到草稿，修改后请再次提交"), "success")
    return redirect(url_for("needs.edit", code=code))


@blueprint.get("/employer/needs/<code>/withdraw")
@allows(Role.EMPLOYER)
def withdraw_need(code: str) -> Answer:
    """Asks for the reason."""
    return _ask_reason(code, ReasonForm())


@blueprint.post("/employer/needs/<code>/withdraw")
@allows(Role.EMPLOYER)
def withdrawn(code: str) -> Answer | Response:
    """Ends the need."""
    need, form = find_need(db.session, code, by=actor()), ReasonForm()
    try:
        withdraw(db.session, need, reason=form.reason.data or "", by=actor())
    except InvalidError as error:
        form.reason.errors = [say(problem.sentence) for problem in error.problems]
        return _ask_reason(code, form, 422)
    db.session.commit()
    flash(_("需求已撤回"), "success")
    return redirect(url_for("needs.show", code=code))


@blueprint.post("/employer/needs/<code>/fill")
@allows(Role.EMPLOYER)
def filled(code: str) -> Response:
    """The need has found its experts."""
    need = find_need(db.session, code, by=actor())
    fill(db.session, need, by=actor())
    db.session.commit()
    flash(_("已标记为已解决，不再接受新的专家"), "success")
    return redirect(url_for("needs.show", code=code))


@blueprint.post("/employer/needs/<code>/copy")
@allows(Role.EMPLOYER)
def copy(code: str) -> Response:
    """A new draft with the same content, opened at once."""
    need = find_need(db.session, code, by=actor())
    draft = copy_as_draft(db.session, need, by=actor())
    db.session.commit()
    flash(_("已复制为新草稿，请填写新的时间"), "success")
    return redirect(url_for("needs.edit", code=draft.code))


@blueprint.get("/employer/needs/<code>/delete")
@allows(Role.EMPLOYER)
def delete(code: str) -> str:
    """Asks whether it is meant. Raises ConflictError for anything but a draft."""
    need = find_need(db.session, code, by=actor())
    if need.state != NeedState.DRAFT:
        raise ConflictError("只有草稿可以删除，其他需求请撤回", "Only drafts can be deleted; withdraw the others")
    return render_template("needs/delete.html", need=need, me=actor().user_id)


@blueprint.post("/employer/needs/<code>/delete")
@allows(Role.EMPLOYER)
def deleted(code: str) -> Response:
    """Removes the draft for good."""
    need = find_need(db.session, code, by=actor())
    delete_draft(db.session, need, by=actor())
    db.session.commit()
    flash(_("草稿已删除"), "success")
    return redirect(url_for("needs.home"))


@blueprint.post("/employer/needs/<code>/task")
@allows(Role.EMPLOYER)
def task(code: str) -> Response:
    """Confirms the suggested task, or chooses another or none."""
    need = find_need(db.session, code, by=actor())
    chosen = request.form.get("task_code", "")
    choose_task(db.session, need, task_code=None if chosen in {"", NO_TASK} else chosen, by=actor())
    db.session.commit()
    flash(_("专项任务已确认"), "success")
    return redirect(url_for("needs.show", code=code))


def _ask_reason(code: str, form: ReasonForm, status: int = 200) -> Answer:
    need = find_need(db.session, code, by=actor())
    return render_template("needs/withdraw.html", need=need, form=form, most=REASON_CHARS), status
