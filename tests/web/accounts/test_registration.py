"""Registration: one thing a page, everything in one transaction, and nothing to learn about others."""

from __future__ import annotations

from typing import Any

import pytest
from factories import PASSWORD, Maker
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Expert, Grant, Organisation, User
from models.choices import ExpertState, GrantState, Role, Verification
from web.accounts.credential import Credential

PERSON = {"name": "马建国", "email": "ma@example.org", "password": PASSWORD}
DETAILS = {
    "name": "中宁县枸杞产业发展服务中心",
    "kind": "extension_station",
    "province": "640000",
    "city": "640500",
    "county": "640521",
    "intro": "负责全县枸杞种植技术推广。",
}


def register(client: FlaskClient, kind: str, code: str, **changes: str) -> Any:
    """Goes through the pages; gives the last answer."""
    client.post(f"/register/{kind}", data={**PERSON, **changes})
    client.post(f"/register/{kind}/organisation", data={"credit_code": code})
    return client.post(f"/register/{kind}/organisation/details", data={**DETAILS, **changes})


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_first_page_asks_who_one_is(client: FlaskClient) -> None:
    page = client.get("/register").text
    assert all(f'href="/register/{kind}"' in page for kind in ("employer", "expert", "institution"))


def test_employer_gets_account_organisation_and_role_at_once(client: FlaskClient, session: Session, code: str) -> None:
    assert register(client, "employer", code).location == "/register/done"
    organisation = session.scalars(select(Organisation)).one()
    assert (organisation.name, organisation.credit_code) == (DETAILS["name"], code)
    assert (organisation.region_code, organisation.verification) == ("640521", Verification.PENDING)
    assert "zhongningxian" in organisation.search_text
    grant = session.scalars(select(Grant)).one()
    assert (grant.role, grant.state) == (Role.EMPLOYER, GrantState.ACTIVE)
    assert (grant.user.name, grant.organisation_id) == ("马建国", organisation.id)


def test_expert_gets_an_empty_draft_profile(client: FlaskClient, session: Session) -> None:
    assert client.post("/register/expert", data=PERSON).location == "/register/done"
    expert = session.scalars(select(Expert)).one()
    assert (expert.state, expert.name, expert.user.name) == (ExpertState.DRAFT, "马建国", "马建国")
    assert expert.code.startswith("ZJ")
    assert session.scalars(select(Grant)).one().role == Role.EXPERT


def test_home_institution_may_lie_in_the_east(client: FlaskClient, session: Session, code: str) -> None:
    place = {"province": "320000", "city": "320100", "county": "320102"}
    assert register(client, "institution", code, **place).location == "/register/done"
    assert session.scalars(select(Grant)).one().role == Role.INSTITUTION


def test_employer_lies_in_the_west(client: FlaskClient, session: Session, code: str) -> None:
    answer = register(client, "employer", code, province="320000", city="320100", county="320102")
    assert answer.status_code == 422
    assert "请选择所在的省（区、市）" in answer.text
    assert count(session, User) == 0


def test_unit_of_the_corps_answers_to_the_corps(client: FlaskClient, session: Session, code: str) -> None:
    register(client, "employer", code, province="650000", city="659001", county="", is_xpcc="y")
    organisation = session.scalars(select(Organisation)).one()
    assert (organisation.region_code, organisation.jurisdiction_code) == ("659001", "660000")


def test_colleague_of_a_known_organisation_waits_for_confirmation(
    client: FlaskClient, session: Session, make: Maker
) -> None:
    known = make.organisation(name="盐池县滩羊研究所")
    client.post("/register/employer", data=PERSON)
    client.post("/register/employer/organisation", data={"credit_code": known.credit_code})
    page = client.get("/register/employer/organisation/details").text
    assert "盐池县滩羊研究所" in page
    assert "申请由该单位成员或当地管理人员确认" in page
    assert client.post("/register/employer/organisation/details").location == "/register/done"
    grant = session.scalars(select(Grant)).one()
    assert (grant.state, grant.organisation_id) == (GrantState.PENDING, known.id)
    assert count(session, Organisation) == 1


def test_pages_cannot_be_skipped(client: FlaskClient) -> None:
    assert client.get("/register/employer/organisation").location == "/register/employer"
    client.post("/register/employer", data=PERSON)
    assert client.get("/register/employer/organisation/details").location == "/register/employer/organisation"
    assert client.get("/register/institution/organisation").location == "/register/institution"
    assert client.get("/register/done").location == "/register"


def test_going_back_finds_what_was_filled_in_but_never_the_password(client: FlaskClient) -> None:
    client.post("/register/employer", data=PERSON)
    page = client.get("/register/employer").text
    assert "马建国" in page
    assert "ma@example.org" in page
    assert PASSWORD not in page
    kept = client.get_cookie("session")
    assert kept is not None
    assert PASSWORD not in kept.decoded_value


