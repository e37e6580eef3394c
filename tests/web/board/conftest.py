"""The people around a pairing, their browsers, and pairings that pass or break rules of the test's own making."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from pairing_cast import Cast, make_cast
from sqlalchemy.orm import Session
from visitor import Visitor

from models import User


@pytest.fixture
def cast(make: Maker, session: Session) -> Cast:
    """Everybody who has a part in a pairing, and a stranger."""
    return make_cast(make, session)


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which that person has signed in."""
    app.test_client_class = Visitor

    def open_for(user: User) -> FlaskClient:
        session.commit()
        fresh = app.test_client()
        sign_in(fresh, user, session)
        session.commit()
        return fresh

    return open_for
