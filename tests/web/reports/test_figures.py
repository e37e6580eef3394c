"""Every figure of a report is the sum of the rows behind it, and of what was made; within the jurisdiction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from factories import Maker
from sqlalchemy.orm import Session

from models import IndicatorClaim, Task
from models.choices import ClaimState, NeedState, Role
from web.services import reports
from web.services.access import Actor, actor_for
from web.services.errors import NotAllowedError
from web.services.report_rows import CORPS, NO_TASK, Scope

from .conftest import World

Worlds = Callable[..., World]


def national(make: Maker, session: Session) -> Actor:
    return actor_for(session, make.manager(""))


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_what_was_made_and_the_sums_of_their_rows(
    world: Worlds, make: Maker, session: Session, seed: int
) -> None:
    made, by = world(seed), national(make, session)
    for scope in (Scope(), Scope(2026), Scope(2026, 3), Scope(province="64"), Scope(mode="training"), Scope(2025, 12)):
        wanted = made.figures(
            lambda _figure, place, _task, mode, day, _amount, scope=scope: (
                scope.year in (None, day.year)
                and scope.month in (None, day.month)
                and scope.province in ("", place)
                and scope.mode in ("", mode)
            )
        )
        found = reports.figures(session, scope, by=by)
        assert dict(found) == wanted
        for figure, total in found.items():
            assert added_up(session, scope, figure, by) == total


def added_up(session: Session, scope: Scope, figure: str, by: Actor) -> float:
    """The amounts of every row on every page of a figure."""
    page, total = reports.rows_of(session, scope, figure, by=by)
    amounts = [row.amount for row in page.items]
    for number in range(2, page.count + 1):
        more, _ = reports.rows_of(session, scope, figure, by=by, number=number)
        amounts += [row.amount for row in more.items]
    assert len(amounts) == page.total
    assert round(sum(amounts), 6) == total
    return total


def test_the_rows_of_the_sheet_add_up_to_every_figure(world: Worlds, make: Maker, session: Session) -> None:
    world(7, 60)
    by = national(make, session)
    sums: dict[str, float] = defaultdict(float)
    for row in reports.all_rows(session, Scope(), by=by):
        sums[row.figure] = round(sums[row.figure] + row.amount, 6)
    assert sums == dict(reports.figures(session, Scope(), by=by))


@pytest.mark.parametrize("dimension", reports.DIMENSIONS)
def test_a_breakdown_adds_up_and_leads_to_its_rows(
    world: Worlds, make: Maker, session: Session, dimension: str
) -> None:
    world(3)
    by = national(make, session)
    parts = reports.breakdown(session, Scope(2026), dimension, by=by)
    totals = reports.figures(session, Scope(2026), by=by)
    assert parts
    for value, kinds in parts.items():
        for kind, total in kinds.items():
            scope = reports.narrowed(Scope(2026), dimension, value)
            assert added_up(session, scope, kind, by) == total
    for kind in {kind for kinds in parts.values() for kind in kinds}:
        whole = sum(total for figure, total in totals.items() if reports.kind_of(figure) == kind)
        assert round(sum(kinds.get(kind, 0) for kinds in parts.values()), 6) == round(whole, 6)


def test_months_add_up_to_the_year(world: Worlds, make: Maker, session: Session) -> None:
    world(4)
    by = national(make, session)
    found = reports.months(session, Scope(2026), by=by)
    assert list(found) == [(2026, month) for month in range(1, 13)]
    totals = reports.figures(session, Scope(2026), by=by)
    for (year, month), kinds in found.items():
        for kind, total in kinds.items():
            assert added_up(session, Scope(year, month), kind, by) == total
    for kind in ("needs", "pairings", "assignments", "days"):
        whole = sum(total for figure, total in totals.items() if reports.kind_of(figure) == kind)
        assert round(sum(kinds.get(kind, 0) for kinds in found.values()), 6) == whole


def test_months_of_all_years_have_no_gap(make: Maker, session: Session) -> None:
    for at in (datetime(2025, 11, 2, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)):
        make.need(published_at=at)
    found = reports.months(session, Scope(), by=national(make, session))
    assert [(key, value.get("needs", 0)) for key, value in found.items()] == [
        ((2025, 11), 1), ((2025, 12), 0), ((2026, 1), 0), ((2026, 2), 1)
    ]  # fmt: skip


def test_years_are_those_of_china(make: Maker, session: Session) -> None:
    """A need published at 00:30 on New Year's Day in Beijing belongs to the new year."""
    make.need(published_at=datetime(2025, 12, 31, 16, 30, tzinfo=UTC))
    by = national(make, session)
    assert dict(reports.figures(session, Scope(2026, 1), by=by)) == {"needs": 1}
    assert reports.figures(session, Scope(2025), by=by) == {}
    page, _ = reports.rows_of(session, Scope(), "needs", by=by)
    assert [row.on for row in page.items] == [date(2026, 1, 1)]
    assert reports.years(session, by=by) == [2026]


