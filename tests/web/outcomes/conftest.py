"""Assignments with everybody who takes part in them: the cast of tests/web/assignments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from assignment_cast import Cast
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from models import Appraisal, IndicatorClaim, ServiceLog
from models.choices import AssignmentState, ClaimState, LogState, PairingState, Role, Side
from web.services.grading_data import criteria_of
from web.services.orders import Order

Stage = Callable[..., Cast]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def stage(make: Maker, session: Session) -> Stage:
    """Makes an assignment of a mode with everybody; `values` are the assignment's own."""

    def made(mode: str = "service_mission", *, place: str = "640521", **values: Any) -> Cast:
        employer, host = make.employer(make.organisation(region_code=place))
        need = make.need(host, posted_by_id=employer.id, modes=(mode,))
        expert, member, officer = make.user("菌未霜"), make.user("苗团员"), make.user()
        home = make.organisation(name="江淮农业大学", region_code="320100")
        make.grant(officer, Role.INSTITUTION, organisation_id=home.id)
        pairing = make.pairing(
            need, make.expert(expert), mode=mode, state=PairingState.SIGNED, institution=home, days_per_year=10.0
        )
        make.expert(member, name="苗团员")
        stranger = make.user()
        make.expert(stranger, name="路人甲")
        assignment = make.assignment(pairing, **values)
        return Cast(
            assignment=assignment,
            host=host,
            employer=employer,
            expert=expert,
            member=member,
            officer=officer,
            manager=make.manager(place[:2]),
            stranger=stranger,
            other_employer=make.employer()[0],
            other_manager=make.manager("62"),
            administrator=make.administrator(),
            session=session,
        )

    return made


@pytest.fixture
def cast(stage: Stage) -> Cast:
    """An active service mission from September 2026 to August 2027, 10 days a year."""
    return stage()


@pytest.fixture
def done(stage: Stage) -> Cast:
    """A completed one with five confirmed days, a confirmed outcome, and the host's appraisal: ready to evaluate."""
    cast = stage(state=AssignmentState.COMPLETED, ended_on=date(2026, 11, 10))
    one = cast.assignment
    for day in range(1, 6):
        log = ServiceLog(
            assignment=one, expert=one.expert, day=date(2026, 10, day), days=1.0, done="查园", state=LogState.CONFIRMED
        )
        cast.session.add(log)
    claimed(cast, "trainees", 120, ClaimState.CONFIRMED)
    appraised(cast, Side.EMPLOYER, 5)
    return cast


def claimed(cast: Cast, indicator: str, value: float, state: ClaimState = ClaimState.CLAIMED) -> IndicatorClaim:
    """A claim of the cast's assignment in that state."""
    row = IndicatorClaim(
        assignment=cast.assignment, indicator_code=indicator, value=value, note="有签到表", state=state
    )
    cast.session.add(row)
    cast.session.flush()
    cast.session.refresh(row)
    return row


def appraised(cast: Cast, side: Side, mark: int) -> Appraisal:
    """The side's appraisal with the same mark everywhere."""
    row = Appraisal(
        assignment_id=cast.assignment.id, side=side, marks={one.code: mark for one in criteria_of(side)}, comment="好"
    )
    cast.session.add(row)
    cast.session.flush()
    return row


def order(row: Any = None, reason: str = "") -> Order:
    """What a fresh form says of a record; without one, of a record that is not there yet."""
    return Order(row.version if row is not None else 0, str(uuid4()), reason)
