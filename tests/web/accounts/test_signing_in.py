"""Confirmation, sign-in, reset, change of password and of e-mail; nobody learns who has an account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask.testing import FlaskClient

FRESH = "another good pass-phrase"


def enter(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login", data={"email": email, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_registration_is_confirmed_by_the_link_in_the_mail(client: FlaskClient, mail: Any) -> None:
    person = {"name": "菌未霜", "email": "jun@example.org", "password": PASSWORD}
    client.post("/register/expert", data=person)
    refused = enter(client, "jun@example.org")
    assert refused.status_code == 422
    assert "邮箱尚未确认" in refused.text
    letter = mail.last("jun@example.org")
    assert letter.subject == "请确认您的邮箱"
    assert client.get(letter.path).location == "/login"
    assert "邮箱已确认，请登录" in client.get("/login").text
    assert enter(client, "jun@example.org").location == "/home"
    assert is_signed_in(client)


def test_confirmation_works_once_and_only_with_its_own_link(client: FlaskClient, mail: Any) -> None:
    client.post("/register/expert", data={"name": "菌", "email": "jun@example.org", "password": PASSWORD})
    path = mail.last("jun@example.org").path
    assert client.get(f"{path}x").location == "/confirm"
    client.get(path)
    client.get(path)
    assert "邮箱已经确认过" in client.get("/login").text


@pytest.mark.parametrize(
    ("email", "password"), [("user@example.org", "wrong pass-phrase"), ("no@example.org", PASSWORD)]
)
def test_wrong_password_and_unknown_address_get_the_same_answer(
    client: FlaskClient, make: Maker, email: str, password: str
) -> None:
    make.user(email="user@example.org")
    answer = enter(client, email, password)
    assert answer.status_code == 422
    said = re.findall(r"<li>(.*?)</li>", answer.text.split("error-summary")[-1])
    assert said[0] == "邮箱或密码不正确"
    assert "error-text" not in answer.text


def test_empty_sign_in_says_beside_the_field_what_is_missing(client: FlaskClient) -> None:
    answer = enter(client, "", "")
    assert answer.status_code == 422
    assert "请填写邮箱" in answer.text
    assert "请填写密码" in answer.text
    assert "邮箱或密码不正确" not in answer.text


def test_address_may_be_typed_in_capitals_and_full_width(client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    assert enter(client, " ＵＳＥＲ@EXAMPLE.org ").location == "/home"


def test_password_may_be_typed_full_width(client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    assert enter(client, "user@example.org", PASSWORD.replace("2026", "２０２６")).location == "/home"


def test_sign_out_is_a_post(browser: Any, make: Maker) -> None:
    visitor = browser(make.user())
    assert visitor.get("/logout").status_code == 405
    assert is_signed_in(visitor)
    assert visitor.post("/logout").location == "/"
    assert not is_signed_in(visitor)


def test_remembered_person_is_signed_in_without_the_session(client: FlaskClient, make: Maker) -> None:
    make.user(email="user@example.org")
    enter(client, "user@example.org", remember="y")
    client.delete_cookie("session")
    assert is_signed_in(client)


def test_reset_by_mail_signs_every_device_out_and_works_once(
    client: FlaskClient, browser: Any, make: Maker, mail: Any
) -> None:
    user = make.user(email="user@example.org")
    elsewhere = browser(user)
    client.post("/reset", data={"email": "user@example.org"})
    path = mail.last("user@example.org").path
    short = client.post(path, data={"password": "short", "password_confirm": "short"})
    assert short.status_code == 422
    assert "密码至少 10 位，现在 5 位" in short.text
    differing = client.post(path, data={"password": FRESH, "password_confirm": "something else"})
    assert "两次输入的密码不一致" in differing.text
    assert client.post(path, data={"password": FRESH, "password_confirm": FRESH}).location == "/login"
    assert not is_signed_in(elsewhere)
    assert enter(client, "user@example.org").status_code == 422
    assert enter(client, "user@example.org", FRESH).location == "/home"
    assert mail.last("user@example.org").subject == "您的密码已重设"
    assert client.get(path).location == "/reset"


@pytest.mark.parametrize("page", ["/reset", "/confirm"])
def test_asking_for_a_letter_tells_nobody_who_is_registered(
    client: FlaskClient, make: Maker, mail: Any, page: str
) -> None:
    make.user(email="user@example.org", confirmed=page == "/reset")
    known = client.post(page, data={"email": "user@example.org"})
    unknown = client.post(page, data={"email": "nobody@example.org"})
    assert (known.status_code, unknown.status_code) == (200, 200)
    token = re.compile(r'(name="csrf-token" content="|name="csrf_token"[^>]*value=")[^"]*')
    plain = [token.sub("", answer.text) for answer in (known, unknown)]
    assert plain[0].replace("user@", "nobody@") == plain[1]
    assert [letter.to for letter in mail.letters()] == ["user@example.org"]


@pytest.mark.parametrize("page", ["/reset", "/confirm"])
@pytest.mark.parametrize(("email", "sentence"), [("", "请填写邮箱"), ("马建国", "邮箱格式不对")])
def test_what_is_no_address_is_said_beside_the_field(client: FlaskClient, page: str, email: str, sentence: str) -> None:
    answer = client.post(page, data={"email": email})
    assert answer.status_code == 422
    assert "email-error" in answer.text
    assert sentence in answer.text
    assert "邮件已经发出" not in answer.text


def test_links_in_mail_lead_to_the_configured_address_whatever_host_was_asked(
    client: FlaskClient, make: Maker, mail: Any
) -> None:
    make.user(email="user@example.org")
    client.post(
        "/reset",
        data={"email": "user@example.org"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    text = mail.last("user@example.org").text
    assert "http://127.0.0.1:8000/reset/" in text
    assert "evil" not in text


def test_change_of_password_needs_the_old_one_and_signs_others_out(
    client: FlaskClient, browser: Any, make: Maker, mail: Any
) -> None:
    user = make.user(email="user@example.org")
    elsewhere = browser(user)
    enter(client, "user@example.org")
    wrong = {"password": "not this one", "new_password": FRESH, "new_password_confirm": FRESH}
    assert "密码不正确" in client.post("/change", data=wrong).text
    same = {"password": PASSWORD, "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert "新密码不能与原密码相同" in client.post("/change", data=same).text
    assert client.post("/change", data={**wrong, "password": PASSWORD}).location == "/account"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert mail.last("user@example.org").subject == "您的密码已修改"


def test_new_address_is_confirmed_by_mail_and_the_old_one_is_told(client: FlaskClient, make: Maker, mail: Any) -> None:
    make.user(email="user@example.org")
    enter(client, "user@example.org")
    client.post("/change-email", data={"email": "neu@example.org"})
    assert not mail.letters("user@example.org")
    client.get(mail.last("neu@example.org").path)
    assert mail.last("user@example.org").subject == "您的登录邮箱已更换"
    client.post("/logout")
    assert enter(client, "user@example.org").status_code == 422
    assert enter(client, "neu@example.org").location == "/home"


def test_address_of_somebody_else_cannot_be_taken_nor_found_out(client: FlaskClient, make: Maker, mail: Any) -> None:
    make.user(email="user@example.org")
    make.user(email="other@example.org")
    enter(client, "user@example.org")
    answer = client.post("/change-email", data={"email": "other@example.org"})
    assert "确认邮件已发往 other@example.org" in answer.text
    assert not mail.letters("other@example.org")


def test_delicate_pages_ask_for_the_password_when_the_sign_in_is_old(browser: Any, make: Maker) -> None:
    visitor = browser(make.user())  # this session never saw the password
    for page in ("/change-email", "/mf-recovery-codes", "/tf-setup"):
        assert visitor.get(page).location.startswith("/confirm-password?next=")
    assert visitor.post("/confirm-password?next=/tf-setup", data={"password": "wrong pass-phrase"}).status_code == 422
    assert visitor.post("/confirm-password?next=/tf-setup", data={"password": PASSWORD}).location == "/tf-setup"
    assert visitor.get("/tf-setup").status_code == 200


def test_mail_is_in_the_language_of_its_reader(client: FlaskClient, make: Maker, mail: Any) -> None:
    user = make.user(email="user@example.org")
    user.locale = "en"
    client.post("/reset", data={"email": "user@example.org"})
    letter = mail.last("user@example.org")
    assert letter.subject == "Reset your password"
    assert not re.search(r"[\u4e00-\u9fff]", letter.text)


def test_password_is_kept_as_argon2(make: Maker, credential_of: Any) -> None:
    user = make.user()
    assert credential_of(user).password.startswith("$argon2id$")


def test_json_is_not_spoken_here(client: FlaskClient) -> None:
    assert client.post("/login", json={"email": "a@example.org", "password": PASSWORD}).status_code == 415
    answer = client.get("/login", headers={"Accept": "application/json"})
    assert answer.mimetype == "text/html"