@pytest.mark.parametrize(("prefix", "place"), [("64", "64"), ("62", "62"), ("6405", "64"), ("66", "66")])
def test_a_manager_counts_the_jurisdiction_alone(
    world: Worlds, make: Maker, session: Session, prefix: str, place: str
) -> None:
    made = world(5, 60)
    by = actor_for(session, make.manager(prefix))
    found = dict(reports.figures(session, Scope(), by=by))
    assert found
    if prefix == place:
        assert found == made.figures(lambda _figure, where, *_rest: where == place)
    else:
        assert found["needs"] < made.total("needs", lambda _figure, where, *_rest: where == place)
    assert {row.province for row in reports.all_rows(session, Scope(), by=by)} == {place}
    assert reports.figures(session, Scope(province="63"), by=by) == {}


def test_a_manager_of_programmes_counts_these_and_what_belongs_to_none(
    world: Worlds, make: Maker, session: Session
) -> None:
    made = world(6, 60)
    task = session.query(Task).order_by(Task.code.desc()).first()
    assert task is not None
    by = actor_for(session, make.manager("", (task.programme_code,)))
    assert dict(reports.figures(session, Scope(), by=by)) == made.figures(
        lambda _figure, _place, of, *_rest: of in (None, task.code)
    )
    assert dict(reports.figures(session, Scope(programme=NO_TASK), by=by)) == made.figures(
        lambda _figure, _place, of, *_rest: of is None
    )


def test_only_what_the_manager_confirmed_counts(make: Maker, session: Session) -> None:
    one = make.assignment()
    for code, state in zip(("jobs", "trainees", "founded", "platform"), ClaimState, strict=True):
        at = datetime(2026, 5, 1, tzinfo=UTC) if state == ClaimState.CONFIRMED else None
        session.add(
            IndicatorClaim(assignment=one, indicator_code=code, value=3, note="x", state=state, confirmed_at=at)
        )
    session.flush()
    found = reports.figures(session, Scope(), by=national(make, session))
    assert {figure: total for figure, total in found.items() if figure.startswith("indicators.")} == {
        "indicators.founded": 3
    }


def test_a_need_that_was_never_published_counts_nowhere(make: Maker, session: Session) -> None:
    make.need(state=NeedState.SUBMITTED, published_at=None)
    assert reports.figures(session, Scope(), by=national(make, session)) == {}


def test_others_have_no_report(make: Maker, session: Session) -> None:
    by = actor_for(session, make.administrator())
    for call in (
        lambda: reports.figures(session, Scope(), by=by),
        lambda: reports.rows_of(session, Scope(), "needs", by=by),
        lambda: list(reports.all_rows(session, Scope(), by=by)),
        lambda: reports.exemplary(session, Scope(), by=by),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_the_corps_is_a_place_of_its_own(make: Maker, session: Session) -> None:
    make.need(make.organisation(region_code="659002", is_xpcc=True))
    make.need(make.organisation(region_code="650100"))
    by = national(make, session)
    assert reports.provinces(session, by=by) == ["65", CORPS]
    assert dict(reports.figures(session, Scope(province=CORPS), by=by)) == {"needs": 1}
    assert not by.has(Role.EXPERT)
