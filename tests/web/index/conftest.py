"""The index under test: a tiny real encoder, the application's search over it, and other sessions beside the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from matcher.config import Settings
from matcher.engine import Engine
from matcher.opening import open_engine
from models import Expert, Need
from models.choices import Subject
from web.extensions import db
from web.matching import Matching
from web.services.indexing import drain
from web.services.journal import note_change

Changed = Callable[..., None]


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Engine:
    return open_engine(settings)


@pytest.fixture
def search(app: Flask, engine: Engine) -> Iterator[Matching]:
    """The application's search, not yet opened."""
    before = app.extensions["matching"]
    app.extensions["matching"] = Matching(lambda: engine)
    yield app.extensions["matching"]
    app.extensions["matching"].close()
    app.extensions["matching"] = before


@pytest.fixture
def other_session(app: Flask) -> Iterator[Callable[[], Session]]:
    """Opens sessions as another thread or process has them."""
    with app.app_context():
        sessions = db.sessionmaker
    opened: list[Session] = []

    def open_one() -> Session:
        opened.append(sessions())
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def changed(session: Session) -> Changed:
    """Notes that these records changed, and commits, as a view does."""

    def note(*records: Expert | Need) -> None:
        for record in records:
            note_change(session, Subject.EXPERT if isinstance(record, Expert) else Subject.NEED, record.id)
        session.commit()

    return note


@pytest.fixture
def settle(session: Session, search: Matching, changed: Changed) -> Changed:
    """Notes the changes, drains the outbox and has the search take them over."""

    def do(*records: Expert | Need) -> None:
        changed(*records)
        drain(session, search.engine)
        search.load_now(session)
        session.rollback()

    return do