def test_known_address_gets_the_same_answer_and_changes_nothing(
    client: FlaskClient, session: Session, make: Maker, mail: Any, code: str
) -> None:
    make.user("真主人", email="ma@example.org")
    assert register(client, "employer", code).location == "/register/done"
    assert "ma@example.org" in client.get("/register/done").text
    assert (count(session, User), count(session, Organisation)) == (1, 0)
    letter = mail.last("ma@example.org")
    assert letter.subject == "您的邮箱已经注册过"
    assert letter.path == "/reset"


def test_unconfirmed_address_that_registers_again_gets_its_confirmation_again(
    client: FlaskClient, session: Session, mail: Any
) -> None:
    for _ in range(2):
        client.post("/register/expert", data=PERSON)
    assert count(session, User) == 1
    assert [letter.subject for letter in mail.letters("ma@example.org")] == ["请确认您的邮箱"] * 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "请填写姓名"),
        ("name", "马" * 81, "姓名最多 80 字，现在 81 字"),
        ("email", "", "请填写邮箱"),
        ("email", "马建国", "邮箱格式不对"),
        ("password", "短密码", "密码至少 10 位，现在 3 位"),
        ("password", "1234567890", "这个密码太常见"),
    ],
)
def test_what_is_wrong_with_the_account_stands_beside_its_field(
    client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = client.post("/register/employer", data={**PERSON, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "请填写单位全称"),
        ({"name": "甲" * 121}, "“单位全称”最多 120 字，现在 121 字"),
        ({"intro": "枸" * 612}, "“单位简介”最多 500 字，现在 612 字"),
        ({"kind": ""}, "请选择单位属性"),
        ({"province": ""}, "请选择所在的省（区、市）"),
        ({"city": ""}, "请选择市（州、盟）"),
        ({"county": ""}, "请选择县（市、区）"),
        ({"province": "630000"}, "请选择市（州、盟）"),
    ],
)
def test_what_is_wrong_with_the_organisation_is_said(
    client: FlaskClient, session: Session, code: str, changes: dict[str, str], sentence: str
) -> None:
    client.post("/register/employer", data=PERSON)
    client.post("/register/employer/organisation", data={"credit_code": code})
    answer = client.post("/register/employer/organisation/details", data={**DETAILS, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (count(session, User), count(session, Organisation)) == (0, 0)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "请填写统一社会信用代码"),
        ("91640521", "代码应为 18 位，现在 8 位"),
        ("91640521MA76O0001X", "代码里不会有“O”"),
        ("916405210000000000", "校验位不符"),
    ],
)
def test_look_up_says_what_is_wrong_with_a_code(client: FlaskClient, written: str, sentence: str) -> None:
    assert sentence in client.get("/register/credit-code", query_string={"credit_code": written}).text


def test_look_up_names_a_known_organisation(client: FlaskClient, make: Maker, code: str) -> None:
    known = make.organisation(name="盐池县滩羊研究所")
    page = client.get("/register/credit-code", query_string={"credit_code": known.credit_code}).text
    assert "盐池县滩羊研究所" in page
    assert "第一次登记" in client.get("/register/credit-code", query_string={"credit_code": code}).text


def test_code_may_be_typed_full_width_with_spaces_in_lower_case(
    client: FlaskClient, session: Session, code: str
) -> None:
    wide = " ".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    register(client, "employer", wide)
    assert session.scalars(select(Organisation.credit_code)).one() == code


def test_address_is_kept_in_its_normal_form_and_encrypted(client: FlaskClient, session: Session) -> None:
    client.post("/register/expert", data={**PERSON, "email": " ＭＡ@Example.ORG "})
    assert session.scalars(select(Credential)).one().email == "ma@example.org"
    stored = session.connection().exec_driver_sql("SELECT email FROM credential").scalar_one()
    assert "example" not in stored


def test_without_scripts_a_button_lists_the_counties(client: FlaskClient, session: Session, code: str) -> None:
    client.post("/register/employer", data=PERSON)
    client.post("/register/employer/organisation", data={"credit_code": code})
    step = {**DETAILS, "city": "640500", "county": "", "refresh": "1"}
    answer = client.post("/register/employer/organisation/details", data=step)
    assert answer.status_code == 200
    assert "中宁县" in answer.text
    assert count(session, User) == 0


def test_somebody_who_has_an_account_adds_a_role_to_it(browser: Any, session: Session, make: Maker, code: str) -> None:
    user, _ = make.employer()
    visitor = browser(user)
    visitor.post("/register/institution/organisation", data={"credit_code": code})
    answer = visitor.post("/register/institution/organisation/details", data={**DETAILS, "name": "宁夏农科院"})
    assert answer.location == "/account"
    roles = session.scalars(select(Grant.role).where(Grant.user_id == user.id)).all()
    assert set(roles) == {Role.EMPLOYER, Role.INSTITUTION}
    assert count(session, User) == 1


def test_same_organisation_is_not_asked_for_twice(browser: Any, session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    visitor = browser(user)
    visitor.post("/register/employer/organisation", data={"credit_code": organisation.credit_code})
    assert visitor.post("/register/employer/organisation/details").status_code == 409
    assert count(session, Grant) == 1
