"""Records as rows of the desk's tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models import Expert, Grant, Need, Organisation
from models.choices import NeedState
from models.columns import utc_now
from web.desk.places import short_place
from web.formats import day, days
from web.gazetteer import place_name
from web.labels import label, mode_label
from web.services.desk import Waiting
from web.services.expert_list import completeness, is_stale
from web.services.need_submission import CHINA, today_in_china

LATE_DAYS = 7
"""A record that has waited so long is marked."""


def queue_row(one: Waiting) -> dict[str, Any]:
    """One thing that waits."""
    row: dict[str, Any] = {"kind": one.kind.value, "findings": one.findings, "since": one.since, "deadline": None}
    record = one.record
    waited = age_days(one.since)
    row |= {"age": age(one.since), "is_late": waited >= LATE_DAYS}
    if isinstance(record, Need):
        url = url_for("desk.check_need", code=record.code)
        row |= {"title": record.title, "url": url, "code": record.code, "deadline": record.deadline}
        return row | {"organisation": record.organisation.name, "place": short_place(record.region_code)}
    if isinstance(record, Organisation):
        url = url_for("desk.check_organisation", credit_code=record.credit_code)
        row |= {"title": record.name, "url": url, "code": record.credit_code}
        return row | {"organisation": label(record.kind), "place": short_place(record.region_code)}
    return row | _request_row(record)


def _request_row(grant: Grant) -> dict[str, Any]:
    organisation = grant.organisation
    title = _("%(name)s 申请以“%(role)s”身份加入", name=grant.user.name, role=label(grant.role))
    row: dict[str, Any] = {"title": title, "url": None, "code": "", "grant_id": grant.id, "name": grant.user.name}
    if organisation is not None:
        row |= {"organisation": organisation.name, "place": short_place(organisation.region_code)}
    return row


def need_row(need: Need) -> dict[str, Any]:
    """A need in the list of all."""
    return {
        "title": need.title,
        "url": url_for("desk.check_need", code=need.code),
        "code": need.code,
        "organisation": need.organisation.name,
        "place": short_place(need.organisation.region_code),
        "state": need.state,
        "submitted": day(need.submitted_at or need.created_at),
        "deadline": need.deadline,
        "is_past": is_past(need),
    }


def organisation_row(organisation: Organisation, needs: dict[NeedState, int]) -> dict[str, Any]:
    """An organisation in the list of all, with its needs by state."""
    return {
        "name": organisation.name,
        "url": url_for("desk.check_organisation", credit_code=organisation.credit_code),
        "code": organisation.credit_code,
        "kind": label(organisation.kind),
        "place": short_place(organisation.region_code),
        "verification": organisation.verification,
        "waiting": needs.get(NeedState.SUBMITTED, 0),
        "published": needs.get(NeedState.PUBLISHED, 0),
        "updated": day(organisation.updated_at),
    }


def expert_row(expert: Expert, url: str) -> dict[str, Any]:
    """An expert in the list of all; nothing by which to reach the person."""
    return {
        "name": expert.name,
        "url": url,
        "code": expert.code,
        "title": expert.title,
        "institution": expert.institution,
        "place": place_name(expert.region_code),
        "modes": [mode_label(mode) for mode in expert.modes],
        "days": days(expert.days_per_year),
        "filled": round(100 * completeness(expert)),
        "updated": day(expert.updated_at),
        "is_stale": is_stale(expert),
    }


def age_days(since: datetime, *, now: datetime | None = None) -> int:
    """Whole days, by the calendar in China, since something began to wait."""
    today: date = (now or utc_now()).astimezone(CHINA).date()
    return max(0, (today - since.astimezone(CHINA).date()).days)


def age(since: datetime) -> str:
    """How long something has waited: 今天, 1 天, or 3 天."""
    waited = age_days(since)
    return days(waited) if waited else str(_("今天"))


def waiting(since: datetime) -> str:
    """The same as a fact under a title."""
    return str(_("已等 %(age)s", age=age(since)) if age_days(since) else _("今天提交"))


def is_past(need: Need) -> bool:
    """Whether the deadline has passed."""
    return need.deadline is not None and need.deadline < today_in_china()
