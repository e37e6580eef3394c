"""Cookies, tokens and headers; a session that somebody else began is worth nothing; who is suspended is out at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from factories import PASSWORD, Maker
from flask import Flask
from flask.testing import FlaskClient
from visitor import Visitor

from web.app import create_app
from web.services import people
from web.services.access import actor_for
from web.settings import ServiceSettings

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    " //evil.example",
    "http:evil.example",
    "javascript:alert(1)",
)


def enter(client: FlaskClient, **more: str) -> Any:
    return client.post("/login", data={"email": "user@example.org", "password": PASSWORD, **more})


@pytest.fixture
def checking(app: Flask) -> Iterator[Flask]:
    """The application with its protection against forged requests, as in production."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token_in(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("is_https", [True, False])
def test_cookies_are_for_this_site_alone_and_out_of_reach_of_scripts(
    app: Flask, service_settings: ServiceSettings, make: Maker, is_https: bool
) -> None:
    url = "https://dongcai.example" if is_https else "http://127.0.0.1:8000"
    other = create_app(service_settings.model_copy(update={"public_url": url}))
    other.config.update(WTF_CSRF_ENABLED=False)
    make.user(email="user@example.org")
    make.session.commit()
    answer = enter(Visitor(other), remember="y")
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"session", "remember_token"}
    for cookie in cookies.values():
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is is_https


@pytest.mark.parametrize("page", ["/", "/login", "/register/employer"])
def test_policy_allows_no_inline_script_or_style_and_no_other_site(client: FlaskClient, page: str) -> None:
    policy = client.get(page).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("page", ["/login", "/register", "/register/employer", "/reset", "/confirm", "/account"])
def test_pages_carry_nothing_that_the_policy_would_block(browser: Any, make: Maker, page: str) -> None:
    html = browser(make.user()).get(page, follow_redirects=True).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\s(style|on[a-z]+)=", html)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_leads_to_no_other_site(client: FlaskClient, make: Maker, target: str) -> None:
    make.user(email="user@example.org")
    for answer in (
        client.post("/login", query_string={"next": target}, data={"email": "user@example.org", "password": PASSWORD}),
        enter(client, next=target),
    ):
        if answer.location:
            led_to = urlsplit(urljoin("http://localhost/login", answer.location))
            assert (led_to.scheme, led_to.netloc) == ("http", "localhost")
            assert "\\" not in answer.location
        client.post("/logout")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_language_switch_leads_to_no_other_site(client: FlaskClient, target: str) -> None:
    assert client.get("/language/en", query_string={"next": target}).location == "/"


def test_sign_in_comes_back_to_the_page_that_was_wanted(client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    sent = client.get("/account/notifications?page=2").location
    assert sent == "/login?next=/account/notifications?page%3D2"
    answer = client.post(sent, data={"email": "user@example.org", "password": PASSWORD})
    assert answer.location == "/account/notifications?page=2"


def test_partial_page_sends_the_whole_page_to_the_sign_in(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/account?tab=1"}
    answer = client.get("/account/notifications", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/account?tab%3D1"


def test_sign_in_begins_a_new_session(checking: Flask, client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    before = token_in(client.get("/login").text)
    cookie = client.get_cookie("session")
    assert enter(client, csrf_token=before).location == "/home"
    after = client.get_cookie("session")
    assert cookie and after and cookie.value != after.value
    forged = client.post("/account/notifications/read", data={"csrf_token": before})
    assert forged.status_code == 400
    fresh = token_in(client.get("/account").text)
    assert client.post("/account/notifications/read", data={"csrf_token": fresh}).status_code == 302


def test_registration_under_way_ends_when_somebody_signs_in(client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    client.post("/register/employer", data={"name": "甲", "email": "jia@example.org", "password": PASSWORD})
    enter(client)
    with client.session_transaction() as kept:
        assert "registration" not in kept


def test_suspended_person_is_out_at_once_and_stays_out(
    client: FlaskClient, browser: Any, make: Maker, session: Any
) -> None:
    user, administrator = make.user(email="user@example.org"), make.administrator()
    visitor = browser(user)
    enter(client, remember="y")
    assert visitor.get("/account").status_code == 200
    people.suspend(session, user_id=user.id, by=actor_for(session, administrator))
    session.commit()
    for one in (visitor, client):
        assert one.get("/account").location == "/login?next=/account"
    refused = enter(client)
    assert refused.status_code == 422
    assert "账号已停用" in refused.text
    people.reinstate(session, user_id=user.id, by=actor_for(session, administrator))
    session.commit()
    assert visitor.get("/account").status_code == 302
    assert enter(client).location == "/home"


def test_role_that_is_taken_away_is_gone_at_once(browser: Any, make: Maker, session: Any) -> None:
    user = make.user()
    grant = make.grant(user, "administrator")
    visitor = browser(user)
    assert visitor.get("/admin/users").status_code == 200
    grant.state = "revoked"
    session.commit()
    assert visitor.get("/admin/users").status_code == 403


def test_pages_of_people_stay_out_of_caches(browser: Any, make: Maker) -> None:
    assert "no-store" in browser(make.user()).get("/account").headers["Cache-Control"]
