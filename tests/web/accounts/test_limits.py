"""Guessing is slow: failed sign-ins, letters and registrations are counted, and the page says when to come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask import Flask
from flask.testing import FlaskClient
from visitor import Visitor

from web.app import create_app
from web.extensions import limiter
from web.settings import ServiceSettings

WRONG = "wrong pass-phrase"


@pytest.fixture
def limited(app: Flask, service_settings: ServiceSettings) -> Iterator[Flask]:
    """The application over the same database, with its limits on."""
    app_with_limits = create_app(service_settings.model_copy(update={"rate_limits": True}))
    app_with_limits.config.update(WTF_CSRF_ENABLED=False, TESTING=True)
    app_with_limits.test_client_class = Visitor
    limiter.reset()
    yield app_with_limits
    limiter.reset()
    limiter.enabled = False


@pytest.fixture
def client(limited: Flask, make: Maker) -> FlaskClient:
    make.user(email="user@example.org")
    make.session.commit()
    return limited.test_client()


def enter(client: FlaskClient, email: str = "user@example.org", password: str = WRONG) -> Any:
    return client.post("/login", data={"email": email, "password": password})


def test_tenth_failure_locks_the_address_even_for_the_right_password(client: FlaskClient) -> None:
    assert [enter(client).status_code for _ in range(10)] == [422] * 10
    answer = enter(client, password=PASSWORD)
    assert answer.status_code == 429
    assert "尝试次数太多" in answer.text
    assert re.search(r"请在 1[45] 分钟后（\d\d:\d\d 以后）再试", answer.text)
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_lock_is_on_one_address_however_it_is_typed_and_not_on_others(client: FlaskClient, make: Maker) -> None:
    make.user(email="other@example.org")
    make.session.commit()
    for number in range(10):
        enter(client, email="USER@example.org" if number % 2 else "ｕｓｅｒ@example.org ")
    assert enter(client).status_code == 429
    assert enter(client, email="other@example.org", password=PASSWORD).location == "/home"


def test_unknown_address_is_locked_like_a_known_one(client: FlaskClient) -> None:
    answers = [enter(client, email="nobody@example.org").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_many_addresses_from_one_place_are_stopped(client: FlaskClient) -> None:
    answers = [enter(client, email=f"user{n}@example.org").status_code for n in range(61)]
    assert answers == [422] * 60 + [429]


def test_successful_sign_ins_do_not_count(client: FlaskClient) -> None:
    for _ in range(12):
        assert enter(client, password=PASSWORD).location == "/home"
        client.post("/logout")


@pytest.mark.parametrize("page", ["/reset", "/confirm"])
def test_only_so_many_letters_go_to_one_address(client: FlaskClient, page: str) -> None:
    answers = [client.post(page, data={"email": "user@example.org"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_six_digits_cannot_be_tried_out(client: FlaskClient, limited: Flask, make: Maker) -> None:
    with client.session_transaction() as session:
        session["tf_user_id"], session["tf_state"] = "uniquifier-1", "ready"
    credential = limited.extensions["credentials"]
    totp = limited.extensions["security"].totp_factory.generate_totp_secret()
    user = credential.find_user(email="user@example.org")
    user.tf_primary_method, user.tf_totp_secret = "authenticator", totp
    with client.session_transaction() as session:
        session["tf_user_id"] = user.fs_uniquifier
    make.session.commit()
    answers = [client.post("/tf-validate", data={"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_registrations_from_one_place_are_stopped(client: FlaskClient) -> None:
    answers = [client.post("/register/expert", data={}).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]
    assert client.get("/register/expert").status_code == 200


def test_codes_cannot_be_looked_up_in_bulk(client: FlaskClient) -> None:
    answers = [client.get("/register/credit-code?credit_code=1").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_the_page_is_in_english_too(client: FlaskClient) -> None:
    client.get("/language/en")
    for _ in range(10):
        enter(client)
    page = enter(client).text
    assert "Too many attempts" in page
    assert re.search(r"Try again in 1[45] minutes", page)
