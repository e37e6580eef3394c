"""The programme report of a manager: figures within the jurisdiction, the rows behind each, months, exemplary cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Evaluation, Need, Pairing, Task
from models.choices import Role
from web.services.access import Actor
from web.services.jurisdiction import needs_within
from web.services.need_submission import CHINA
from web.services.paging import Page
from web.services.report_rows import KINDS, PROVINCE, Scope, rows

DIMENSIONS = ("province", "programme", "task", "mode")
"""What a report may be broken down by."""
YEARS = range(2000, 2101)
PAGE_SIZE = 50
MOST_CASES = 50

Figures = Mapping[str, float]
"""The name of a figure, say `assignments.active`, → its sum. A figure of nothing is not there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record behind a figure. `amount` is what it adds; `code` names the need, pairing or assignment."""

    figure: str
    code: str
    title: str
    host: str
    province: str
    programme: str
    task: str
    mode: str
    on: date
    amount: float

    @property
    def kind(self) -> str:
        """Of which kind the figure is."""
        return self.figure.partition(".")[0]


def figures(session: Session, scope: Scope, *, by: Actor) -> Figures:
    """Every figure of the report. Raises NotAllowedError for whom is no manager."""
    by.require(Role.MANAGER)
    found: dict[str, float] = {}
    for kind in KINDS:
        part = rows(kind, scope, by).subquery()
        grouped = select(part.c.figure, func.sum(part.c.amount)).group_by(part.c.figure).order_by(part.c.figure)
        found |= {figure: _rounded(total) for figure, total in session.execute(grouped)}
    return found


def breakdown(session: Session, scope: Scope, dimension: str, *, by: Actor) -> dict[str, dict[str, float]]:
    """The value of the dimension → kind → sum over the kind's figures; indicators, whose units differ, are left out."""
    by.require(Role.MANAGER)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for kind in KINDS:
        if kind == "indicators" or (dimension == "mode" and kind == "needs"):
            continue  # a need may offer several modes
        part = rows(kind, scope, by).subquery()
        column = part.c[dimension]
        for value, total in session.execute(select(column, func.sum(part.c.amount)).group_by(column)):
            found[value][kind] = _rounded(total)
    return dict(sorted(found.items()))


def months(session: Session, scope: Scope, *, by: Actor) -> dict[tuple[int, int], dict[str, float]]:
    """(year, month) → kind → sum, in order and without gaps: the scope's year, or from the first row to the last."""
    by.require(Role.MANAGER)
    found: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for kind in ("needs", "pairings", "assignments", "days"):
        part = rows(kind, scope, by).subquery()
        for on, amount in session.execute(select(part.c.on, part.c.amount)):
            day = _day(on)
            found[day.year, day.month][kind] += amount
    if scope.year is not None:
        wanted: Iterable[tuple[int, int]] = ((scope.year, month) for month in range(1, 13))
    else:
        wanted = _every(sorted(found))
    return {month: {kind: _rounded(total) for kind, total in found[month].items()} for month in wanted}


def kind_of(figure: str) -> str | None:
    """The kind of a figure's name; None for a name that no figure has."""
    kind = figure.partition(".")[0]
    return kind if kind in KINDS else None


def rows_of(session: Session, scope: Scope, figure: str, *, by: Actor, number: int = 1) -> tuple[Page[Row], float]:
    """A page of the rows behind a figure, or behind all figures of a kind, and their sum over all pages."""
    by.require(Role.MANAGER)
    kind = kind_of(figure)
    if kind is None:
        return Page([], 1, PAGE_SIZE, 0), 0.0
    part = rows(kind, scope, by).subquery()
    wanted = select(part) if figure == kind else select(part).where(part.c.figure == figure)
    inner = wanted.subquery()
    total, amount = session.execute(select(func.count(), func.sum(inner.c.amount)).select_from(inner)).one()
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    ordered = wanted.order_by(part.c.on.desc(), part.c.row_id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    items = [_row(one) for one in session.execute(ordered)]
    return Page(items, number, PAGE_SIZE, total), _rounded(amount or 0)


def all_rows(session: Session, scope: Scope, *, by: Actor) -> Iterator[Row]:
    """Every row behind every figure, kind by kind."""
    by.require(Role.MANAGER)
    for kind in KINDS:
        part = rows(kind, scope, by).subquery()
        for one in session.execute(select(part).order_by(part.c.figure, part.c.on, part.c.row_id)):
            yield _row(one)


def exemplary(session: Session, scope: Scope, *, by: Actor) -> Sequence[Evaluation]:
    """The exemplary cases among the evaluations of the scope, the latest first."""
    by.require(Role.MANAGER)
    part = rows("grades", scope, by).subquery()
    pairing = joinedload(Evaluation.assignment).joinedload(Assignment.pairing)
    statement = (
        select(Evaluation)
        .where(Evaluation.id.in_(select(part.c.row_id)), Evaluation.is_exemplary.is_(True))
        .order_by(Evaluation.at.desc(), Evaluation.id.desc())
        .limit(MOST_CASES)
        .options(
            pairing.joinedload(Pairing.mode),
            pairing.joinedload(Pairing.need).joinedload(Need.organisation),
        )
    )
    return session.scalars(statement).all()


def provinces(session: Session, *, by: Actor) -> list[str]:
    """The provinces in which the manager has needs, as two digits; 66 is the Corps."""
    statement = select(PROVINCE).select_from(Need).join(Need.organisation).where(needs_within(by)).distinct()
    return sorted(session.scalars(statement))


def tasks(session: Session, scope: Scope) -> Sequence[Task]:
    """The tasks of the scope's programme, of all programmes where it names none."""
    statement = select(Task).order_by(Task.programme_code, Task.number)
    return session.scalars(
        statement.where(Task.programme_code == scope.programme) if scope.programme else statement
    ).all()


def years(session: Session, *, by: Actor) -> list[int]:
    """The years that have anything, the latest first."""
    found: set[int] = set()
    for kind in KINDS:
        part = rows(kind, Scope(), by).subquery()
        first, last = session.execute(select(func.min(part.c.on), func.max(part.c.on))).one()
        if first is not None:
            found.update(range(_day(first).year, _day(last).year + 1))
    return sorted(found, reverse=True)


def narrowed(scope: Scope, dimension: str, value: str) -> Scope:
    """The scope with one value of a dimension."""
    values: dict[str, Any] = {dimension: value}
    return replace(scope, **values)


def _row(one: Any) -> Row:
    values = one._mapping
    names = ("figure", "code", "title", "host", "province", "programme", "task", "mode")
    return Row(**{name: str(values[name]) for name in names}, on=_day(values["on"]), amount=_rounded(values["amount"]))


def _day(on: date | datetime) -> date:
    return on.astimezone(CHINA).date() if isinstance(on, datetime) else on


def _rounded(amount: float) -> float:
    """Without the dust of floating point: parts of a day and of 万元 have at most six places."""
    return round(float(amount), 6)


def _every(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    if not found:
        return []
    (first_year, first_month), (last_year, last_month) = found[0], found[-1]
    numbers = range(first_year * 12 + first_month - 1, last_year * 12 + last_month)
    return [(number // 12, number % 12 + 1) for number in numbers]
