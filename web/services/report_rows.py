"""The rows behind the figures of a report: one statement for each kind of figure, within a manager's jurisdiction.

Figures are sums over these very statements, so the rows of a figure add up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, select

from models import (
    Assignment,
    Evaluation,
    IndicatorClaim,
    Need,
    Organisation,
    Pairing,
    ServiceLog,
    Task,
)
from models.choices import ClaimState, LogState
from models.columns import has_item
from web.services.access import Actor
from web.services.areas import CORPS
from web.services.jurisdiction import needs_within
from web.services.need_submission import CHINA

NO_TASK = "none"
"""The filter's value for needs outside every programme."""
KINDS = ("needs", "pairings", "assignments", "days", "indicators", "grades")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about; an empty value leaves nothing out. `month` counts from 1, and needs a year."""

    year: int | None = None
    month: int | None = None
    province: str = ""
    programme: str = ""
    task: str = ""
    mode: str = ""


def rows(kind: str, scope: Scope, by: Actor) -> Select[Any]:
    """The rows of a kind: figure, code, title, host, province, programme, task, mode, on, amount, row_id.

    `on` is the time by which a row belongs to a year and a month: a need's publication, the making of a pairing, the
    first day of an assignment, the day of service, the manager's confirmation of an outcome, the evaluation.
    """
    return _MAKERS[kind](scope).where(needs_within(by), *_within(scope))


PROVINCE: ColumnElement[str] = case((Organisation.is_xpcc, CORPS), else_=func.substr(Organisation.region_code, 1, 2))


def _columns(figure: Any, code: Any, mode: Any, on: Any, amount: Any, row_id: Any) -> Select[Any]:
    return select(
        figure.label("figure"),
        code.label("code"),
        Need.title.label("title"),
        Organisation.name.label("host"),
        PROVINCE.label("province"),
        func.coalesce(Task.programme_code, NO_TASK).label("programme"),
        func.coalesce(Need.task_code, NO_TASK).label("task"),
        mode.label("mode"),
        on.label("on"),
        amount.label("amount"),
        row_id.label("row_id"),
    )


def _with_need(statement: Select[Any]) -> Select[Any]:
    return statement.join(Need.organisation).outerjoin(Need.task)


def _needs(scope: Scope) -> Select[Any]:
    columns = _columns(literal("needs"), Need.code, literal(""), Need.published_at, literal(1), Need.id)
    statement = _with_need(columns.select_from(Need)).where(Need.published_at.is_not(None))
    statement = statement.where(*_moments(Need.published_at, scope))
    return statement.where(has_item(Need.modes, scope.mode)) if scope.mode else statement


def _pairings(scope: Scope) -> Select[Any]:
    figure = literal("pairings.") + cast(Pairing.state, String)
    columns = _columns(figure, Pairing.code, Pairing.mode_code, Pairing.created_at, literal(1), Pairing.id)
    statement = _with_need(columns.select_from(Pairing).join(Pairing.need))
    return _of_mode(statement.where(*_moments(Pairing.created_at, scope)), Pairing.mode_code, scope)


def _assignments(scope: Scope) -> Select[Any]:
    figure = literal("assignments.") + cast(Assignment.state, String)
    columns = _columns(figure, Assignment.code, Assignment.mode_code, Assignment.starts, literal(1), Assignment.id)
    return _of_assignments(columns.select_from(Assignment), scope).where(*_days(Assignment.starts, scope))


def _served(scope: Scope) -> Select[Any]:
    columns = _columns(
        literal("days"), Assignment.code, Assignment.mode_code, ServiceLog.day, ServiceLog.days, ServiceLog.id
    )
    statement = _of_assignments(columns.select_from(ServiceLog).join(ServiceLog.assignment), scope)
    return statement.where(ServiceLog.state == LogState.CONFIRMED, *_days(ServiceLog.day, scope))


def _indicators(scope: Scope) -> Select[Any]:
    figure, on = literal("indicators.") + IndicatorClaim.indicator_code, IndicatorClaim.confirmed_at
    columns = _columns(figure, Assignment.code, Assignment.mode_code, on, IndicatorClaim.value, IndicatorClaim.id)
    statement = _of_assignments(columns.select_from(IndicatorClaim).join(IndicatorClaim.assignment), scope)
    return statement.where(IndicatorClaim.state == ClaimState.CONFIRMED, *_moments(on, scope))


def _grades(scope: Scope) -> Select[Any]:
    figure = literal("grades.") + cast(Evaluation.grade, String)
    columns = _columns(figure, Assignment.code, Assignment.mode_code, Evaluation.at, literal(1), Evaluation.id)
    statement = _of_assignments(columns.select_from(Evaluation).join(Evaluation.assignment), scope)
    return statement.where(*_moments(Evaluation.at, scope))


def _of_assignments(statement: Select[Any], scope: Scope) -> Select[Any]:
    joined = _with_need(statement.join(Assignment.pairing).join(Pairing.need))
    return _of_mode(joined, Assignment.mode_code, scope)


def _of_mode(statement: Select[Any], column: Any, scope: Scope) -> Select[Any]:
    return statement.where(column == scope.mode) if scope.mode else statement


_MAKERS: Mapping[str, Callable[[Scope], Select[Any]]] = {
    "needs": _needs,
    "pairings": _pairings,
    "assignments": _assignments,
    "days": _served,
    "indicators": _indicators,
    "grades": _grades,
}


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope.province:
        found.append(PROVINCE.in_([scope.province]))
    if scope.programme:
        found.append(Task.programme_code == (None if scope.programme == NO_TASK else scope.programme))
    if scope.task:
        found.append(Need.task_code == (None if scope.task == NO_TASK else scope.task))
    return found


def _bounds(scope: Scope) -> tuple[date, date] | None:
    """The first day of the time, and the first one after it."""
    if scope.year is None:
        return None
    first = date(scope.year, scope.month or 1, 1)
    if scope.month is None or scope.month == 12:
        return first, date(scope.year + 1, 1, 1)
    return first, date(scope.year, scope.month + 1, 1)


def _days(column: Any, scope: Scope) -> list[ColumnElement[bool]]:
    bounds = _bounds(scope)
    return [] if bounds is None else [and_(column >= bounds[0], column < bounds[1])]


def _moments(column: Any, scope: Scope) -> list[ColumnElement[bool]]:
    bounds = _bounds(scope)
    if bounds is None:
        return []
    first, after = (datetime(day.year, day.month, day.day, tzinfo=CHINA) for day in bounds)
    return [and_(column >= first, column < after)]
