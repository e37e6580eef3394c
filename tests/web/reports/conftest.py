"""Random records of two provinces and the Corps, with everything that a report counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from models import Assignment, Evaluation, IndicatorClaim, ServiceLog, Task
from models.choices import AssignmentState, ClaimState, Grade, LogState, NeedState, PairingState
from web.services.need_submission import CHINA

PLACES = (("640521", False), ("640100", False), ("620100", False), ("659002", True))

MODES = ("service_mission", "training", "remote_consulting")
INDICATORS = ("trainees", "jobs", "income", "output_value")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@dataclass
class World:
    """What was made, counted by hand as it was made: (figure, province, programme's task, mode, day, amount)."""

    counted: list[tuple[str, str, str | None, str, date, float]] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)

    def total(self, figure: str, is_wanted: Callable[..., bool] = lambda *_: True) -> float:
        """The sum of a figure over the rows that are wanted."""
        return round(sum(row[5] for row in self.counted if row[0] == figure and is_wanted(*row)), 6)

    def figures(self, is_wanted: Callable[..., bool] = lambda *_: True) -> dict[str, float]:
        """Every figure of the rows that are wanted."""
        names = {row[0] for row in self.counted if is_wanted(*row)}
        return {name: self.total(name, is_wanted) for name in names}


@dataclass
class WorldMaker:
    """Makes one need with its pairing, assignment, days, outcomes and grade at a time."""

    make: Maker
    session: Session
    random: Random
    world: World
    tasks: tuple[str | None, ...]

    def one(self) -> None:
        """Makes them, and counts what a report should."""
        code, is_xpcc = self.random.choice(PLACES)
        host = self.make.organisation(region_code=code, is_xpcc=is_xpcc)
        task, mode = self.random.choice(self.tasks), self.random.choice(MODES)
        place = "66" if is_xpcc else code[:2]
        at = self._moment()
        state = self.random.choice((NeedState.PUBLISHED, NeedState.FILLED, NeedState.SUBMITTED))
        published = None if state == NeedState.SUBMITTED else at
        need = self.make.need(host, state=state, published_at=published, task_code=task, modes=(mode,))

        def count(figure: str, on: Any, amount: float = 1) -> None:
            day = on.astimezone(CHINA).date() if isinstance(on, datetime) else on
            self.world.counted.append((figure, place, task, mode, day, amount))

        if published is not None:
            count("needs", at)
        pairing_state = self.random.choice((PairingState.INVITED, PairingState.SIGNED, PairingState.SIGNED))
        made = self._moment()
        pairing = self.make.pairing(need, mode=mode, state=pairing_state, created_at=made)
        count(f"pairings.{pairing_state}", made)
        if pairing_state == PairingState.SIGNED:
            self._assignment(pairing, count)

    def _assignment(self, pairing: Any, count: Callable[..., None]) -> None:
        state = self.random.choice((AssignmentState.ACTIVE, AssignmentState.COMPLETED, AssignmentState.EVALUATED))
        starts = self._day()
        one = self.make.assignment(pairing, state=state, starts=starts, ends=starts + timedelta(200))
        self.world.assignments.append(one)
        count(f"assignments.{state}", starts)
        first = self._day()
        for offset in range(self.random.randint(0, 6)):
            day, amount = first + timedelta(offset), self.random.choice((0.5, 1.0))
            log = self.random.choice((LogState.CONFIRMED, LogState.CONFIRMED, LogState.SUBMITTED, LogState.DISPUTED))
            self.session.add(
                ServiceLog(assignment=one, expert=one.expert, day=day, days=amount, done="查园", state=log)
            )
            if log == LogState.CONFIRMED:
                count("days", day, amount)
        for name in self.random.sample(INDICATORS, self.random.randint(0, 4)):
            self._claim(one, name, count)
        if state == AssignmentState.EVALUATED:
            grade, at = self.random.choice(list(Grade)), self._moment()
            exemplary = self.random.random() < 0.3
            self.session.add(
                Evaluation(
                    assignment_id=one.id, scheme="t", score=80.0, grade=grade, at=at, is_exemplary=exemplary,
                    summary="黑果率降到一成以内" if exemplary else "",
                )
            )  # fmt: skip
            count(f"grades.{grade}", at)

    def _claim(self, one: Assignment, name: str, count: Callable[..., None]) -> None:
        value = float(self.random.randint(1, 400)) if name != "income" else self.random.randint(1, 4000) / 100
        state, at = self.random.choice(list(ClaimState)), self._moment()
        is_final = state == ClaimState.CONFIRMED
        self.session.add(
            IndicatorClaim(
                assignment=one, indicator_code=name, value=value, note="x", state=state,
                confirmed_at=at if is_final else None,
            )
        )  # fmt: skip
        if is_final:
            count(f"indicators.{name}", at, value)

    def _day(self) -> date:
        return date(2025, 6, 1) + timedelta(self.random.randint(0, 700))

    def _moment(self) -> datetime:
        return datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=self.random.randint(0, 700 * 1440))


@pytest.fixture
def world(make: Maker, session: Session) -> Callable[..., World]:
    """Makes so many records at random from a seed."""
    programme = session.query(Task).order_by(Task.code).all()
    tasks = (None, programme[0].code, programme[-1].code)

    def made(seed: int = 1, size: int = 30) -> World:
        maker = WorldMaker(make, session, Random(seed), World(), tasks)  # noqa: S311 - test data
        for _ in range(size):
            maker.one()
        session.flush()
        return maker.world

    return made
