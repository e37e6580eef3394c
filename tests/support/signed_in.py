"""Fixtures for pages: browsers in which people have signed in. A folder's conftest imports what it wants."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from models import User

Browser = Callable[[User], FlaskClient]


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
