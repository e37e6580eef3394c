"""An assignment with everybody who takes part in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from assignment_cast import Cast
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from models import PairingMember
from models.choices import PairingState, Role
from web.services.orders import Order


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def stage(make: Maker, session: Session) -> Callable[..., Cast]:
    """Makes an assignment of a mode with everybody; `values` are the assignment's own."""

    def made(mode: str | Any = "service_mission", **values: Any) -> Cast:
        employer, host = make.employer()
        need = make.need(host, posted_by_id=employer.id, modes=(mode,) if isinstance(mode, str) else (mode.code,))
        expert, member, officer = make.user("菌未霜"), make.user("苗团员"), make.user()
        home = make.organisation(name="江淮农业大学", region_code="320100")
        make.grant(officer, Role.INSTITUTION, organisation_id=home.id)
        profile = make.expert(expert)
        second = make.expert(member, name="苗团员")
        stranger = make.user()
        make.expert(stranger, name="路人甲")
        pairing = make.pairing(need, profile, mode=mode, state=PairingState.SIGNED, institution=home)
        if "team" in pairing.mode.parts:
            pairing.members = [
                PairingMember(position=0, expert_id=second.id, name="苗团员"),
                PairingMember(position=1, name="只有名字的人"),
            ]
        assignment = make.assignment(pairing, **values)
        session.flush()
        return Cast(
            assignment=assignment,
            host=host,
            employer=employer,
            expert=expert,
            member=member,
            officer=officer,
            manager=make.manager("64"),
            stranger=stranger,
            other_employer=make.employer()[0],
            other_manager=make.manager("62"),
            administrator=make.administrator(),
            session=session,
        )

    return made


@pytest.fixture
def cast(stage: Callable[..., Cast]) -> Cast:
    """An active service mission with a team of two, from September 2026 to August 2027, 15 days a year."""
    return stage()


@pytest.fixture
def order() -> Callable[..., Order]:
    """What a fresh form says of an assignment, or of any record with a version."""

    def made(row: Any = None, reason: str = "") -> Order:
        return Order(row.version if row is not None else 1, str(uuid4()), reason)

    return made
