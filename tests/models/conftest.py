"""The domain's tables as the migrations make them, on both databases, without any web application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databases import empty_database
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models import Region, encryption
from models.database import writing
from web.migrations import upgrade


@pytest.fixture(scope="module")
def tables(database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over every table, with three regions."""
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else ""
    with empty_database(tmp_path_factory.mktemp("tables"), url) as engine:
        upgrade(engine)
        with Session(engine) as session, writing():
            session.add(Region(adcode="640000", name="宁夏回族自治区", level=1))
            session.flush()
            session.add(Region(adcode="640500", name="中卫市", level=2, parent_code="640000"))
            session.flush()
            session.add(Region(adcode="640521", name="中宁县", level=3, parent_code="640500"))
            session.commit()
        yield engine


@pytest.fixture
def rows(tables: Engine) -> Iterator[Session]:
    """A session whose changes are undone after the test."""
    before = encryption._Ring.fernet, encryption._Ring.digest_key
    encryption.use_keys([encryption.new_key()])
    with Session(tables) as session, writing():
        yield session
        session.rollback()
    encryption._Ring.fernet, encryption._Ring.digest_key = before
