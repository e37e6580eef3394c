"""Everybody's own pages: home, settings, notices, adding a role."""

from __future__ import annotations

from typing import Any

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Grant, Notification
from models.choices import GrantState, Role
from web.services.errors import Sentence
from web.services.journal import notify


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.ADMINISTRATOR, "/admin/users"),
        (Role.MANAGER, "/desk"),
        (Role.EMPLOYER, "/employer"),
        (Role.EXPERT, "/me"),
        (None, "/account"),
    ],
)
def test_home_is_the_page_of_the_role(browser: Any, make: Maker, role: Role | None, page: str) -> None:
    user = make.user()
    values = {
        Role.EMPLOYER: {"organisation_id": make.organisation().id},
        Role.MANAGER: {"adcode_prefix": "64"},
    }
    if role is not None:
        make.grant(user, role, **values.get(role, {}))
    answer = browser(user).get("/home")
    assert answer.location == page or answer.location.startswith(f"{page}/")


def test_pending_role_opens_no_home_of_its_own(browser: Any, make: Maker) -> None:
    user = make.user()
    make.grant(user, Role.EMPLOYER, organisation_id=make.organisation().id, state=GrantState.PENDING)
    assert browser(user).get("/home").location == "/account"


def test_name_and_language_are_the_persons_own(browser: Any, session: Session, make: Maker) -> None:
    user = make.user("旧名")
    visitor = browser(user)
    assert visitor.post("/account", data={"name": " 新  名 ", "locale": "en"}).location == "/account"
    session.refresh(user)
    assert (user.name, user.locale) == ("新 名", "en")
    assert '<html lang="en">' in visitor.get("/account").text


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "名" * 81), ("locale", "fr")])
def test_wrong_settings_change_nothing(browser: Any, session: Session, make: Maker, field: str, value: str) -> None:
    user = make.user("旧名")
    answer = browser(user).post("/account", data={"name": "新名", "locale": "zh", field: value})
    assert answer.status_code == 422
    session.refresh(user)
    assert (user.name, user.locale) == ("旧名", "zh")


def test_settings_show_roles_with_their_places(browser: Any, make: Maker) -> None:
    user = make.user()
    organisation = make.organisation(name="盐池县滩羊研究所")
    make.grant(user, Role.EMPLOYER, organisation_id=organisation.id)
    make.grant(user, Role.MANAGER, adcode_prefix="6405")
    page = browser(user).get("/account").text
    assert "盐池县滩羊研究所" in page
    assert "宁夏·中卫市" in page


def test_second_profile_is_not_opened(browser: Any, session: Session, make: Maker) -> None:
    user = make.user()
    visitor = browser(user)
    visitor.post("/account/expert")
    assert visitor.post("/account/expert").status_code == 409
    assert len(session.scalars(select(Expert)).all()) == 1
    assert session.scalars(select(Grant.role)).all() == [Role.EXPERT]


def test_notices_are_read_one_by_one_or_all(browser: Any, session: Session, make: Maker) -> None:
    user = make.user()
    for number in range(3):
        notify(session, [user.id], Sentence(f"第{number}条", f"number {number}"), path="/account")
    session.flush()
    first = session.scalars(select(Notification).order_by(Notification.id)).first()
    assert first
    visitor = browser(user)
    assert "3 条未读" in visitor.get("/account/notifications").text
    assert visitor.post(f"/account/notifications/{first.id}/read").location == "/account"
    assert "2 条未读" in visitor.get("/account/notifications").text
    visitor.post("/account/notifications/read")
    assert "条未读" not in visitor.get("/account/notifications").text


def test_notices_of_others_are_out_of_reach(browser: Any, session: Session, make: Maker) -> None:
    notify(session, [make.user().id], Sentence("私事", "private"), path="")
    session.flush()
    notice = session.scalars(select(Notification)).one()
    visitor = browser(make.user())
    assert "私事" not in visitor.get("/account/notifications").text
    assert visitor.post(f"/account/notifications/{notice.id}/read").status_code == 404
    session.refresh(notice)
    assert notice.read_at is None


def test_notices_are_in_the_language_of_the_page(browser: Any, session: Session, make: Maker) -> None:
    user = make.user()
    notify(session, [user.id], Sentence("中文通知", "English notice"), path="")
    visitor = browser(user)
    assert "中文通知" in visitor.get("/account/notifications").text
    visitor.get("/language/en")
    page = visitor.get("/account/notifications").text
    assert "English notice" in page
    assert "中文通知" not in page
