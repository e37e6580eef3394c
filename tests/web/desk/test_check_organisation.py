"""The check of an organisation: facts, people, needs, findings, and the manager's moves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import AuditEvent, Need, Notification, Organisation, User
from models.choices import NeedState, Role, Verification

Browser = Callable[[User], FlaskClient]
Desk, Waits, Act = Callable[..., str], Callable[..., Need], Callable[..., TestResponse]


@pytest.fixture
def pending(make: Maker) -> Organisation:
    """An organisation that waits."""
    return make.organisation(name="中宁县新来的合作社", intro="种枸杞", verification=Verification.PENDING)


def test_facts_people_and_needs_are_shown(desk: Desk, make: Maker, waits: Waits, pending: Organisation) -> None:
    make.grant(make.user("马站长"), Role.EMPLOYER, organisation_id=pending.id)
    need, draft = waits(pending), waits(pending, title="还没写完的", state=NeedState.DRAFT)
    page = desk(f"/desk/organisations/{pending.credit_code}")
    for text in (pending.name, pending.credit_code, "种枸杞", "马站长", need.title):
        assert text in page
    assert draft.title not in page


def test_a_similar_name_is_marked_and_linked(desk: Desk, make: Maker, pending: Organisation) -> None:
    other = make.organisation(name="中宁县新来的合作社一分社")
    page = desk(f"/desk/organisations/{pending.credit_code}")
    assert "是否同一家单位" in page
    assert f'href="/desk/organisations/{other.credit_code}"' in page


def test_a_similar_name_elsewhere_is_marked_but_not_linked(desk: Desk, make: Maker, pending: Organisation) -> None:
    other = make.organisation(name="中宁县新来的合作社一分社", region_code="620100")
    page = desk(f"/desk/organisations/{pending.credit_code}")
    assert "是否同一家单位" in page
    assert other.credit_code not in page


def test_verifying_tells_its_people_and_goes_on_to_its_need(
    act: Act, make: Maker, waits: Waits, pending: Organisation, session: Session
) -> None:
    make.organisation(verification=Verification.PENDING)
    poster = make.user()
    make.grant(poster, Role.EMPLOYER, organisation_id=pending.id)
    need = waits(pending)
    answer = act(f"/desk/organisations/{pending.credit_code}/verify", pending)
    assert answer.location == f"/desk/needs/{need.code}"
    assert pending.verification == Verification.VERIFIED
    assert session.scalars(select(Notification.user_id)).all() == [poster.id]


def test_without_needs_the_next_organisation_follows(act: Act, make: Maker, pending: Organisation) -> None:
    other = make.organisation(verification=Verification.PENDING)
    answer = act(f"/desk/organisations/{pending.credit_code}/verify", pending)
    assert answer.location == f"/desk/organisations/{other.credit_code}"
    assert act(f"/desk/organisations/{other.credit_code}/verify", other).location == "/desk"


def test_a_wrong_code_is_not_verified(act: Act, make: Maker) -> None:
    wrong = make.organisation(credit_code="91640521MA76DC0001", intro="种枸杞", verification=Verification.PENDING)
    answer = act(f"/desk/organisations/{wrong.credit_code}/verify", wrong, overruled=["code_wrong:credit_code"])
    assert answer.status_code == 409
    assert "校验位不符" in answer.get_data(as_text=True)
    assert wrong.verification == Verification.PENDING


def test_contact_data_in_the_introduction_is_removed_or_overruled(act: Act, make: Maker, session: Session) -> None:
    chatty = make.organisation(intro="电话 13900001234", verification=Verification.PENDING)
    assert act(f"/desk/organisations/{chatty.credit_code}/verify", chatty).status_code == 409
    assert (
        act(f"/desk/organisations/{chatty.credit_code}/verify", chatty, overruled=["personal_data:intro"]).status_code
        == 302
    )
    assert session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "finding.overrule")).all() == [
        "personal_data:intro"
    ]


def test_returning_needs_a_reason(act: Act, pending: Organisation) -> None:
    url = f"/desk/organisations/{pending.credit_code}/return"
    for reason, words in (("  ", "请写明原因"), ("长" * 501, "最多 500 字")):
        answer = act(url, pending, reason=reason)
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True)
    assert act(url, pending, reason="全称与证照不符").status_code == 302
    assert (pending.verification, pending.verification_note) == (Verification.RETURNED, "全称与证照不符")


def test_another_province_is_not_found(desk: Desk, act: Act, make: Maker, pending: Organisation) -> None:
    stranger = make.manager("62")
    desk(f"/desk/organisations/{pending.credit_code}", by=stranger, status=404)
    desk(f"/desk/organisations/{pending.credit_code}/return", by=stranger, status=404)
    for move in ("verify", "return"):
        url = f"/desk/organisations/{pending.credit_code}/{move}"
        assert act(url, pending, by=stranger, reason="不行").status_code == 404
    assert pending.verification == Verification.PENDING


def test_a_manager_does_not_verify_the_own_organisation(
    act: Act, make: Maker, pending: Organisation, manager: User
) -> None:
    make.grant(manager, Role.EMPLOYER, organisation_id=pending.id)
    assert act(f"/desk/organisations/{pending.credit_code}/verify", pending).status_code == 403


def test_of_two_managers_at_once_exactly_one_wins(
    browser: Browser, make: Maker, pending: Organisation, manager: User, session: Session
) -> None:
    browsers = [browser(manager), browser(make.manager(""))]
    url, version = f"/desk/organisations/{pending.credit_code}", str(pending.version)
    forms = [(f"{url}/verify", {"version": version}), (f"{url}/return", {"version": version, "reason": "请改"})]
    session.commit()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one[0].post(one[1][0], data=one[1][1]), zip(browsers, forms, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert "已由 " in next(answer for answer in answers if answer.status_code == 409).get_data(as_text=True)
    session.expire_all()
    assert pending.verification != Verification.PENDING
