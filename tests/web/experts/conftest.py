"""A search with the tiny encoder, and browsers of experts; forms as their pages send them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from factories import Maker
from flask.testing import FlaskClient
from signed_in import browser
from small_search import engine, indexed, matching
from sqlalchemy.orm import Session

from models import Expert, User
from models.choices import Role
from web.services.access import Actor, actor_for

__all__ = ["browser", "engine", "indexed", "matching"]
"""Fixtures that come from elsewhere."""

Browser = Callable[[User], FlaskClient]


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
