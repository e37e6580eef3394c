"""What nobody types in good faith: it is refused or shown as text, and never breaks a page."""

from __future__ import annotations

from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Organisation, User
from models.choices import Role

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
SQL = "'; DROP TABLE user; --"
EMOJI = "马👩‍🌾建🌶️国"
NULS = "马\x00建国\x1b[31m\x07"
HUGE = "枸" * 350_000  # about 1 MB
TEXTS = {"script": SCRIPT, "sql": SQL, "emoji": EMOJI, "nul": NULS, "huge": HUGE, "direction": "马\u202e国建"}

PERSON = {"name": "马建国", "email": "ma@example.org", "password": PASSWORD}
DETAILS = {"name": "中宁县服务中心", "kind": "farm", "province": "640000", "city": "640500", "county": "640521"}


def is_whole(session: Session) -> bool:
    return session.scalar(select(func.count()).select_from(User)) is not None


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("field", ["name", "email", "password"])
def test_registration_survives(client: FlaskClient, session: Session, field: str, text: str) -> None:
    answer = client.post("/register/employer", data={**PERSON, field: text})
    assert answer.status_code in {302, 422}
    assert "<script>alert" not in answer.text
    assert is_whole(session)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("field", ["name", "intro", "name_en", "kind", "province", "city", "county"])
def test_organisation_survives(client: FlaskClient, session: Session, code: str, field: str, text: str) -> None:
    client.post("/register/employer", data=PERSON)
    client.post("/register/employer/organisation", data={"credit_code": code})
    answer = client.post("/register/employer/organisation/details", data={**DETAILS, field: text})
    assert answer.status_code in {302, 422}
    assert "<script>alert" not in answer.text
    assert is_whole(session)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("page", ["/login", "/reset", "/confirm"])
def test_visitors_forms_survive(client: FlaskClient, session: Session, page: str, text: str) -> None:
    for data in ({"email": text, "password": text}, {"email": "ma@example.org", "password": text, "next": text}):
        answer = client.post(page, data=data)
        assert answer.status_code in {200, 422}
        assert "<script>alert" not in answer.text
    assert is_whole(session)


@pytest.mark.parametrize("text", [value for key, value in TEXTS.items() if key != "huge"])
def test_addresses_of_pages_survive(client: FlaskClient, text: str) -> None:
    for page in ("/register/credit-code?credit_code=", "/places?province=", "/login?next=", "/confirm?email="):
        path, _, name = page.partition("?")
        answer = client.get(path, query_string={name.rstrip("="): text})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_code_that_is_no_code_is_refused(client: FlaskClient, text: str) -> None:
    client.post("/register/employer", data=PERSON)
    assert client.post("/register/employer/organisation", data={"credit_code": text}).status_code == 422


@pytest.mark.parametrize("text", [value for key, value in TEXTS.items() if key != "huge"])
def test_search_for_people_survives(browser: Any, make: Maker, text: str) -> None:
    visitor = browser(make.administrator())
    answer = visitor.get("/admin/users", query_string={"q": text, "role": text, "page": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_appointing_survives(browser: Any, make: Maker, text: str) -> None:
    visitor = browser(make.administrator())
    form = {"role": "manager", "province": text, "city": text, "programmes": text}
    assert visitor.post(f"/admin/users/{make.user().id}", data=form).status_code in {413, 422}


def test_control_characters_are_dropped_from_names(client: FlaskClient, session: Session) -> None:
    client.post("/register/expert", data={**PERSON, "name": NULS})
    assert session.scalars(select(User.name)).one() == "马建国[31m"


def test_emoji_are_part_of_a_name(client: FlaskClient, session: Session) -> None:
    client.post("/register/expert", data={**PERSON, "name": EMOJI})
    assert session.scalars(select(User.name)).one() == EMOJI


def test_markup_in_names_is_shown_as_text(browser: Any, make: Maker, session: Session) -> None:
    user = make.user(SCRIPT[:70])
    organisation = make.organisation(name=SCRIPT, intro=SCRIPT, verification_note=SCRIPT, verification="returned")
    make.grant(user, Role.EMPLOYER, organisation_id=organisation.id)
    visitor = browser(user)
    for page in ("/account", "/employer/organisation", f"/employer/organisation/{organisation.credit_code}/edit"):
        text = visitor.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in text.split("<main")[1].split("</main>")[0].replace(organisation.credit_code, "")


def test_codes_in_full_width_and_small_letters_are_one_organisation(
    client: FlaskClient, session: Session, make: Maker
) -> None:
    known = make.organisation()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in known.credit_code.lower())
    client.post("/register/employer", data=PERSON)
    client.post("/register/employer/organisation", data={"credit_code": f" {wide[:9]}-{wide[9:]} "})
    assert known.name in client.get("/register/employer/organisation/details").text
    client.post("/register/employer/organisation/details")
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_form_that_is_much_too_large_is_refused_with_a_sentence(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/register/expert", data={**PERSON, "name": "x" * app.config["MAX_CONTENT_LENGTH"]})
    assert answer.status_code == 413
    assert "提交的内容太大" in answer.text


@pytest.mark.parametrize(
    "path", ["/employer/organisation/%00", "/employer/organisation/' OR 1=1", "/admin/users/99999999999999999999"]
)
def test_strange_paths_are_not_found(browser: Any, make: Maker, path: str) -> None:
    user, _ = make.employer()
    make.grant(user, Role.ADMINISTRATOR)
    assert browser(user).get(path).status_code == 404


def test_cookie_of_nonsense_is_no_session(client: FlaskClient) -> None:
    client.set_cookie("session", "nonsense.nonsense.nonsense")
    assert client.get("/account").status_code == 302
    assert client.get("/register/employer/organisation").status_code == 302
