"""Two-step sign-in: optional, each code once, recovery codes for a lost phone, nothing kept in the clear."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import User
from web.accounts.credential import Credential

EMAIL = "user@example.org"


def enter(client: FlaskClient) -> Any:
    return client.post("/login", data={"email": EMAIL, "password": PASSWORD})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def code_now(app: Flask, session: Session) -> Callable[[str, int], str]:
    """The six digits for a secret, some steps of 30 s later: one later is still good when a slow machine gets to it."""

    def generate(secret: str, steps: int = 1) -> str:
        kind = app.extensions["security"].totp_factory._totp
        totp = kind.from_source(secret) if secret.startswith("{") else kind(secret, format="base32")
        return str(totp.generate(time=time.time() + 30 * steps).token)

    return generate


@pytest.fixture
def protected(client: FlaskClient, make: Maker, session: Session, code_now: Any) -> User:
    """A person who has switched it on through the pages and has signed out."""
    user: User = make.user(email=EMAIL)
    enter(client)
    page = client.post("/tf-setup", data={"setup": "authenticator"}).text
    key = re.search(r"<code>([A-Z2-7-]+)</code>", page)
    action = re.search(r'action="(/tf-setup/[^"]+)"', page)
    assert key and action
    answer = client.post(action.group(1), data={"code": code_now(key.group(1).replace("-", ""), 0)})
    assert answer.location == "/account"
    client.post("/logout")
    session.expire_all()
    return user


def test_setting_up_shows_a_qr_code_without_any_other_site(client: FlaskClient, make: Maker) -> None:
    make.user(email=EMAIL)
    enter(client)
    page = client.post("/tf-setup", data={"setup": "authenticator"})
    assert '<img src="data:image/svg+xml;base64,' in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


def test_wrong_code_does_not_switch_it_on(client: FlaskClient, make: Maker, credential_of: Any) -> None:
    user = make.user(email=EMAIL)
    enter(client)
    page = client.post("/tf-setup", data={"setup": "authenticator"}).text
    action = re.search(r'action="(/tf-setup/[^"]+)"', page)
    assert action
    client.post(action.group(1), data={"code": "000000"})
    assert credential_of(user).tf_primary_method is None


def test_password_alone_no_longer_signs_in(client: FlaskClient, protected: User) -> None:
    assert enter(client).location.startswith("/tf-validate")
    assert not is_signed_in(client)


def test_code_signs_in_and_works_once(
    client: FlaskClient, protected: User, credential_of: Any, code_now: Any, app: Flask
) -> None:
    code = code_now(credential_of(protected).tf_totp_secret)
    enter(client)
    assert client.post("/tf-validate", data={"code": "000000"}).status_code == 422
    wide = " ".join(chr(ord(c) + 0xFEE0) for c in code)
    assert client.post("/tf-validate", data={"code": wide}).location == "/home"
    assert is_signed_in(client)
    onlooker = app.test_client()
    enter(onlooker)
    assert onlooker.post("/tf-validate", data={"code": code}).status_code == 422
    assert not is_signed_in(onlooker)


def test_recovery_code_signs_in_once(client: FlaskClient, protected: User, credential_of: Any, code_now: Any) -> None:
    enter(client)
    client.post("/tf-validate", data={"code": code_now(credential_of(protected).tf_totp_secret)})
    codes = re.findall(r"<code>([0-9a-f-]{14})</code>", client.post("/mf-recovery-codes").text)
    assert len(codes) == 8
    for expected in (True, False):
        client.post("/logout")
        enter(client)
        client.post("/mf-recovery", data={"code": codes[0].upper().replace("-", " ")})
        assert is_signed_in(client) is expected


def test_switching_it_off_forgets_the_recovery_codes(
    client: FlaskClient, protected: User, credential_of: Any, code_now: Any
) -> None:
    enter(client)
    client.post("/tf-validate", data={"code": code_now(credential_of(protected).tf_totp_secret)})
    client.post("/mf-recovery-codes")
    assert credential_of(protected).mf_recovery_codes
    client.post("/tf-setup", data={"setup": "disable"})
    credential = credential_of(protected)
    assert (credential.tf_primary_method, credential.tf_totp_secret) == (None, None)
    assert not credential.mf_recovery_codes


def test_neither_secret_nor_recovery_codes_stand_in_the_clear(
    client: FlaskClient, protected: User, credential_of: Any, code_now: Any
) -> None:
    credential: Credential = credential_of(protected)
    enter(client)
    client.post("/tf-validate", data={"code": code_now(credential.tf_totp_secret)})
    shown = re.findall(r"<code>([0-9a-f-]{14})</code>", client.post("/mf-recovery-codes").text)
    credential = credential_of(protected)
    assert not set(shown) & set(credential.mf_recovery_codes or ())
    assert '"enckey"' in (credential.tf_totp_secret or "")


def test_ways_that_have_no_use_here_are_closed(client: FlaskClient, protected: User) -> None:
    enter(client)
    for page in ("/tf-rescue", "/tf-select"):
        assert client.get(page).status_code == 404
        assert client.post(page).status_code == 404


def test_stray_link_to_the_code_page_signs_nobody_out(browser: Any, make: Maker) -> None:
    visitor = browser(make.user())
    assert visitor.get("/tf-validate").location == "/home"
    assert is_signed_in(visitor)


@pytest.mark.parametrize("wrong", ["000000", ""])
def test_wrong_code_keeps_the_secret_that_the_phone_already_has(
    client: FlaskClient, make: Maker, credential_of: Any, code_now: Any, wrong: str
) -> None:
    user = make.user(email=EMAIL)
    enter(client)
    shown = (r"<code>([A-Z2-7-]+)</code>", r'action="(/tf-setup/[^"]+)"', r'<img src="(data:image[^"]+)"')
    first = client.post("/tf-setup", data={"setup": "authenticator"}).text
    key, action, picture = (re.search(pattern, first) for pattern in shown)
    assert key and action and picture
    again = client.post(action[1], data={"code": wrong})
    assert again.status_code == 422
    assert [re.search(pattern, again.text)[1] for pattern in shown] == [key[1], action[1], picture[1]]  # type: ignore[index]
    assert 'aria-invalid="true"' in again.text
    assert client.post(action[1], data={"code": code_now(key[1].replace("-", ""))}).location == "/account"
    assert credential_of(user).tf_primary_method == "authenticator"
