"""How pairings and assignments end before their time: the other side reads why, and who comes too late is told."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import journey
from .conftest import NewPage, Site
from .journey import Terms
from .needs import Text
from .words import said_in

EXPERT = "ZJ000246"
MODES = ("dual_appointment", "remote_consulting")
TEXT = Text(
    title="枸杞园滴灌带三年就堵，想找人常年指点",
    problem="水硬，滴灌带结垢，换一次要花四万。冲洗和加酸都试过，堵的照堵，地头的苗一片一片旱死。",
    goal="滴灌带用满五年，堵塞率降到一成以内",
    keywords="枸杞、滴灌、堵塞",
)
DUAL = Terms("dual_appointment", 3, post="顾问", answers={"has_permanent_post": "yes", "earlier_terms": "0"})
REMOTE = Terms("remote_consulting", 2, post="远程顾问")
EXPIRES_WITHIN_S = 90
"""The job runs every minute."""
LONG_AGO = "UPDATE pairing SET state_since = strftime('%Y-%m-%d %H:%M:%f000', state_since, '-31 days') WHERE code = ?"
Need = Callable[[Page], str]


@pytest.fixture(scope="module")
def kept() -> list[str]:
    """The need of these tests, published once: what has ended can be begun anew."""
    return []


@pytest.fixture
def need(new_page: NewPage, kept: list[str]) -> Need:
    """Posts it for an employer's page, or finds it again; its code."""

    def code(employer: Page) -> str:
        if not kept:
            kept.append(journey.publish(employer, new_page("manager-ningxia"), said_in("zh"), TEXT, MODES))
        return kept[0]

    return code


def test_an_institution_refuses_and_both_sides_read_why(new_page: NewPage, need: Need) -> None:
    say, why = said_in("zh"), "该同志明年承担国家课题，时间冲突，学院不同意外出兼职。"
    employer = new_page("employer")
    expert, officer = new_page("expert"), new_page("institution")
    pairing = journey.invite(employer, say, need(employer), EXPERT, DUAL)
    journey.do(expert, say, pairing, "接受", shows="已接受")
    officer.goto("/institution/requests")
    officer.get_by_role("row").filter(has_text=pairing).get_by_role("link").click()
    officer.fill("#decide [name=reason]", "")
    journey.press(officer, say("不同意并说明原因"))
    expect(officer.locator(".error-summary")).to_contain_text("请写明原因")
    officer.fill("#decide [name=reason]", why)
    journey.press(officer, say("不同意并说明原因"))
    expect(officer.locator("main .badge").first).to_have_text(say("单位未同意"))
    for page in (employer, expert):
        page.goto(f"/pairings/{pairing}")
        expect(page.locator("main .badge").first).to_have_text(say("单位未同意"))
        expect(page.locator("main")).to_contain_text(why)
    employer.goto("/account/notifications")
    expect(employer.locator("main")).to_contain_text(why)


def test_an_expert_withdraws_and_a_stale_page_says_who_was_first(new_page: NewPage, need: Need) -> None:
    say, why = said_in("zh"), "家中有人住院，今年去不了，抱歉。"
    employer = new_page("employer", allow=["status of 409"])
    expert = new_page("expert")
    pairing = journey.invite(employer, say, need(employer), EXPERT, REMOTE)
    journey.do(expert, say, pairing, "接受", shows="已接受")
    employer.goto(f"/pairings/{pairing}")  # and leaves it open

    expert.locator("#withdraw > summary").click()
    expert.fill("#withdraw-reason", why)
    journey.press(expert, say("撤回对接"), within="#withdraw")
    expect(expert.locator("main .badge").first).to_have_text(say("已撤回"))

    employer.locator("#withdraw > summary").click()
    employer.fill("#withdraw-reason", "我们改为自己处理。")
    journey.press(employer, say("撤回对接"), within="#withdraw")
    expect(employer.locator("main")).to_contain_text("已由 荆未霜 办理")
    employer.get_by_role("link", name=say("查看现在的内容")).click()
    expect(employer.locator("main .badge").first).to_have_text(say("已撤回"))
    expect(employer.locator("main")).to_contain_text(why)
    expect(employer.locator("main")).not_to_contain_text("我们改为自己处理")


def test_an_invitation_without_an_answer_expires_by_itself(new_page: NewPage, site: Site, need: Need) -> None:
    say = said_in("zh")
    employer, expert = new_page("employer"), new_page("expert")
    pairing = journey.invite(employer, say, need(employer), EXPERT, REMOTE)
    assert journey.shift(site, LONG_AGO, pairing) == 1
    end = time.monotonic() + EXPIRES_WITHIN_S
    state = employer.locator("main .badge").first
    while time.monotonic() < end and state.inner_text() != say("已过期"):
        time.sleep(2)
        employer.goto(f"/pairings/{pairing}")
    expect(state).to_have_text(say("已过期"))
    for page in (employer, expert):
        page.goto("/account/notifications")
        expect(page.locator("main")).to_contain_text(pairing)
        page.goto(f"/pairings/{pairing}")
        expect(page.get_by_role("button", name=say("接受"), exact=True)).to_have_count(0)


def test_an_expert_terminates_an_assignment_and_everybody_reads_why(new_page: NewPage, need: Need) -> None:
    say, why = said_in("zh"), "园区已改用地面管，不再需要远程指导。"
    employer = new_page("employer", allow=[journey.BEGUN])
    expert, manager = new_page("expert"), new_page("manager-ningxia", allow=["status of 409"])
    pairing = journey.invite(employer, say, need(employer), EXPERT, REMOTE)
    journey.do(expert, say, pairing, "接受", shows="已接受")

    # Two managers have the page open; the second is told who approved it.
    manager.goto(f"/pairings/{pairing}")
    journey.approve(new_page("manager"), say, pairing)
    journey.press(manager, say("批准"))
    expect(manager.locator("main")).to_contain_text("已由 林知行 办理")

    assignment = journey.sign(employer, say, pairing, holds="荆未霜")
    journey.begin(employer, say, assignment)
    journey.ask_and_do(expert, say, assignment, "终止任务", shows="已终止", reason=why)
    for page in (employer, manager):
        page.goto(f"/assignments/{assignment}")
        expect(page.locator("main .badge").first).to_have_text(say("已终止"))
        expect(page.locator("main")).to_contain_text(why)
    employer.goto("/account/notifications")
    expect(employer.locator("main")).to_contain_text(why)
    expert.goto(f"/assignments/{assignment}")
    expect(expert.get_by_role("link", name=say("登记服务"), exact=True)).to_have_count(0)
