"""人才飞地 of an employer in Ningxia at a site in an eastern city, from the site to the evaluation."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from . import journey
from .conftest import NewPage, Site
from .journey import Terms
from .needs import Text
from .words import Say, said_in

EXPERT, NAME = "ZJ000246", "荆未霜"
SITE = "中宁枸杞杭州研发站"
NEED = Text(
    title="枸杞鲜果病害的早期识别，想在杭州设站研究",
    problem="果园里看出病斑时已经晚了，我们在杭州租了实验室，缺人带着做病原检测和早期识别，再把方法带回中宁。",
    goal="形成一套病斑出现前三天能报警的检测方法",
    keywords="枸杞、炭疽病、早期识别",
)
WHY = "专家已在中宁连续服务两年，田间情况熟悉，站上试验不能中断。"
DONE = "在站上完成第一批叶片带菌量检测"
SHORT = "只有三天的数据，还不能算解决，请补上第二批结果。"


def test_an_enclave_goes_from_its_site_to_a_grade(new_page: NewPage, site: Site) -> None:
    say = said_in("zh")
    employer = new_page("employer", allow=[journey.BEGUN])
    expert, manager = new_page("expert"), new_page("manager-ningxia")
    register_site(employer, say)
    need = journey.publish(employer, manager, say, NEED, ["talent_enclave"])
    terms = Terms(mode="talent_enclave", days=4, post="站点首席专家", answers={"site_id": SITE, "west_days": "4"})
    pairing = journey.invite(employer, say, need, EXPERT, terms)

    # The site is in the east, but four days in Ningxia are too few: the manager waives it, with the reason on record.
    journey.do(expert, say, pairing, "接受", shows="已接受")
    expect(expert.locator("#terms")).to_contain_text(SITE)
    manager.goto(f"/pairings/{pairing}")
    few = manager.locator("#approval .ruled", has_text="每年到宁夏 4 天，少于 15 天")
    expect(few).to_contain_text(say("可申请豁免"))
    expect(few).to_contain_text("第 1 版")
    journey.approve(manager, say, pairing, waive=WHY)
    assignment = journey.sign(employer, say, pairing, holds=NAME)
    expect(employer.locator("#terms")).to_contain_text(SITE)
    taken(employer, say, 1)

    # A day and an outcome, which the employer sends back once.
    journey.begin(employer, say, assignment)
    journey.log_day(new_page("expert", size="phone"), say, assignment, DONE)
    journey.confirm_days(employer, say, assignment)
    journey.claim(expert, say, assignment, "problem_solved", "1", "第一批检测三天内报警")
    send_back_and_amend(employer, expert, say, assignment)
    journey.confirm_claim(employer, say, assignment)
    journey.confirm_claim(manager, say, assignment)

    # The end: appraisals, a grade, and the place at the site is free again.
    journey.ask_and_do(employer, say, assignment, "完成任务", shows="已完成")
    journey.appraise(employer, say, assignment, "方法可用，愿意继续合作。")
    journey.appraise(expert, say, assignment, "站上条件很好。")
    journey.evaluate(manager, say, assignment)
    expect(manager.locator("#outcomes")).to_contain_text(re.compile("优秀|良好|合格"))
    taken(employer, say, 0)


def register_site(page: Page, say: Say) -> None:
    """A laboratory in Hangzhou with two places."""
    page.goto("/employer/sites/new")
    page.fill("#name", SITE)
    page.select_option("#province", "330000")
    page.locator("#city option[value='330100']").wait_for(state="attached")
    page.select_option("#city", "330100")
    page.locator("#county option[value='330106']").wait_for(state="attached")
    page.select_option("#county", "330106")
    page.fill("#places", "2")
    journey.press(page, say("保存"))
    page.wait_for_url("**/employer/sites")
    taken(page, say, 0)


def taken(page: Page, say: Say, places: int) -> None:
    """How many of the site's places are taken."""
    page.goto("/employer/sites")
    row = page.locator("tbody tr", has_text=SITE).first
    expect(row).to_contain_text(say("已用 %(taken)s，共 %(places)s", taken=places, places=2))


def send_back_and_amend(employer: Page, expert: Page, say: Say, assignment: str) -> None:
    """The employer sends the outcome back with a reason; the expert reads it, and claims it with more."""
    employer.goto(f"/assignments/{assignment}")
    employer.get_by_role("link", name=say("退回并说明原因")).click()
    employer.fill("#reason", SHORT)
    journey.press(employer, say("退回并说明原因"))
    expert.goto(f"/assignments/{assignment}")
    expect(expert.locator("#outcomes")).to_contain_text(SHORT)
    expert.get_by_role("link", name=say("修改并重新申报")).click()
    expert.fill("#claim-note", "两批检测都在病斑出现前三天报警，记录见站上台账")
    journey.press(expert, say("重新申报"))
    expect(expert.locator("#outcomes")).to_contain_text("两批检测")
