"""The form that saves itself beside what can come between: an early submission, a lost answer, a colleague."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import NewPage
from .needs import WOLFBERRY, Text, post, write_problem, write_rest
from .test_employer_posts import EDIT
from .words import said_in

AUTOSAVE = re.compile(r"/employer/needs/(XQ[\d-]+/)?autosave")
STATE = "[data-autosave-state]"
SUBMIT = "#need-form .form-actions button[value=submit]"


def text_named(title: str) -> Text:
    return Text(title, WOLFBERRY.problem, WOLFBERRY.goal, WOLFBERRY.keywords)


def write_all(page: Page, text: Text) -> None:
    write_problem(page, text)
    page.fill("#goal", text.goal)
    write_rest(page, text)


def count_at_home(page: Page, title: str) -> int:
    page.goto(f"/employer?q={title}")
    expect(page.locator("#results h2")).to_be_visible()
    return page.locator("#results tbody tr", has_text=title).count()


def lose_answers(page: Page) -> None:
    """From now on saves arrive at the server, and nothing comes back."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(AUTOSAVE, lose)


def test_a_submission_while_a_save_is_under_way_waits_for_it(new_page: NewPage) -> None:
    page, text, seen = new_page("employer"), text_named("枸杞烘干房温度总不匀"), threading.Event()

    def slowly(route: Route) -> None:
        answer = route.fetch()
        seen.set()
        page.wait_for_timeout(1500)
        route.fulfill(response=answer)

    page.goto("/employer/needs/new")
    write_all(page, text)
    expect(page.locator(STATE)).to_have_attribute("data-state", "saved")
    page.route(AUTOSAVE, slowly)
    page.fill("#problem", text.problem + "烘干要二十小时。")
    expect(page.locator(STATE)).to_have_attribute("data-state", "saving")
    page.click(SUBMIT)
    page.wait_for_url(re.compile(r".*/employer/needs/XQ[\d-]+$"))
    assert seen.is_set()
    expect(page.locator("main")).to_contain_text("烘干要二十小时。")
    assert count_at_home(page, text.title) == 1


def test_where_the_answer_to_the_first_save_is_lost_there_is_still_one_draft(new_page: NewPage) -> None:
    page, text = new_page("employer", allow=["net::ERR_FAILED"]), text_named("枸杞芽茶杀青后发红")
    page.goto("/employer/needs/new")
    lose_answers(page)
    write_problem(page, text)
    expect(page.locator(STATE)).to_have_attribute("data-state", "unsaved")
    page.fill("#goal", text.goal)
    write_rest(page, text)
    page.click(SUBMIT)
    page.wait_for_url(re.compile(r".*/employer/needs/XQ[\d-]+$"))
    assert count_at_home(page, text.title) == 1


def test_where_a_later_answer_is_lost_the_draft_is_submitted_all_the_same(new_page: NewPage) -> None:
    page, text = new_page("employer", allow=["net::ERR_FAILED"]), text_named("枸杞园滴灌带老被堵住")
    page.goto("/employer/needs/new")
    write_all(page, text)
    expect(page.locator(STATE)).to_have_attribute("data-state", "saved")
    lose_answers(page)
    page.fill("#goal", "一年内不再堵")
    expect(page.locator(STATE)).to_have_attribute("data-state", "unsaved")
    page.fill("#goal", "半年内不再堵")
    page.click(SUBMIT)
    page.wait_for_url(re.compile(r".*/employer/needs/XQ[\d-]+$"))
    expect(page.locator("main")).to_contain_text("半年内不再堵")


def test_somebody_who_was_signed_out_is_told_and_the_page_stops_trying(new_page: NewPage) -> None:
    page, text = new_page("employer", allow=["400"]), text_named("枸杞园杂草一茬接一茬")
    page.goto("/employer/needs/new")
    write_problem(page, text)
    expect(page.locator(STATE)).to_have_attribute("data-state", "saved")
    page.context.clear_cookies()
    tries: list[str] = []
    page.on("request", lambda sent: tries.append(sent.url) if AUTOSAVE.search(sent.url) else None)
    page.fill("#goal", text.goal)
    expect(page.locator(STATE)).to_have_attribute("data-state", "refused")
    expect(page.locator(STATE)).to_contain_text("请先复制刚写的内容")
    page.wait_for_timeout(9000)  # longer than the time after which a lost connection is tried again
    assert len(tries) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_colleagues_save_is_named_as_the_reason_and_may_be_overwritten(new_page: NewPage, language: str) -> None:
    say = said_in(language)
    mine = new_page("employer", language=language, allow=["status of 409"])
    mine.goto("/employer/needs/new")
    write_problem(mine, WOLFBERRY)
    mine.wait_for_url(EDIT)
    expect(mine.locator(STATE)).to_have_attribute("data-state", "saved")
    theirs = new_page("employer", language=language)
    theirs.goto(mine.url)
    theirs.fill("#goal", "同事写的目标")
    expect(theirs.locator(STATE)).to_have_attribute("data-state", "saved")
    expect(theirs.locator(STATE)).not_to_contain_text(say("保存中…"))

    mine.fill("#goal", "我写的目标")
    state = mine.locator(STATE)
    expect(state).to_have_attribute("data-state", "conflict")
    expect(state).to_contain_text("另一个窗口" if language == "zh" else "another window")
    expect(mine.locator("#conflict")).to_contain_text("同事写的目标")
    expect(mine.locator("#goal")).to_have_value("我写的目标")
    mine.get_by_role("button", name=say("用我的内容覆盖")).click()
    expect(state).to_have_attribute("data-state", "saved")
    expect(mine.locator("#conflict [role=alert]")).to_have_count(0)
    mine.reload()
    expect(mine.locator("#goal")).to_have_value("我写的目标")


def test_two_needs_written_one_after_the_other_are_two(new_page: NewPage) -> None:
    page, text = new_page("employer"), text_named("枸杞鲜果分级机伤果")
    codes = {post(page, text), post(page, text)}
    assert len(codes) == 2
