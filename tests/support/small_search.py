"""Fixtures for search: an engine with the tiny encoder, and what was made indexed. A conftest imports what it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from matcher.config import Settings
from matcher.engine import Engine
from matcher.opening import open_engine
from models.database import writing
from web.matching import Matching
from web.services.indexing import ask_for_missing, drain


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Engine:
    """An engine with the tiny encoder."""
    return open_engine(settings)


@pytest.fixture
def matching(app: Flask, engine: Engine) -> Iterator[Matching]:
    """The application's search, over nobody yet; `indexed` opens it."""
    before = app.extensions["matching"]
    app.extensions["matching"] = Matching(lambda: engine)
    yield app.extensions["matching"]
    app.extensions["matching"] = before


@pytest.fixture
def indexed(matching: Matching, session: Session) -> Callable[[], Matching]:
    """Indexes what was made or changed, and searches it from now on."""

    def catch_up() -> Matching:
        session.commit()
        with writing():
            ask_for_missing(session, matching.engine.encoder.fingerprint)
            session.commit()
        drain(session, matching.engine)
        matching.load_now(session)
        return matching

    return catch_up
