"""Between the parts of terms and the fields in which they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import FieldList, Form

from web.extensions import db
from web.pairings.part_fields import NONE, TiesField, written_rows
from web.services.errors import FieldProblem, Sentence
from web.services.pairing_parts import (
    GOALS,
    MANAGED,
    ExchangeTerm,
    Goal,
    Shown,
    TeamMember,
    as_details,
    day_of,
    goals_of,
    team_member,
)
from web.services.pairing_proposals import Terms
from web.services.policy_details import Detail

BOTH_WAYS = [{"direction": "west"}, {"direction": "east"}]
"""The rows that a form without legs begins with."""


def part_data(terms: Terms, asked: Shown) -> dict[str, Any]:
    """What the fields begin with."""
    data: dict[str, Any] = {one.key: _begun(one, terms.details) for one in asked.details}
    data["members"] = [_member_data(one) for one in terms.members]
    data["legs"] = [_row_data(one) for one in terms.legs] or BOTH_WAYS
    data[GOALS] = [_row_data(one) for one in goals_of(terms.details)]
    return data


def keep_unseen_rows(form: Form, data: Mapping[str, Any]) -> None:
    """Rows that the sent page did not show begin with what stands."""
    for field in form:
        if isinstance(field, FieldList) and request.form and not _was_sent(field.name):
            field.process(None, data[field.name])


def read_details(form: Form, before: Mapping[str, Any], asked: Shown) -> dict[str, Any]:
    """The answers, over what the form does not ask."""
    details = {key: value for key, value in before.items() if key not in MANAGED}
    for one in asked.details:
        value = _answer(one, form[one.key])
        if value not in (None, ""):
            details[one.key] = value
    if GOALS in form:
        rows = [row.data for row in written_rows(form[GOALS])]
        goals = [Goal(row["title"], row["due"], row.get("budget"), row.get("source") or "") for row in rows]
        details |= {GOALS: as_details(goals)} if goals else {}
    return details


def read_team(form: Form) -> tuple[TeamMember, ...]:
    """The rows of the team."""
    rows = [row.data for row in written_rows(form["members"])] if "members" in form else []
    return tuple(
        team_member(
            db.session,
            code=row["code"] or "",
            name=row["name"] or "",
            institution=row["institution"] or "",
            is_leader=row["role"] == "leader",
            is_civil_servant={"yes": True, "no": False}.get(row["civil"] or ""),
        )
        for row in rows
    )


def read_legs(form: Form) -> tuple[ExchangeTerm, ...]:
    """The rows of legs."""
    rows = [row.data for row in written_rows(form["legs"])] if "legs" in form else []
    return tuple(
        ExchangeTerm(row["direction"] or "", row["name"] or "", row["organisation"] or "", row["starts"], row["ends"])
        for row in rows
    )


def unread(fields: Mapping[str, Any]) -> list[FieldProblem]:
    """What was typed and cannot be read, by the names of `every_field`."""
    found = []
    for name, field in fields.items():
        if isinstance(field, FieldList):
            continue
        errors = list(field.process_errors)
        if isinstance(field, TiesField):
            try:
                field.read()
            except ValueError as error:
                errors.append(str(error))
        found += [FieldProblem(name, Sentence(str(errors[0]), str(errors[0])))] if errors else []
    return found


def _begun(one: Detail, details: Mapping[str, Any]) -> Any:
    value = details.get(one.key)
    if one.type == "flag":
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
    if one.type == "ties":
        return value or [NONE] if isinstance(value, list) else []
    return day_of(details, one.key) if one.type == "day" else value


def _answer(one: Detail, field: Any) -> Any:
    if one.type == "flag":
        return {"yes": True, "no": False}.get(field.data or "")
    if one.type == "ties":
        return field.read()
    return field.data.isoformat() if one.type == "day" and field.data is not None else field.data


def _member_data(one: TeamMember) -> dict[str, Any]:
    civil = {True: "yes", False: "no", None: ""}[one.is_civil_servant]
    return _row_data(one) | {"role": "leader" if one.is_leader else "member", "civil": civil}


def _row_data(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _was_sent(name: str) -> bool:
    return any(key.startswith(f"{name}-") for key in request.form)
