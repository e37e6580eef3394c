"""The home of an institution that sends experts: its own public experts, its members, and where consents appear."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import Maker
from flask.testing import FlaskClient

from models import Organisation, User
from models.choices import ExpertState, Role, Verification

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def home(make: Maker) -> Organisation:
    organisation: Organisation = make.organisation(name="江畔大学", verification=Verification.VERIFIED)
    return organisation


@pytest.fixture
def officer(make: Maker, home: Organisation) -> User:
    user: User = make.user("苏经办")
    make.grant(user, Role.INSTITUTION, organisation_id=home.id)
    return user


def test_the_day_of_an_officer_begins_on_the_institutions_page(browser: Browser, officer: User) -> None:
    client = browser(officer)
    assert client.get("/home").location == "/institution"
    page = client.get("/institution").text
    navigation = page.split("<main")[0]
    assert 'href="/institution"' in navigation and 'href="/employer/organisation"' in navigation
    assert "江畔大学" in page and "已核验" in page
    assert "现在没有待同意的请求" in page and "请求会出现在这里" in page and "双聘" in page


def test_it_lists_the_public_experts_of_the_institution_and_its_parts_alone(
    make: Maker, browser: Browser, officer: User
) -> None:
    make.expert(name="本校甲", institution="江畔大学", modes=("dual_appointment", "training"))
    make.expert(name="本校乙", institution="江畔大学医学院", phone="19900001234")
    make.expert(name="藏起来的", institution="江畔大学", state=ExpertState.HIDDEN)
    make.expert(name="外校的", institution="江畔理工大学")
    page = browser(officer).get("/institution").text
    assert "共 2 位" in page
    assert [name in page for name in ("本校甲", "本校乙", "藏起来的", "外校的", "19900001234")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_an_institution_that_nobody_has_verified_sees_no_expert(
    make: Maker, browser: Browser, officer: User, home: Organisation
) -> None:
    make.expert(name="本校甲", institution="江畔大学")
    home.verification = Verification.PENDING
    page = browser(officer).get("/institution").text
    assert "本校甲" not in page
    assert "单位通过核验后才显示" in page


def test_members_stand_there_and_who_asks_to_join_is_counted(
    make: Maker, browser: Browser, officer: User, home: Organisation
) -> None:
    make.grant(make.user("白同事"), Role.INSTITUTION, organisation_id=home.id)
    make.grant(make.user("等着的"), Role.INSTITUTION, organisation_id=home.id, state="pending")
    page = browser(officer).get("/institution").text
    assert "苏经办" in page and "白同事" in page and "等着的" not in page
    assert "1 人申请加入" in page


def test_the_page_of_another_institution_is_not_there(make: Maker, browser: Browser, officer: User) -> None:
    other = make.organisation()
    assert browser(officer).get(f"/institution/{other.credit_code}").status_code == 404
