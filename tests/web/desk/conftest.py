"""The desk as a manager uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from factories import Maker
from flask.testing import FlaskClient
from signed_in import browser
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Need, User
from models.choices import NeedState
from web.services.need_submission import today_in_china

__all__ = ["browser"]
"""Fixtures that come from elsewhere."""

Browser = Callable[[User], FlaskClient]
Desk, Waits, Act = Callable[..., str], Callable[..., Need], Callable[..., TestResponse]


@pytest.fixture
def waits(make: Maker) -> Waits:
    """A need that was submitted `days` ago and in which the check finds nothing, but for what is given."""

    def submitted(organisation: Any = None, days: int = 1, **values: Any) -> Need:
        sound = {
            "state": NeedState.SUBMITTED,
            "submitted_at": datetime.now(UTC) - timedelta(days=days),
            "published_at": None,
            "indicators": "雨后 48 小时内的防治方案",
            "task_code": "ningxia-1",
            "task_confirmed": True,
            "deadline": today_in_china() + timedelta(days=90),
            "starts": date(2027, 3, 1),
        }
        return make.need(organisation, **{**sound, **values})

    return submitted


@pytest.fixture
def manager(make: Maker) -> User:
    """A manager of Ningxia."""
    return make.manager("64")


@pytest.fixture
def desk(browser: Browser, manager: User) -> Desk:
    """Opens a page as a manager (of Ningxia, unless another is named) and gives its text."""

    def open_(path: str, *, by: User = manager, status: int = 200, **headers: str) -> str:
        answer = browser(by).get(path, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
        return answer.get_data(as_text=True)

    return open_


@pytest.fixture
def act(browser: Browser, session: Session, manager: User) -> Act:
    """Posts a form as a manager, with the version of the record as it is now; the test then sees what was done."""

    def post(path: str, record: Any = None, *, by: User = manager, **data: Any) -> TestResponse:
        if record is not None:
            session.flush()
            data.setdefault("version", record.version)
        answer = browser(by).post(path, data=data)
        session.expire_all()
        return answer

    return post
