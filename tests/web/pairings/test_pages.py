"""What the pages of pairings show and do, for every side."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Notification, Pairing, StateChange, User
from models.choices import NeedState, PairingState, Role
from models.columns import utc_now

Browser = Callable[[User], FlaskClient]
_S = PairingState
FORM = {
    "mode": "service_mission",
    "starts": "2027-03-01",
    "ends": "2027年12月31日",
    "days_per_year": "10 天",
    "message": "请您来看看黑果病",
    "pay": "2",
}


def form(pairing: Pairing | None = None, **values: str) -> dict[str, str]:
    version = "0" if pairing is None else str(pairing.version)
    return {"version": version, "request_id": str(uuid4()), **values}


def only(session: Session) -> Pairing:
    session.expire_all()
    return session.scalars(select(Pairing)).one()


def test_employer_invites_and_the_expert_is_asked(cast: Cast, browser: Browser, session: Session) -> None:
    visitor = browser(cast.employer)
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    page = visitor.get(url).text
    assert 'value="2027-03-01"' in page and 'value="15"' in page
    answer = visitor.post(url, data=form(**FORM))
    made = only(session)
    assert answer.status_code == 303 and answer.location == f"/pairings/{made.code}"
    assert (made.state, made.mode_code, made.days_per_year, made.pay) == (_S.INVITED, "service_mission", 10.0, 2.0)
    assert made.employer_agreed_at is not None and made.expert_agreed_at is None
    assert (made.institution_id, made.made_by_id) == (cast.institution.id, cast.employer.id)
    told = session.scalars(select(Notification.path).where(Notification.user_id == cast.expert_user.id)).all()
    assert told == [f"/pairings/{made.code}"]
    assert visitor.get(url).location == f"/pairings/{made.code}"


def test_manager_invites_for_an_employer_who_must_still_agree(cast: Cast, browser: Browser, session: Session) -> None:
    visitor = browser(cast.manager)
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    assert "须由用人单位再同意一次" in visitor.get(url).text
    assert visitor.post(url, data=form(**FORM)).status_code == 303
    assert only(session).employer_agreed_at is None


def test_expert_applies(cast: Cast, browser: Browser, session: Session) -> None:
    visitor = browser(cast.expert_user)
    assert f"/me/needs/{cast.need.code}/apply" in visitor.get(f"/needs/{cast.need.code}").text
    assert visitor.post(f"/me/needs/{cast.need.code}/apply", data=form(**FORM)).status_code == 303
    made = only(session)
    assert (made.state, made.employer_agreed_at) == (_S.APPLIED, None)
    page = visitor.get(f"/needs/{cast.need.code}").text
    assert f"/pairings/{made.code}" in page and "申请对接" not in page


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("mode", "training", "请从列出的合作方式中选一种"),
        ("mode", "no such mode", "请从列出的合作方式中选一种"),
        ("starts", "明年春天", "“开始日期”填了“明年春天”，应是日期，例如 2027-06-30"),
        ("starts", "", "请填写起止日期"),
        ("ends", "2027-02-01", "结束日期早于开始日期"),
        ("ends", "2099-01-01", "期限超过十年，请核对年份"),
        ("days_per_year", "半个月", "“每年天数”填了“半个月”，应是数字，例如 15"),
        ("days_per_year", "400", "“每年天数”填 0.5 至 366"),
        ("days_per_year", "10.3", "“每年天数”以半天为单位"),
        ("days_per_year", "nan", "“每年天数”填了“nan”，应是数字，例如 15"),
        ("pay", "1e9", "“报酬”填了“1e9”，应是数字，例如 15"),
        ("pay", "999999999", "“报酬”填 0 至 100000 万元"),
        ("post", "长" * 81, "最多 80 字，现在 81 字"),
        ("message", "长" * 1001, "最多 1000 字，现在 1001 字"),
        ("clause-term", "长" * 2001, "最多 2000 字，现在 2001 字"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, browser: Browser, session: Session, name: str, text: str, message: str
) -> None:
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    answer = browser(cast.employer).post(url, data=form(**{**FORM, name: text}))
    assert answer.status_code == 422
    beside = re.search(r'<p class="error-text"><span class="visually-hidden">错误：</span>([^<]*)</p>', answer.text)
    assert beside and beside[1] == message
    assert session.scalars(select(Pairing)).all() == []


def test_look_ahead_names_rules_and_does_not_block(cast: Cast, browser: Browser, session: Session) -> None:
    cast.expert.days_per_year = 5.0
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    visitor = browser(cast.employer)
    part = visitor.post(url, data=form(**FORM), headers={"HX-Request": "true"})
    assert part.status_code == 200 and "这些规则还没有满足" in part.text and "<html" not in part.text
    assert session.scalars(select(Pairing)).all() == []
    assert visitor.post(url, data=form(**FORM)).status_code == 303


def test_need_that_is_not_published_takes_no_invitation(cast: Cast, browser: Browser, session: Session) -> None:
    cast.need.state = NeedState.FILLED
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    visitor = browser(cast.employer)
    assert visitor.get(url).status_code == 409
    assert visitor.post(url, data=form(**FORM)).status_code == 409
    assert session.scalars(select(Pairing)).all() == []


def test_other_employers_and_managers_cannot_invite_for_it(cast: Cast, browser: Browser, session: Session) -> None:
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    for user in (cast.stranger, cast.make.manager("62")):
        assert browser(user).post(url, data=form(**FORM)).status_code == 404
    assert session.scalars(select(Pairing)).all() == []


def test_second_invitation_names_the_first(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing()
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    answer = browser(cast.employer).post(url, data=form(**FORM))
    assert answer.status_code == 409
    assert f'href="/pairings/{pairing.code}"' in answer.text


def test_every_side_sees_the_page_and_strangers_do_not(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing(_S.ACCEPTED, needs_consent=True)
    url, code = f"/pairings/{pairing.code}", pairing.code
    for user in (cast.employer, cast.expert_user, cast.officer, cast.manager):
        page = browser(user).get(url)
        assert page.status_code == 200 and code in page.text
    for user in (cast.stranger, cast.make.manager("62"), cast.make.employer()[0]):
        visitor = browser(user)
        assert visitor.get(url).status_code == 404
        assert visitor.post(f"{url}/contact").status_code == 404
        if user is cast.stranger:
            assert visitor.post(f"{url}/withdraw", data=form(pairing, reason="不")).status_code == 404
            assert visitor.get(f"{url}/revise").status_code == 404


def test_page_says_who_acts_next_until_when(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing(state_since=utc_now())
    url = f"/pairings/{pairing.code}"
    theirs, mine = browser(cast.employer).get(url).text, browser(cast.expert_user).get(url).text
    assert "专家答复邀请" in theirs and "等您办理" not in theirs.split("<main")[1]
    assert "等您办理" in mine.split("<main")[1] and "逾期自动终止" in mine
    assert "/accept" in mine and "/decline" in mine and "/accept" not in theirs and "/withdraw" in theirs


def test_accepting_moves_it_and_shows_the_history(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing(expert_agreed_at=None)
    visitor = browser(cast.expert_user)
    answer = visitor.post(f"/pairings/{pairing.code}/accept", data=form(pairing))
    assert answer.status_code == 303
    assert only(session).state == _S.ACCEPTED
    page = visitor.get(answer.location).text
    assert "菌未霜 · 专家" in page


def test_reason_is_asked_for_beside_its_field(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing()
    visitor = browser(cast.expert_user)
    answer = visitor.post(f"/pairings/{pairing.code}/decline", data=form(pairing, reason=" "))
    assert (
        answer.status_code == 422
        and "请写明原因" in answer.text
        and '<details class="move" id="decline" open' in answer.text
    )
    assert only(session).state == _S.INVITED
    answer = visitor.post(f"/pairings/{pairing.code}/decline", data=form(pairing, reason="今年排满了"))
    assert answer.status_code == 303
    assert "今年排满了" in browser(cast.employer).get(f"/pairings/{pairing.code}").text


def test_stale_page_is_told_who_was_first_with_a_link(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing()
    colleague = cast.make.employer(cast.host)[0]
    seen = form(pairing, reason="计划有变")
    assert browser(colleague).post(f"/pairings/{pairing.code}/withdraw", data=seen).status_code == 303
    late = browser(cast.expert_user).post(f"/pairings/{pairing.code}/accept", data=seen | {"request_id": str(uuid4())})
    assert late.status_code == 409
    assert f"已由 {colleague.name} 办理：撤回" in late.text and f'href="/pairings/{pairing.code}"' in late.text
    assert only(session).state == _S.WITHDRAWN


def test_form_sent_twice_acts_once_and_shows_the_same(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing()
    visitor, sent = browser(cast.expert_user), form(pairing)
    answers = [visitor.post(f"/pairings/{pairing.code}/accept", data=sent) for _ in range(3)]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"/pairings/{pairing.code}")}
    assert len(session.scalars(select(StateChange)).all()) == 1


def test_invitation_sent_twice_is_one(cast: Cast, browser: Browser, session: Session) -> None:
    visitor, sent = browser(cast.employer), form(**FORM)
    url = f"/pairings/invite/{cast.need.code}/{cast.expert.code}"
    places = {visitor.post(url, data=sent).location for _ in range(2)}
    assert places == {f"/pairings/{only(session).code}"}


def test_terms_are_changed_and_must_be_agreed_anew(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED)
    url = f"/pairings/{pairing.code}"
    visitor, other = browser(cast.employer), browser(cast.expert_user)
    assert '/agree"' not in other.get(url).text
    answer = visitor.post(f"{url}/revise", data=form(pairing, **{**FORM, "days_per_year": "12.5"}))
    assert answer.status_code == 303
    changed = only(session)
    assert changed.days_per_year == 12.5 and changed.expert_agreed_at is None and changed.message == "请您来看看黑果病"
    assert "尚未同意" in other.get(url).text
    assert other.post(f"{url}/agree", data=form(changed)).status_code == 303
    assert only(session).is_agreed
    assert '/agree"' not in other.get(url).text


@pytest.mark.parametrize("state", [_S.INVITED, _S.APPLIED, _S.DECLINED])
def test_contact_data_is_not_there_before_acceptance(cast: Cast, browser: Browser, state: PairingState) -> None:
    pairing = cast.pairing(state)
    for user in (cast.employer, cast.expert_user, cast.manager):
        visitor = browser(user)
        page = visitor.get(f"/pairings/{pairing.code}").text
        assert "查看联系方式" not in page
        answer = visitor.post(f"/pairings/{pairing.code}/contact")
        assert answer.status_code == 403
        for secret in ("19912345678", "jun@example.org", "19987654321", "马站长"):
            assert secret not in page + answer.text


def test_contact_data_is_shown_on_request_and_each_look_is_kept(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED)
    url = f"/pairings/{pairing.code}"
    expected: dict[Any, tuple[bool, bool]] = {
        cast.employer: (True, False),
        cast.expert_user: (False, True),
        cast.manager: (True, True),
    }
    for user, (experts, employers) in expected.items():
        visitor = browser(user)
        page = visitor.get(url).text
        assert "查看联系方式" in page and "19912345678" not in page and "19987654321" not in page
        shown = visitor.post(f"{url}/contact", headers={"HX-Request": "true"}).text
        assert ("19912345678" in shown, "19987654321" in shown) == (experts, employers)
        assert ("19912345678" in visitor.post(f"{url}/contact").text) is experts
    kept = session.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert [tuple(row) for row in kept] == [("contact.look", user.id) for user in expected for _ in range(2)]
    officer = browser(cast.officer)
    assert "查看联系方式" not in officer.get(url).text
    assert officer.post(f"{url}/contact").status_code == 404  # the home institution is not asked here


def test_manager_with_an_interest_gets_no_contact_data(cast: Cast, browser: Browser) -> None:
    both = cast.make.manager("64")
    cast.make.grant(both, Role.INSTITUTION, organisation_id=cast.institution.id)
    pairing = cast.pairing(_S.ACCEPTED)
    assert browser(both).post(f"/pairings/{pairing.code}/contact").status_code == 403


def test_expert_stands_under_a_code_until_acceptance(cast: Cast, browser: Browser, session: Session) -> None:
    cast.need.hides_names = True
    pairing = cast.pairing(expert_agreed_at=None)
    pages = [f"/pairings/{pairing.code}", "/employer/pairings", f"/employer/needs/{cast.need.code}/progress",
             f"/employer/needs/{cast.need.code}/invitations"]  # fmt: skip
    visitor = browser(cast.employer)
    for page in pages:
        text = visitor.get(page).text
        assert cast.expert.name not in text and cast.expert.code in text, page
    stale = form(pairing, reason="不")
    browser(cast.expert_user).post(f"/pairings/{pairing.code}/decline", data=form(pairing, reason="没有时间"))
    late = visitor.post(f"/pairings/{pairing.code}/withdraw", data=stale)
    assert late.status_code == 409 and cast.expert.name not in late.text and cast.expert.code in late.text
    assert cast.expert.name not in visitor.get(pages[0]).text
    session.refresh(pairing)
    pairing.state = _S.ACCEPTED
    assert cast.expert.name in browser(cast.employer).get(pages[0]).text


def test_lists_put_what_waits_first_and_count_it(cast: Cast, browser: Browser) -> None:
    waits = cast.pairing(_S.APPLIED, employer_agreed_at=None)
    other = cast.make.pairing(cast.make.need(cast.host), cast.expert, state=_S.INVITED, state_since=utc_now())
    page = browser(cast.employer).get("/employer/pairings").text
    main = page.split("<main")[1]
    assert main.index(waits.code) < main.index(other.code)
    assert '<span class="count">1<' in page.split("<main")[0]
    only_mine = browser(cast.employer).get("/employer/pairings?waits=1").text
    assert waits.code in only_mine and other.code not in only_mine
    states = browser(cast.employer).get("/employer/pairings?state=invited&state=nonsense").text
    assert other.code in states and waits.code not in states
    assert waits.code in browser(cast.employer).get(f"/employer/pairings?q={waits.code}").text
    mine = browser(cast.expert_user).get("/me/pairings").text
    assert waits.code in mine and other.code in mine
    assert browser(cast.stranger).get("/me/pairings").text.count(waits.code) == 0


def test_needs_pages_list_its_pairings_and_whom_to_invite(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing()
    kept = cast.make.expert(cast.make.user())
    visitor = browser(cast.employer)
    for expert in (kept, cast.expert):
        visitor.post(f"/employer/needs/{cast.need.code}/shortlist/{expert.code}", data={"on": "1"})
    page = visitor.get(f"/employer/needs/{cast.need.code}/invitations").text
    assert pairing.code in page and f"/pairings/invite/{cast.need.code}/{kept.code}" in page
    assert f"/pairings/invite/{cast.need.code}/{cast.expert.code}" not in page
    progress = visitor.get(f"/employer/needs/{cast.need.code}/progress").text
    assert pairing.code in progress and "专家答复邀请" in progress


def test_english_pages_are_english(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing(_S.ACCEPTED, needs_consent=True)
    visitor = browser(cast.employer)
    visitor.get("/language/en")
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert "Next" in page and "The home institution consents, or refuses with a reason" in page
