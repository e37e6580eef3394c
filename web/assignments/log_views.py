"""Days of service: logged on a phone, amended, confirmed and disputed."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Assignment, ServiceLog
from web.assignments.blueprint import AT, ID, blueprint, host, server
from web.assignments.forms import LogForm, chosen
from web.assignments.page_views import back
from web.downloads import takes_document
from web.extensions import db, limiter
from web.pairings.forms import ReasonForm
from web.permissions import actor
from web.services import assignment_documents, assignments, service_logs
from web.services.errors import InvalidError
from web.services.log_rules import DONE_CHARS
from web.services.need_submission import today_in_china
from web.services.needs import REASON_CHARS

Answer = str | tuple[str, int] | Response
LOG = f"{AT}/logs/{ID}:log_id>"


@blueprint.get(f"{AT}/log")
@server
def new_log(assignment_code: str) -> Answer:
    """The form of a day, today's as it opens."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    return _form(assignment, LogForm.fresh(assignment, day=today_in_china(), part="day"))


@blueprint.post(f"{AT}/log")
@server
@takes_document
@limiter.limit("60 per minute")
def log(assignment_code: str) -> Answer:
    """Logs the day; `another` goes on to the next."""
    form = LogForm()
    try:
        given = {"expert_id": form.expert_id, "request_id": form.order().request_id}
        row = service_logs.log(db.session, assignment_code, form.entry(), by=actor(), **given)  # type: ignore[arg-type]
        _attach(row, form)
    except InvalidError as error:
        return _wrong(assignment_code, form, error)
    db.session.commit()
    flash(_("已登记 %(day)s，等用人单位确认", day=row.day.isoformat()), "success")
    if "another" in request.form:
        return redirect(url_for("assignments.new_log", assignment_code=assignment_code), 303)
    return back(assignment_code, "logs")


@blueprint.get(f"{LOG}/amend")
@server
def open_log(assignment_code: str, log_id: int) -> Answer:
    """The form of a disputed day."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    row = service_logs.find_log(db.session, assignment, log_id)
    return _form(assignment, LogForm.of(row), row)


@blueprint.post(f"{LOG}/amend")
@server
@takes_document
def amend(assignment_code: str, log_id: int) -> Answer:
    """Changes a disputed day and submits it again."""
    form = LogForm()
    try:
        entry, order = form.entry(), form.order()
        row = service_logs.amend(db.session, assignment_code, log_id, entry, order=order, by=actor())
        _attach(row, form)
    except InvalidError as error:
        return _wrong(assignment_code, form, error, log_id)
    db.session.commit()
    flash(_("已重新提交，等用人单位确认"), "success")
    return back(assignment_code, "logs")


@blueprint.post(f"{AT}/logs/confirm")
@host
def confirm(assignment_code: str) -> Answer:
    """Confirms the ticked days."""
    seen = chosen(request.form.getlist("selected"))
    count = service_logs.confirm(db.session, assignment_code, seen, by=actor())
    db.session.commit()
    if count:
        flash(_("已确认 %(n)s 条服务记录", n=count), "success")
    else:
        flash(_("没有选中待确认的记录"), "info")
    return back(assignment_code, "logs")


@blueprint.get(f"{LOG}/dispute")
@host
def ask_dispute(assignment_code: str, log_id: int) -> Answer:
    """Asks what is wrong with the day."""
    assignment = assignments.find(db.session, assignment_code, by=actor())
    row = service_logs.find_log(db.session, assignment, log_id)
    return _dispute_page(assignment, row, ReasonForm.fresh(row))


@blueprint.post(f"{LOG}/dispute")
@host
def dispute(assignment_code: str, log_id: int) -> Answer:
    """Disputes the day, with the reason."""
    form = ReasonForm()
    try:
        service_logs.dispute(db.session, assignment_code, log_id, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        assignment = assignments.find(db.session, assignment_code, by=actor())
        return _dispute_page(assignment, service_logs.find_log(db.session, assignment, log_id), form, 422)
    db.session.commit()
    flash(_("已提出异议，原因已告知专家"), "success")
    return back(assignment_code, "logs")


def _attach(row: ServiceLog, form: LogForm) -> None:
    if form.upload is not None:
        folder = current_app.config["SETTINGS"].var_dir
        assignment_documents.attach(db.session, folder, row, form.upload, by=actor())


def _wrong(code: str, form: LogForm, error: InvalidError, log_id: int | None = None) -> tuple[str, int]:
    db.session.rollback()
    form.show(error)
    assignment = assignments.find(db.session, code, by=actor())
    row = None if log_id is None else service_logs.find_log(db.session, assignment, log_id)
    return _form(assignment, form, row, 422)


def _form(assignment: Assignment, form: LogForm, row: ServiceLog | None = None, status: int = 200) -> tuple[str, int]:
    people = service_logs.people_to_log(db.session, assignment, by=actor())
    values = {"assignment": assignment, "mode": assignment.pairing.mode, "form": form.about(people), "row": row}
    is_open = assignment.state in (service_logs.SETTLING if row else service_logs.LOGGING)
    return (
        render_template("assignments/log.html", people=people, is_open=is_open, most=DONE_CHARS, **values),
        status,
    )


def _dispute_page(assignment: Assignment, row: ServiceLog, form: ReasonForm, status: int = 200) -> tuple[str, int]:
    values = {"assignment": assignment, "row": row, "form": form, "most": REASON_CHARS}
    return render_template("assignments/dispute.html", **values), status
