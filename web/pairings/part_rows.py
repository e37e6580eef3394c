"""The parts of the terms as rows of the pairing's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models import Pairing
from models.choices import TieKind
from web.extensions import db
from web.formats import day, money
from web.labels import label
from web.language import is_chinese, say
from web.permissions import actor
from web.services.document_readers import may_see
from web.services.pairing_files import clearances
from web.services.pairing_parts import day_of, goals_of
from web.services.policy_details import DETAILS, Detail, flag_of, number_of, ties_of

Rows = Iterable[dict[str, Any]]


def part_rows(pairing: Pairing) -> list[dict[str, Any]]:
    """Team, legs, milestones, answers and the clearance; only what is written."""
    return [*_team(pairing), *_legs(pairing), *_answers(pairing), *_goals(pairing), *_files(pairing)]


def _team(pairing: Pairing) -> Rows:
    for one in pairing.members:
        civil = _("公务员或参公管理人员") if one.is_civil_servant else ""
        code = one.expert.code if one.expert is not None else ""
        yield _row(_("团长") if one.is_leader else _("团员"), one.name, one.institution, code, civil)


def _legs(pairing: Pairing) -> Rows:
    for leg in pairing.legs:
        way = _("赴西部") if leg.direction == "west" else _("来东部")
        yield _row(way, leg.name, leg.organisation, f"{day(leg.starts)} – {day(leg.ends)}")


def _answers(pairing: Pairing) -> Rows:
    for one in DETAILS:
        if value := _value(one, pairing.details or {}):
            yield _row(say(one.question), value)


def _goals(pairing: Pairing) -> Rows:
    for goal in goals_of(pairing.details or {}):
        budget = money(goal.budget) if goal.budget is not None else ""
        yield _row(_("节点与交付"), goal.title, day(goal.due), budget, goal.source)


def _files(pairing: Pairing) -> Rows:
    for one in clearances(db.session, pairing):
        if not may_see(db.session, one, actor()):
            continue
        link = {"url": url_for("documents.show", document_id=one.id), "text": _("下载")}
        yield _row(_("体检证明"), one.name) | {"action": link}


def _value(one: Detail, details: dict[str, Any]) -> str:
    if one.type == "flag":
        flag = flag_of(details, one.key)
        return "" if flag is None else str(_("是") if flag else _("否"))
    if one.type == "ties":
        return _ties(ties_of(details, one.key))
    if one.type in ("number", "count"):
        value = number_of(details, one.key)
        gap = "" if one.unit.en == "%" else " "
        return "" if value is None else f"{value:g}{gap}{say(one.unit)}"
    return (
        day(day_of(details, one.key)) if details.get(one.key) and one.type == "day" else str(details.get(one.key, ""))
    )


def _ties(ties: tuple[TieKind, ...] | None) -> str:
    if not ties:
        return "" if ties is None else _("没有")
    return ("、" if is_chinese() else ", ").join(str(label(tie)) for tie in ties)


def _row(key: str, *values: str) -> dict[str, Any]:
    return {"key": key, "value": " · ".join(value for value in values if value)}
