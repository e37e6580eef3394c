"""One language a page: Chinese first, English complete, and none of the library's own words in either."""

from __future__ import annotations

import re
from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask import Flask
from flask.testing import FlaskClient
from flask_security.core import _default_messages
from markupsafe import Markup

from web.accounts.credential import Credential
from web.accounts.messages import MESSAGES
from web.accounts.setup import TEMPLATES

SWITCHED_OFF = re.compile(
    "GENERIC_(RECOVERY|US)|IDENTITY_|OAUTH_|PASSWORDLESS|LOGIN_E|INVALID_(LOGIN|PASSWORD_CODE|INPUT)|PHONE|REFRESH|US_"
    "|PASSWORD_(TOO|BREACHED|MISMATCH|RESET$)|USE_CODE|USERNAME|WEBAUTHN|CODE_HAS|CONFIRM_REGISTRATION"
)
"""Messages of features that this service does not use."""
PUBLIC = ("/login?next=/account", "/register", "/register/employer", "/register/expert", "/reset", "/confirm")
PERSONAL = ("/account", "/account/notifications", "/change", "/employer/organisation")
DELICATE = ("/confirm-password", "/change-email", "/tf-setup", "/mf-recovery-codes?show_codes=1")
NAMES = ("中文", "东才西用", "Dongcai", "English", "Microsoft", "Authenticator", "Apache-2.0", "TOTP")


def words_of(page: str) -> str:
    """What people read of a page: without markup, what they typed, or the names that every language shares."""
    main = "<main" + page.split("<main", 1)[1].split("</main>", 1)[0]
    text = Markup(re.sub(r"<code>.*?</code>", "", main)).striptags()  # noqa: S704 - nothing is shown
    title = re.search(r"<title>(.*?)</title>", page)
    text = f"{title.group(1) if title else ''} {text}"
    for name in NAMES:
        text = text.replace(name, "")
    return re.sub(r"\S+@\S+", "", text)


def assert_one_language(page: str, language: str) -> None:
    foreign = {"zh": r"[A-Za-z]{4,}", "en": r"[\u4e00-\u9fff]"}[language]
    assert re.findall(foreign, words_of(page)) == []


@pytest.fixture
def signed_in(client: FlaskClient, make: Maker) -> FlaskClient:
    organisation = make.organisation(name="9", name_en="9")
    user, _ = make.employer(organisation)
    user.name = "9"
    make.session.flush()
    email = f"{user.id}@example.org"
    make.session.query(Credential).filter_by(user_id=user.id).one().email = email
    make.session.commit()
    client.post("/login", data={"email": email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PUBLIC)
def test_public_pages_speak_one_language(client: FlaskClient, language: str, page: str) -> None:
    client.get(f"/language/{language}")
    assert_one_language(client.get(page).text, language)
    if "next" not in page and page != "/register":
        assert_one_language(client.post(page, data={}).text, language)
        assert_one_language(client.post(page, data={"email": "nobody", "password": "short"}).text, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", [*PERSONAL, *DELICATE])
def test_pages_of_a_person_speak_one_language(signed_in: FlaskClient, language: str, page: str) -> None:
    signed_in.get(f"/language/{language}")
    assert_one_language(signed_in.get(page).text, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("/login", {"email": "nobody@example.org", "password": "wrong"}),
        ("/login", {}),
        ("/reset", {"email": "nobody@example.org"}),
        ("/confirm", {"email": "nobody@example.org"}),
    ],
)
def test_answers_to_visitors_speak_one_language(
    client: FlaskClient, language: str, page: str, data: dict[str, str]
) -> None:
    client.get(f"/language/{language}")
    assert_one_language(client.post(page, data=data).text, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "link", ["/confirm/nonsense", "/reset/nonsense", "/change-email/nonsense", "/tf-validate", "/mf-recovery"]
)
def test_answers_to_bad_links_speak_one_language(client: FlaskClient, language: str, link: str) -> None:
    client.get(f"/language/{language}")
    assert_one_language(client.get(link, follow_redirects=True).text, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("/change", {}),
        ("/change", {"password": "wrong", "new_password": "short", "new_password_confirm": "other"}),
        ("/change", {"password": PASSWORD, "new_password": "short", "new_password_confirm": "short"}),
        ("/change-email", {"email": "nobody"}),
        ("/change-email", {"email": "neu@example.org"}),
        ("/confirm-password", {"password": "wrong"}),
        ("/tf-setup", {"setup": "sms"}),
        ("/tf-setup", {"setup": "authenticator"}),
        ("/mf-recovery-codes", {}),
    ],
)
def test_answers_to_a_person_speak_one_language(
    signed_in: FlaskClient, language: str, page: str, data: dict[str, str]
) -> None:
    signed_in.get(f"/language/{language}")
    assert_one_language(signed_in.post(page, data=data).text, language)


def test_every_message_of_the_library_is_in_our_words_or_of_no_use() -> None:
    left = {key for key in _default_messages if key not in MESSAGES and not SWITCHED_OFF.match(key)}
    assert left == set()
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text, _ in MESSAGES.values())


def test_no_template_of_the_library_is_shown(app: Flask) -> None:
    config = app.config
    unused = (
        "REGISTER",
        "SEND_LOGIN",
        "TWO_FACTOR_SELECT",
        "US_",
        "WAN_",
        "USERNAME",
        "LOGOUT",
        "PASSWORDLESS",
        "RESCUE",
        "TWO_FACTOR_EMAIL",
    )
    theirs = [
        key
        for key, value in config.items()
        if key.startswith("SECURITY_") and "TEMPLATE" in key and str(value).startswith("security/")
    ]
    assert [key for key in theirs if not any(word in key for word in unused)] == []
    for template in TEMPLATES.values():
        name = template if template.endswith(".html") else f"{template}.txt"
        assert app.jinja_env.get_template(name)


def test_every_letter_is_written_in_both_languages(app: Flask, mail: Any) -> None:
    from web.accounts.mail import SUBJECTS, send

    with app.test_request_context():
        for language in ("zh", "en"):
            for template in SUBJECTS:
                tokens = {"confirmation_token": "t", "reset_token": "t", "token": "t"}
                send(template, "a@example.org", language, **tokens)
    letters = mail.letters()
    chinese, english = letters[: len(SUBJECTS)], letters[len(SUBJECTS) :]
    for letter in english:
        assert not re.search(r"[\u4e00-\u9fff]", letter.subject + letter.text)
    for letter in chinese:
        assert re.search(r"[\u4e00-\u9fff]", letter.subject)
        assert "%(" not in letter.text
