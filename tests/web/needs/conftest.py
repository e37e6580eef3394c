"""Browsers of those who post needs, a draft, and a search with the tiny encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from signed_in import browser
from sqlalchemy.orm import Session

from matcher.config import Settings
from matcher.opening import open_engine
from models import Need, Organisation, User
from models.choices import NeedState
from web.matching import Matching
from web.services.access import Actor, actor_for

__all__ = ["browser"]
"""Fixtures that come from elsewhere."""


@pytest.fixture
def by(session: Session) -> Callable[[User], Actor]:
    return lambda user: actor_for(session, user)


@pytest.fixture
def employer(make: Maker) -> tuple[User, Organisation]:
    return make.employer()


@pytest.fixture
def draft(make: Maker, employer: tuple[User, Organisation]) -> Need:
    """A draft with nothing but a title."""
    user, organisation = employer
    empty: dict[str, Any] = dict.fromkeys(("starts", "ends", "deadline", "days_per_year", "industry_code"))
    return make.need(
        organisation, posted_by=user, state=NeedState.DRAFT, title="枸杞", problem="", goal="", keywords=(), modes=(),
        contact_name="", contact_phone="", published_at=None, submitted_at=None, **empty,
    )  # fmt: skip


@pytest.fixture
def search(app: Flask, settings: Settings) -> Iterator[Matching]:
    """The application's search, not opened yet."""
    before = app.extensions["matching"]
    engine = open_engine(settings)
    app.extensions["matching"] = Matching(lambda: engine)
    yield app.extensions["matching"]
    app.extensions["matching"] = before
