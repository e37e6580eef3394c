"""The expert's calendar: a year in a strip, a month in days, and a file for calendar programmes."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, render_template, request

from models.choices import Role
from web.assignments.blueprint import blueprint
from web.assignments.words import KIND_NAMES
from web.extensions import db, limiter
from web.language import is_chinese, say
from web.permissions import actor, allows
from web.services import calendar
from web.services.calendar import Commitment
from web.services.day_budget import ledger
from web.services.need_submission import today_in_china
from web.services.profiles import own_profile

FIRST_YEAR, LAST_YEAR = 2020, 2100


@blueprint.get("/me/calendar")
@allows(Role.EXPERT)
def year_calendar() -> str:
    """The year: strip, ledger and every month's commitments; `?month=` opens one month's days."""
    today = today_in_china()
    year = _within(request.args.get("year", today.year, type=int), FIRST_YEAR, LAST_YEAR)
    month = request.args.get("month", type=int)
    found = calendar.commitments(db.session, by=actor(), first=date(year, 1, 1), last=date(year, 12, 31))
    profile = own_profile(db.session, by=actor())
    return render_template(
        "assignments/calendar.html",
        year=year,
        month=month if month in range(1, 13) else None,
        today=today,
        windows=[_window(one) for one in found if one.kind in ("assignment", "pairing")],
        by_month=[(number, [_item(one) for one in found if _touches(one, year, number)]) for number in range(1, 13)],
        weeks=_weeks(year, month, found) if month in range(1, 13) else [],
        ledger=ledger(db.session, profile, year) if profile.id is not None else None,
    )


@blueprint.get("/me/calendar.ics")
@allows(Role.EXPERT)
@limiter.limit("30 per minute")
def calendar_file() -> Response:
    """Everything from last year on, for Outlook, phones and other calendars."""
    first = date(today_in_china().year - 1, 1, 1)
    found = calendar.commitments(db.session, by=actor(), first=first, last=date(LAST_YEAR, 12, 31))
    url = current_app.config["SETTINGS"].public_url
    body = calendar.as_icalendar(found, public_url=url, names=KIND_NAMES, zh=is_chinese())
    headers = {"Content-Disposition": 'attachment; filename="dongcai.ics"'}
    return Response(body, mimetype="text/calendar", headers=headers)


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


def _is_long(one: Commitment) -> bool:
    """Whether it stands only at its ends: the strip of the year shows all of it."""
    return one.kind in ("assignment", "pairing") and one.ends - one.starts > timedelta(days=31)


def _touches(one: Commitment, year: int, month: int) -> bool:
    last = months.monthrange(year, month)[1]
    begins, ends = date(year, month, 1), date(year, month, last)
    if _is_long(one):
        return any(begins <= day <= ends for day in (one.starts, one.ends))
    return one.starts <= ends and one.ends >= begins


def _window(one: Commitment) -> dict[str, Any]:
    kind = "tentative" if one.is_tentative else "assigned"
    return {"start": one.starts, "end": one.ends, "kind": kind, "text": f"{say(KIND_NAMES[one.kind])} {one.title}"}


def _item(one: Commitment) -> dict[str, Any]:
    when = one.starts.isoformat() if one.starts == one.ends else f"{one.starts} – {one.ends}"
    return {"kind": say(KIND_NAMES[one.kind]), "when": when, "title": one.title, "host": one.host, "path": one.path}


def _weeks(year: int, month: int | None, found: Sequence[Commitment]) -> list[list[dict[str, Any]]]:
    """The weeks of a month, Monday first; a day holds what falls on it, long ones only at their ends."""
    if month is None:
        return []
    return [
        [
            {"day": day, "is_in": day.month == month, "items": [_item(one) for one in found if _is_on(one, day)]}
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]


def _is_on(one: Commitment, day: date) -> bool:
    if _is_long(one):
        return day in (one.starts, one.ends)
    return one.starts <= day <= one.ends
