"""Works from a pasted list, BibTeX or Excel: read, reviewed, and only then saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from models.choices import Role
from web.experts.blueprint import blueprint
from web.experts.section_form import SAVED, SeenForm
from web.experts.work_forms import BibtexForm, ListForm, ReviewForm, SheetForm
from web.extensions import db, limiter
from web.language import is_chinese
from web.permissions import actor, allows
from web.services.profiles import own_profile
from web.services.works import NAMES, Added, add_works, repeated
from web.services.works_bibtex import read_bibtex
from web.services.works_import import Reading, Unread, file_text, refusal
from web.services.works_list import read_list
from web.services.works_sheet import read_sheet
from web.services.works_template import works_template

Answer = str | Response | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, type[SeenForm]] = {"list": ListForm, "bibtex": BibtexForm, "sheet": SheetForm}


@blueprint.route("/me/works/import/<any(list, bibtex, sheet):source>", methods=["GET", "POST"])
@allows(Role.EXPERT)
@limiter.limit("30 per minute", methods=["POST"])
def import_works(source: str) -> Answer:
    """What is to be read; the answer to it is the review."""
    form = FORMS[source]()
    status = SAVED
    if form.is_submitted():
        readings: list[Reading] = []
        status = form.attempt(lambda: readings.append(READERS[source](form)))
        if status == SAVED:
            review = ReviewForm(formdata=None, source=source)
            return _review(review, readings[0])
    return render_template("experts/import.html", form=form, source=source), status


@blueprint.post("/me/works/import/review")
@allows(Role.EXPERT)
@limiter.limit("30 per minute")
def review_works() -> Answer:
    """Saves what was reviewed, or reads once more the lines that could not be read."""
    form = ReviewForm()
    if "again" in request.form:
        again: list[Reading] = []
        reading = ListForm()
        status = reading.attempt(lambda: again.append(read_list(reading.text.data or "")))
        form.form_errors += [*reading.form_errors, *reading.text.errors]
        return _review(form, again[0] if again else Reading()), status
    added: list[Added] = []
    status = form.attempt(lambda: added.append(add_works(db.session, by=actor(), works=form.works())))
    if status != SAVED:
        return _review(form, None), status
    flash(_("已添加 %(n)s 项成果", n=added[0].count), "success")
    if added[0].known:
        flash(_("%(n)s 项与已有成果同名，没有重复添加", n=added[0].known), "info")
    return redirect(url_for("experts.works"), 303)


@blueprint.get("/me/works/template.xlsx")
@allows(Role.EXPERT)
def works_sheet() -> FileResponse:
    """The Excel template in the page's language."""
    file = BytesIO(works_template("zh" if is_chinese() else "en"))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=_("代表作模板.xlsx"))


def _read_list(form: Any) -> Reading:
    return read_list(form.text.data or "")


def _read_bibtex(form: Any) -> Reading:
    data = form.file.data.read() if form.file.data else b""
    if data:
        return read_bibtex(file_text(data, "file"), field="file")
    if not (form.text.data or "").strip():
        raise refusal("file", "请选择 BibTeX 文件，或在下面粘贴文本", "Choose a BibTeX file, or paste the text below")
    return read_bibtex(form.text.data)


def _read_sheet(form: Any) -> Reading:
    data = form.file.data.read() if form.file.data else b""
    if not data:
        raise refusal("file", "请选择填好的 Excel 文件", "Choose the Excel file that you have filled in")
    return read_sheet(data)


READERS: dict[str, Callable[[FlaskForm], Reading]] = {"list": _read_list, "bibtex": _read_bibtex, "sheet": _read_sheet}


def _review(form: ReviewForm, reading: Reading | None) -> str:
    """The review; a new reading's works are added to its rows, and its unread lines take the place of the old ones."""
    profile = own_profile(db.session, by=actor())
    unread: Sequence[Unread] = ()
    if reading is not None:
        for read in reading.works:
            form.add(read, keep=True)
        unread = reading.unread
        form.text.data = "\n".join(item.written for item in unread)
        form.text.raw_data = None
    works = [entry.form.work() for entry in form.rows.entries]
    is_known = repeated(works, [work.title for work in profile.works])
    if reading is not None:
        for entry, known in zip(form.rows.entries, is_known, strict=True):
            entry.form.keep.data = entry.form.keep.data and not known
    names = {entry.name for entry, known in zip(form.rows.entries, is_known, strict=True) if known}
    return render_template("experts/review.html", form=form, unread=unread, known=names, columns=NAMES)
