"""Certificates of service: issued, revoked, given as PDF, verified by anybody."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.assignments.blueprint import AT, blueprint, everyone
from web.assignments.page_views import back, refused
from web.extensions import db, limiter
from web.pairings.forms import OrderForm, ReasonForm
from web.permissions import actor, allows, public
from web.services import certificates
from web.services.errors import InvalidError

Answer = str | tuple[str, int] | Response


@blueprint.post(f"{AT}/certificate")
@allows(Role.EMPLOYER, Role.EXPERT, Role.MANAGER)
def issue(assignment_code: str) -> Answer:
    """Issues the certificate for the days that are confirmed now."""
    row = certificates.issue(db.session, assignment_code, order=OrderForm().order(), by=actor())
    number = row.number
    db.session.commit()
    flash(_("服务证明 %(number)s 已开具", number=number), "success")
    return back(assignment_code, "certificate")


@blueprint.post(f"{AT}/certificate/revoke")
@allows(Role.EMPLOYER, Role.MANAGER)
def revoke(assignment_code: str) -> Answer:
    """Revokes it, with the reason."""
    form = ReasonForm()
    try:
        certificates.revoke(db.session, assignment_code, order=form.order(), by=actor())
    except InvalidError as error:
        return refused(assignment_code, "revoke", form, error)
    db.session.commit()
    flash(_("服务证明已撤销，原因已告知专家"), "success")
    return back(assignment_code, "certificate")


@blueprint.get("/certificates/<number>.pdf")
@everyone
@limiter.limit("30 per minute")
def pdf(number: str) -> FileResponse:
    """The certificate on paper, for those who take part in its assignment."""
    from web.assignments.certificate_pdf import certificate_pdf

    row = certificates.find_certificate(db.session, number, by=actor())
    file = BytesIO(certificate_pdf(row, verify_url=url_for("assignments.verify", number=row.number, _external=True)))
    return send_file(file, mimetype="application/pdf", as_attachment=True, download_name=f"{row.number}.pdf")


@blueprint.get("/verify")
@public
def verify_form() -> Answer:
    """Asks for the number; a number in the query leads to its page."""
    written = certificates.normal_number(request.args.get("number", ""))
    if written:
        return redirect(url_for("assignments.verify", number=written))
    return render_template("assignments/verify.html", number="", found=None)


@blueprint.get("/verify/<number>")
@public
@limiter.limit("60 per minute")
def verify(number: str) -> Answer:
    """What stands under the number: the organisation, mode, dates and days, and the name but for most of it."""
    found = certificates.verify(db.session, number)
    shown = certificates.normal_number(number)
    page = render_template("assignments/verify.html", number=shown, found=found)
    return page, 200 if found is not None else 404
