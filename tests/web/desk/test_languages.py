"""The desk speaks Chinese and English, and never mixes them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Need, User
from models.choices import NeedState, Verification

Browser = Callable[[User], FlaskClient]
Waits, Act = Callable[..., Need], Callable[..., TestResponse]
HAN = re.compile(r"[㐀-鿿]+")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_in_both_languages(
    browser: Browser, make: Maker, waits: Waits, manager: User, session: Session, language: str
) -> None:
    manager.name = "Manager"
    organisation = make.organisation(name="Station", intro="Tel. 13900001234", verification=Verification.PENDING)
    texts = {"title": "Blight", "problem": "Spots", "goal": "", "indicators": "", "keywords": ("rot",)}
    need = waits(organisation, **texts, task_confirmed=False, days_per_year=300.0)
    closed = waits(organisation, **texts, state=NeedState.PUBLISHED)
    make.expert(name="Jun", title="", institution="Univ.", works=[])
    visitor = browser(manager)
    visitor.get(f"/language/{language}?next=/")
    paths = ["", "/needs", "/organisations", "/experts", f"/needs/{need.code}", f"/needs/{closed.code}"]
    paths += [f"/needs/{need.code}/return", f"/organisations/{organisation.credit_code}"]
    paths += [f"/organisations/{organisation.credit_code}/return"]
    for path in paths:
        text = visitor.get(f"/desk{path}").get_data(as_text=True)
        assert f'lang="{"en" if language == "en" else "zh-CN"}"' in text, path
        if language == "en":
            assert set(HAN.findall(text)) <= {"东才西用", "中文"}, path


def test_whoever_comes_too_late_is_told_in_english(
    browser: Browser, waits: Waits, act: Act, manager: User, session: Session
) -> None:
    manager.name = "Ding"
    need = waits()
    seen = need.version
    act(f"/desk/needs/{need.code}/publish", need)
    visitor = browser(manager)
    visitor.get("/language/en?next=/")
    text = visitor.post(f"/desk/needs/{need.code}/publish", data={"version": seen}).get_data(as_text=True)
    assert "Already dealt with by Ding: published" in text
