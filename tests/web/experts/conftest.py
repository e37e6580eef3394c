"""A search with the tiny encoder, and browsers of experts; forms as their pages send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from matcher.config import Settings
from matcher.engine import Engine
from matcher.opening import open_engine
from models import Expert, User
from models.choices import Role
from models.database import writing
from web.matching import Matching
from web.services.access import Actor, actor_for
from web.services.indexing import ask_for_missing, drain

Browser = Callable[[User], FlaskClient]


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Engine:
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


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    """A browser in which that person has signed in."""
    app.test_client_class = Visitor

    def open_for(user: User) -> FlaskClient:
        session.commit()
        fresh = app.test_client()
        sign_in(fresh, user, session)
        session.commit()
        return fresh

    return open_for


@pytest.fixture
def person(make: Maker) -> User:
    """Somebody with the role of an expert and no profile yet."""
    user = make.user("菌未霜")
    make.grant(user, Role.EXPERT)
    return user


@pytest.fixture
def expert(make: Maker) -> Expert:
    """A public profile with its person."""
    expert: Expert = make.expert(make.user("菌未霜"))
    return expert


@pytest.fixture
def by(session: Session) -> Callable[[Any], Actor]:
    """Who acts: a person, or the person of a profile."""

    def actor_of(who: User | Expert) -> Actor:
        user = who.user if isinstance(who, Expert) else who
        assert user is not None
        return actor_for(session, user)

    return actor_of
