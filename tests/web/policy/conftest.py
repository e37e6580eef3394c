"""Pairings in a state to be decided, and who decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from factories import Maker
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from models import Pairing, PolicyRule, RuleResult, User
from models.choices import PairingState, RuleState
from web.services.access import Actor, actor_for
from web.services.policy import Looked, look

Waiting, Act, Find = Callable[..., Pairing], Callable[[User], Actor], Callable[..., Looked]
TODAY = date(2027, 1, 4)


@pytest.fixture
def waiting(make: Maker) -> Waiting:
    """An accepted pairing whose terms are agreed and which every rule lets pass, but for what is given."""

    def made(mode: str = "service_mission", need: dict[str, Any] | None = None, **values: Any) -> Pairing:
        expert = values.pop("expert", None) or make.expert(make.user(), days_per_year=60.0)
        sound = {
            "state": PairingState.ACCEPTED,
            "starts": date(2027, 3, 1),
            "ends": date(2027, 3, 14),
            "days_per_year": 10.0,
            "details": {"is_civil_servant": False},
        }
        return make.pairing(make.need(modes=(mode,), **(need or {})), expert, mode=mode, **{**sound, **values})

    return made


@pytest.fixture
def act(session: Session) -> Act:
    """Somebody with the roles that hold now."""
    return lambda user: actor_for(session, user)


@pytest.fixture(autouse=True)
def shipped_rules(session: Session) -> Any:
    """Rules are shared by all tests: what a test does to them is undone."""
    yield
    session.rollback()
    session.execute(delete(RuleResult))
    session.execute(delete(PolicyRule).where(or_(PolicyRule.version > 1, PolicyRule.is_shipped.is_(False))))
    session.execute(update(PolicyRule).values(state=RuleState.PUBLISHED))
    session.commit()


@pytest.fixture
def find(session: Session) -> Find:
    """What a rule finds for a pairing."""

    def found(pairing: Pairing, code: str, today: date = TODAY) -> Looked:
        return next(one for one in look(session, pairing, today=today) if one.rule.code == code)

    return found
