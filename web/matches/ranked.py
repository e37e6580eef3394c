"""The ranked experts of a need, who is kept out by which rule, and the list as an Excel file."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import urlencode

from flask import flash, make_response, redirect, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.extensions import db, limiter
from web.match_cards import RULE_NAMES
from web.matches.blueprint import blueprint
from web.matches.export_sheet import file_name, sheet_rows
from web.matches.forms import PREFIX, WishesForm
from web.matches.list_panel import list_values
from web.matches.state import tidied
from web.matches.subject import Subject, subject
from web.matches.wish_panel import excluded_people, relax_text
from web.permissions import actor, allows
from web.services.errors import InvalidError
from web.services.match_exclusions import excluded_group
from web.services.match_export import whole_list, workbook
from web.services.match_wishes import Wishes, save_wishes
from web.services.need_submission import today_in_china

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = {"page": "matches/ranked.html", "ranked": "matches/parts/body.html"}
"""What is asked for → its template; htmx asks by the id of the element that it fills, else for the list."""


@blueprint.get("/employer/needs/<code>/matches")
@allows(Role.EMPLOYER, Role.MANAGER)
def ranked(code: str) -> Response:
    """The list; for htmx the part of the page that it fills."""
    given, query = subject(code), tidied(request.args)
    if len(query) < len(list(request.args.items(multi=True))):
        return redirect(f"{request.path}?{urlencode(query)}" if query else request.path)
    if not given.can_be_ranked:
        return make_response(render_template("matches/empty.html", given=given))
    return _answer(given)


@blueprint.post("/employer/needs/<code>/matches/wishes")
@allows(Role.EMPLOYER)
def save(code: str) -> Response:
    """Saves the wishes of a need that is still open to edit, and ranks anew."""
    form = WishesForm(prefix=PREFIX, meta={"csrf": False})
    given = subject(code, form=form)
    if not form.validate():
        return _answer(given)
    try:
        wishes = form.wishes(Wishes.of(given.need))
        save_wishes(db.session, need=given.need, wishes=wishes, by=actor())
    except InvalidError as error:
        form.show(error.problems)
        return _answer(given)
    db.session.commit()
    return _saved(code)


def _saved(code: str) -> Response:
    """The page by the new wishes; what was tried out before is over."""
    given, text = subject(code), str(_("专家条件已保存，名单已按新条件排列"))
    url = given.url(page=1, tried=None)
    if not request.headers.get("HX-Request"):
        flash(text, "success")
        return redirect(url, 303)
    answer = _answer(given)
    answer.headers["HX-Push-Url"] = url
    answer.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "kind": "success"}})
    return answer


def _answer(given: Subject) -> Response:
    wanted = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else "page"
    template = PARTS.get(wanted, "matches/parts/results.html")
    page = render_template(template, is_part=wanted != "page", **list_values(given, given.board()))
    return make_response(page, 422 if given.form.errors else 200)


@blueprint.get("/employer/needs/<code>/excluded/<rule>")
@allows(Role.EMPLOYER, Role.MANAGER)
def excluded(code: str, rule: str) -> str:
    """Everybody whom one rule keeps out, with the facts."""
    given = subject(code)
    board = given.board()
    group = excluded_group(board, rule)
    return render_template(
        "matches/excluded.html",
        given=given,
        rule=RULE_NAMES[rule],
        relax=relax_text(group, given.state, code),
        people=excluded_people(group, given.state, given.need),
    )


@blueprint.get("/employer/needs/<code>/matches.xlsx")
@allows(Role.EMPLOYER, Role.MANAGER)
@limiter.limit("30 per minute")
def export(code: str) -> Response:
    """The list of the present filters and order, all pages, as an Excel file."""
    given = subject(code)
    board = given.board()
    listed = whole_list(db.session, board=board, filters=given.state.filters, sort=given.sort)
    rows = sheet_rows(listed, board, given)
    name = file_name(given.need, today_in_china())
    return send_file(BytesIO(workbook(rows)), XLSX, as_attachment=True, download_name=name)
