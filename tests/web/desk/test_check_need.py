"""The check of a need: what is shown, publishing, returning, closing, the contact, and two managers at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import LANZHOU, Maker
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import AuditEvent, Need, Notification, StateChange, User
from models.choices import NeedState, Role, Verification
from web.services.need_submission import today_in_china

Browser = Callable[[User], FlaskClient]
Desk, Waits, Act = Callable[..., str], Callable[..., Need], Callable[..., TestResponse]


def audits(session: Session, action: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_everything_of_the_need_is_shown_but_the_contact(desk: Desk, waits: Waits) -> None:
    need = waits(contact_name="马站长", contact_phone="19900001234", contact_email="ma@example.org")
    page = desk(f"/desk/needs/{need.code}")
    for text in (need.title, need.problem, need.goal, need.indicators, "科技支宁", "2027-03", need.organisation.name):
        assert text in page
    assert not any(secret in page for secret in ("马站长", "19900001234", "ma@example.org"))


def test_a_finding_stands_at_its_field(desk: Desk, waits: Waits) -> None:
    need = waits(goal="打 13900001234 问")
    page = desk(f"/desk/needs/{need.code}")
    field = page[page.index('id="field-goal"') : page.index('id="field-keywords"')]
    assert "必须修改" in field
    assert "139****1234" in field
    assert 'href="#field-goal"' in page


def test_a_similar_need_is_linked(desk: Desk, make: Maker, waits: Waits) -> None:
    organisation = make.organisation()
    first = waits(organisation, state=NeedState.PUBLISHED)
    second = waits(organisation)
    assert f'href="/desk/needs/{first.code}"' in desk(f"/desk/needs/{second.code}")


@pytest.mark.parametrize("prefix", ["62", "66", "6402"])
def test_another_jurisdictions_need_is_not_found(
    desk: Desk, make: Maker, waits: Waits, act: Act, session: Session, prefix: str
) -> None:
    need, stranger = waits(), make.manager(prefix)
    desk(f"/desk/needs/{need.code}", by=stranger, status=404)
    desk(f"/desk/needs/{need.code}/return", by=stranger, status=404)
    for path in ("publish", "return", "close", "contact"):
        assert act(f"/desk/needs/{need.code}/{path}", need, by=stranger, reason="不行").status_code == 404
    assert need.state == NeedState.SUBMITTED
    assert not audits(session, "contact.look")


def test_another_programmes_manager_may_not_publish(make: Maker, waits: Waits, act: Act) -> None:
    need = waits()
    assert act(f"/desk/needs/{need.code}/publish", need, by=make.manager("64", ("tibet",))).status_code == 404
    assert need.state == NeedState.SUBMITTED


def test_the_corps_need_is_not_xinjiangs(make: Maker, waits: Waits, act: Act) -> None:
    need = waits(make.organisation(region_code="659001", is_xpcc=True), task_code="xinjiang-1")
    assert act(f"/desk/needs/{need.code}/publish", need, by=make.manager("65")).status_code == 404
    assert act(f"/desk/needs/{need.code}/publish", need, by=make.manager("66")).status_code == 302
    assert need.state == NeedState.PUBLISHED


@pytest.mark.parametrize("state", [NeedState.DRAFT])
def test_a_draft_is_its_employers_alone(desk: Desk, waits: Waits, state: NeedState) -> None:
    desk(f"/desk/needs/{waits(state=state).code}", status=404)


@pytest.mark.parametrize("code", ["XQ2026-9999", "%00", "%F0%9F%8C%B6", "' OR 1=1 --"])
def test_an_unknown_code_is_not_found(desk: Desk, code: str) -> None:
    desk(f"/desk/needs/{code}", status=404)
    desk(f"/desk/organisations/{code}", status=404)


def test_publishing_goes_on_to_the_next(act: Act, desk: Desk, waits: Waits, session: Session) -> None:
    first, second, third = waits(days=3), waits(days=2), waits(days=1)
    assert act(f"/desk/needs/{second.code}/publish", second).location == f"/desk/needs/{third.code}"
    assert act(f"/desk/needs/{third.code}/publish", third).location == f"/desk/needs/{first.code}"
    assert act(f"/desk/needs/{first.code}/publish", first).location == "/desk"
    assert {need.state for need in (first, second, third)} == {NeedState.PUBLISHED}
    moves = session.scalars(select(StateChange.move).where(StateChange.subject_id == first.id)).all()
    assert moves == ["publish"]
    assert first.published_at is not None


def test_the_page_says_where_one_stands(desk: Desk, waits: Waits) -> None:
    first, second = waits(days=2), waits(days=1)
    page = desk(f"/desk/needs/{second.code}")
    assert "待审第 2 条，共 2 条" in page
    assert f'href="/desk/needs/{first.code}"' in page


def test_a_need_of_an_unverified_organisation_is_not_published(act: Act, desk: Desk, make: Maker, waits: Waits) -> None:
    need = waits(make.organisation(verification=Verification.PENDING))
    assert "disabled>" in desk(f"/desk/needs/{need.code}").split("通过并发布")[0][-120:]
    answer = act(f"/desk/needs/{need.code}/publish", need)
    assert answer.status_code == 409
    assert "请先核验单位" in answer.get_data(as_text=True)
    assert need.state == NeedState.SUBMITTED


@pytest.mark.parametrize("fault", [{"goal": ""}, {"deadline": today_in_china() - timedelta(days=1)}])
def test_what_must_be_put_right_cannot_be_published(act: Act, waits: Waits, fault: dict[str, object]) -> None:
    need = waits(**fault)
    keys = ["goal_missing:goal", "deadline_passed:deadline"]
    assert act(f"/desk/needs/{need.code}/publish", need, overruled=keys).status_code == 409
    assert need.state == NeedState.SUBMITTED


def test_a_mistaken_pattern_is_overruled_and_that_is_kept(act: Act, waits: Waits, session: Session) -> None:
    need = waits(goal="合同编号 13900001234，黑果率降到一成")
    assert act(f"/desk/needs/{need.code}/publish", need).status_code == 409
    assert not audits(session, "finding.overrule")
    answer = act(f"/desk/needs/{need.code}/publish", need, overruled=["personal_data:goal"])
    assert answer.status_code == 302
    assert need.state == NeedState.PUBLISHED
    (event,) = audits(session, "finding.overrule")
    assert (event.subject_id, event.detail) == (need.id, "personal_data:goal")


def test_what_is_worth_a_look_does_not_stand_in_the_way(act: Act, waits: Waits) -> None:
    need = waits(indicators="", days_per_year=250.0)
    assert act(f"/desk/needs/{need.code}/publish", need).status_code == 302


def test_a_manager_does_not_decide_on_the_own_organisation(act: Act, make: Maker, waits: Waits, manager: User) -> None:
    organisation = make.organisation()
    make.grant(manager, Role.EMPLOYER, organisation_id=organisation.id)
    need = waits(organisation)
    assert act(f"/desk/needs/{need.code}/publish", need).status_code == 403
    assert need.state == NeedState.SUBMITTED


def test_returning_puts_ticked_findings_and_words_together(
    act: Act, make: Maker, waits: Waits, session: Session
) -> None:
    poster, organisation = make.employer()
    need = waits(organisation, posted_by=poster, goal="", indicators="")
    answer = act(
        f"/desk/needs/{need.code}/return", need, suggested=["goal_missing:goal", "x"], reason="  另请补充照片。 "
    )
    assert answer.status_code == 302
    assert need.state == NeedState.RETURNED
    assert need.state_note == "没有填“预期目标”，请写明要达到什么\n另请补充照片。"
    (notice,) = session.scalars(select(Notification).where(Notification.user_id == poster.id))
    assert need.state_note in notice.text_zh


def test_a_sentence_that_is_in_the_text_already_counts_once(act: Act, waits: Waits) -> None:
    need = waits(goal="")
    text = "没有填“预期目标”，请写明要达到什么\n谢谢"
    act(f"/desk/needs/{need.code}/return", need, suggested=["goal_missing:goal"], reason=text)
    assert need.state_note == text


@pytest.mark.parametrize(
    ("reason", "words"), [("", "请写明原因"), (" \n ", "请写明原因"), ("长" * 501, "最多 500 字，现在 501 字")]
)
@pytest.mark.parametrize(("state", "move"), [(NeedState.SUBMITTED, "return"), (NeedState.PUBLISHED, "close")])
def test_a_reason_is_required_and_not_endless(
    act: Act, waits: Waits, state: NeedState, move: str, reason: str, words: str
) -> None:
    need = waits(state=state)
    answer = act(f"/desk/needs/{need.code}/{move}", need, reason=reason)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert need.state == state


def test_a_reason_is_shown_as_it_was_written(act: Act, desk: Desk, waits: Waits) -> None:
    need = waits()
    act(f"/desk/needs/{need.code}/return", need, reason="<script>alert(1)</script>'; DROP TABLE need;-- 🌶\0")
    page = desk(f"/desk/needs/{need.code}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_closing_a_published_need_needs_a_reason_and_stays_on_it(act: Act, waits: Waits) -> None:
    need = waits(state=NeedState.PUBLISHED)
    answer = act(f"/desk/needs/{need.code}/close", need, reason="用人单位已注销")
    assert answer.location == f"/desk/needs/{need.code}"
    assert (need.state, need.state_note) == (NeedState.CLOSED, "用人单位已注销")


def test_without_javascript_the_reason_has_a_page_of_its_own(desk: Desk, waits: Waits) -> None:
    need = waits(goal="")
    page = desk(f"/desk/needs/{need.code}/return")
    assert 'value="goal_missing:goal" checked' in page


def test_the_second_of_two_is_told_who_was_first(
    act: Act, make: Maker, waits: Waits, manager: User, session: Session
) -> None:
    need = waits()
    seen = need.version
    assert act(f"/desk/needs/{need.code}/publish", need, version=seen).status_code == 302
    answer = act(f"/desk/needs/{need.code}/return", need, by=make.manager("6405"), version=seen, reason="再改改")
    assert answer.status_code == 409
    assert f"已由 {manager.name} 处理：发布" in answer.get_data(as_text=True)
    assert need.state == NeedState.PUBLISHED


def test_of_two_managers_at_once_exactly_one_wins(
    browser: Browser, make: Maker, waits: Waits, manager: User, session: Session
) -> None:
    need = waits()
    other = make.manager("")
    browsers = [browser(manager), browser(other)]
    url, data = f"/desk/needs/{need.code}/publish", {"version": str(need.version)}
    session.commit()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.post(url, data=data), browsers))
    session.expire_all()
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    winner = session.scalars(select(StateChange).where(StateChange.subject_id == need.id)).one().actor
    assert winner is not None
    assert f"已由 {winner.name} 处理" in loser.get_data(as_text=True)
    assert need.state == NeedState.PUBLISHED


def test_what_was_changed_meanwhile_must_be_looked_at_again(act: Act, waits: Waits, session: Session) -> None:
    need = waits()
    session.flush()
    seen = need.version
    need.title = "改了题目"
    session.commit()
    answer = act(f"/desk/needs/{need.code}/publish", need, version=seen)
    assert answer.status_code == 409
    assert "您打开之后，用人单位改过内容" in answer.get_data(as_text=True)
    assert need.state == NeedState.SUBMITTED


def test_what_was_taken_back_meanwhile_is_said_to_be(act: Act, make: Maker, waits: Waits, session: Session) -> None:
    poster, organisation = make.employer()
    need = waits(organisation)
    session.commit()
    from web.services.access import actor_for
    from web.services.needs import take_back

    take_back(session, need, by=actor_for(session, poster))
    for path in ("publish", "return"):
        answer = act(f"/desk/needs/{need.code}/{path}", version=1, reason="再改改")
        assert answer.status_code == 409
        assert f"已由 {poster.name} 处理：撤回修改" in answer.get_data(as_text=True)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "１"])
def test_a_strange_version_changes_nothing(act: Act, waits: Waits, version: str) -> None:
    need = waits()
    assert act(f"/desk/needs/{need.code}/publish", version=version).status_code == 409
    assert need.state == NeedState.SUBMITTED


def test_each_look_at_the_contact_is_kept(act: Act, waits: Waits, manager: User, session: Session) -> None:
    need = waits(contact_name="马站长", contact_phone="19900001234")
    for looks in (1, 2):
        page = act(f"/desk/needs/{need.code}/contact").get_data(as_text=True)
        assert "马站长" in page
        assert "19900001234" in page
        events = audits(session, "contact.look")
        assert [(event.actor_id, event.subject_id) for event in events] == [(manager.id, need.id)] * looks


def test_htmx_gets_the_contact_alone(browser: Browser, waits: Waits, manager: User) -> None:
    need = waits(contact_name="马站长")
    answer = browser(manager).post(f"/desk/needs/{need.code}/contact", headers={"HX-Request": "true"})
    assert "<html" not in answer.get_data(as_text=True)
    assert "马站长" in answer.get_data(as_text=True)


def test_the_history_names_who_did_what_and_why(act: Act, desk: Desk, waits: Waits, manager: User) -> None:
    need = waits()
    act(f"/desk/needs/{need.code}/return", need, reason="请补充照片")
    page = desk(f"/desk/needs/{need.code}")
    assert "请补充照片" in page
    assert manager.name in page


def test_a_need_far_away_is_not_even_known(desk: Desk, make: Maker, waits: Waits) -> None:
    need = waits(make.organisation(region_code=LANZHOU), task_code=None)
    assert need.title not in desk(f"/desk/needs/{need.code}", status=404)
