"""The report as an Excel file and as a PDF."""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import send_file

from web.desk.sheet import XLSX
from web.extensions import db, limiter
from web.permissions import actor
from web.reports.blueprint import blueprint, manager
from web.reports.page_views import case_rows
from web.reports.scope import read_dimension, read_scope
from web.services import reports
from web.services.need_submission import today_in_china


@blueprint.get("/report.xlsx")
@manager
@limiter.limit("10 per minute")
def sheet() -> FileResponse:
    """A sheet of figures, and a sheet of the rows that add up to them."""
    from web.reports.workbook import report_workbook

    scope, by = read_scope(), actor()
    found = reports.figures(db.session, scope, by=by)
    file = BytesIO(report_workbook(scope, found, reports.all_rows(db.session, scope, by=by)))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"report-{today_in_china()}.xlsx")


@blueprint.get("/report.pdf")
@manager
@limiter.limit("10 per minute")
def pdf() -> FileResponse:
    """The figures and the exemplary cases on paper."""
    from web.reports.report_pdf import report_pdf

    scope = read_scope()
    found = reports.figures(db.session, scope, by=actor())
    file = BytesIO(report_pdf(scope, read_dimension(), found, case_rows(scope)))
    return send_file(
        file, mimetype="application/pdf", as_attachment=True, download_name=f"report-{today_in_china()}.pdf"
    )
