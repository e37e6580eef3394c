"""An expert registers, is found, and says what does not fit."""

from __future__ import annotations

import time
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import NewPage, Site
from .people import enter, link_in_mail
from .words import Say, said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
PASSWORD = "three goats on a hill 7"  # noqa: S105 - of an invented person
NEED, CODE = "枸杞叶子长满紫黑疙瘩", "XQ2026-0019"
WORKS = """[1] 秦见山, 丁一. 枸杞瘿螨发生规律与绿色防控技术[J]. 植物保护学报, 2022, 49(3): 101-110.
[2] 秦见山. 枸杞木虱携带瘿螨越冬的观察. 应用昆虫学报, 2020"""
BIBTEX = """@article{qin2023, title={Acaricide-free control of wolfberry gall mites in Ningxia orchards},
 author={Qin, Jianshan}, journal={Crop Protection}, year={2023},
 abstract={Sulphur timing and predatory mites kept gall incidence on wolfberry leaves under five per cent.}}"""
_numbers = count(1)


def register(page: Page, site: Site, say: Say, *, email: str, name: str) -> None:
    """From the landing page's entrance to being signed in, by the link in the mail."""
    page.goto("/register")
    page.get_by_role("link", name=say("注册专家")).click()
    page.fill("#name", name)
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=say("完成注册")).click()
    expect(page.locator("main h1")).to_have_text(say("请确认邮箱"))
    enter(page, email, PASSWORD)
    assert urlsplit(page.url).path == "/login", "an address that is not confirmed lets nobody in"
    page.goto(link_in_mail(site.var_dir, to=email))
    if urlsplit(page.url).path != "/me":
        enter(page, email, PASSWORD)
        page.wait_for_url("**/me")


def fill_profile(page: Page, say: Say, *, name: str, days: str) -> None:
    """All steps in their order."""
    page.goto("/me/profile/basics")
    page.fill("#name", name)
    page.fill("#title", "研究员")
    page.select_option("#degree", "博士")
    page.fill("#institution", "江淮植物保护研究所")
    page.select_option("#province", "320000")
    page.locator("#city option[value='320100']").wait_for(state="attached")
    page.select_option("#city", "320100")
    page.click("main form .form-actions button[name=next]")

    page.wait_for_url("**/me/profile/expertise")
    page.fill("#bio", "二十年做枸杞瘿螨、木虱的测报与防控，能在田头认虫、定药、定时间，教会植保员自己测报。")
    page.fill("#keywords", "枸杞瘿螨、绿色防控、测报")
    page.click("main form .form-actions button[name=next]")

    page.wait_for_url("**/me/works")
    page.get_by_role("link", name=say("粘贴列表")).first.click()
    page.fill("#text", WORKS)
    page.get_by_role("button", name=say("识别")).click()
    assert page.locator("tbody textarea").all_inner_texts() or page.locator("tbody tr").count() == 2
    page.click("main form .form-actions button[name=save]")
    expect(page.locator("ol.works > li")).to_have_count(2)
    page.goto("/me/works/import/bibtex")
    page.fill("#text", BIBTEX)
    page.get_by_role("button", name=say("识别")).click()
    page.click("main form .form-actions button[name=save]")
    expect(page.locator("ol.works > li")).to_have_count(3)
    expect(page.locator("ol.works")).to_contain_text("wolfberry gall mites")

    page.goto("/me/profile/cooperation")
    for mode in ("service_mission", "joint_research"):
        page.check(f"input[name=modes][value={mode}]")
    page.fill("#days_per_year", days)
    year = time.localtime().tm_year + 1
    page.fill("#windows-0-starts", f"{year}-01-01")
    page.fill("#windows-0-ends", f"{year + 1}-12-31")
    page.click("main form .form-actions button[name=next]")

    page.wait_for_url("**/me/profile/ties")
    page.check("input[name=declared][value=none]")
    page.click("main form .form-actions button[name=next]")
    page.wait_for_url("**/me/profile/contact")
    page.fill("#phone", "13800002468")
    page.click("main form .form-actions button[name=next]")
    page.wait_for_url("**/me/preview")


@LANGUAGES
def test_an_expert_registers_is_previewed_and_is_found(new_page: NewPage, site: Site, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    number = next(_numbers)
    name, email = f"秦见山{'一二三四'[number]}", f"qin{number}@example.org"
    register(page, site, say, email=email, name=name)
    fill_profile(page, say, name=name, days="3")

    # The preview shows the card and the needs, and nothing that belongs to the person alone.
    expect(page.locator("main article.card").first).to_contain_text(name)
    assert "13800002468" not in page.content()
    page.check("#agreed")
    page.get_by_role("button", name=say("公开资料")).click()
    page.goto("/me")
    expect(page.locator("main h1 + *, main .page-header").first).to_be_visible()
    expect(page.get_by_text(say("公开"), exact=True).first).to_be_visible()

    # With three days a year the need that wants more is out of reach, and says so.
    employer = new_page("employer", language=language)
    employer.goto(f"/employer/needs/{CODE}/matches")
    assert name not in employer.locator("#experts").inner_text()

    # A changed profile is searched at once.
    page.goto("/me/availability")
    page.fill("#days_per_year", "40")
    page.get_by_role("button", name=say("保存"), exact=True).last.click()
    began = time.monotonic()
    while name not in employer.locator("#experts").inner_text():
        assert time.monotonic() - began < 10, "the changed profile is not found"
        employer.goto(f"/employer/needs/{CODE}/matches")
    print(f"changed profile ({language}): on the employer's list after {time.monotonic() - began:.1f} s")

    # The expert sees the same need, with the same verdict and reasons.
    card = employer.locator("article.card", has_text=name)
    page.goto("/me/needs")
    mine = page.locator("article.card", has_text=NEED)
    expect(mine.locator(".evidence mark").first).to_be_visible()
    word = card.locator(".band-word").inner_text().strip()
    assert mine.locator(".band-word").inner_text().strip() == word
    mine.get_by_text(say("为什么")).click()
    expect(mine.locator(".why table.bars tbody tr")).to_have_count(3)
    expect(mine.locator(".why a[href*='/me/']").first).to_be_visible()


@LANGUAGES
def test_a_need_that_does_not_fit_goes_and_stays_away(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("expert-medicine", language=language)
    page.goto("/me/needs")
    cards = page.locator("#results article.card")
    title = cards.first.locator(".card-head a").inner_text()
    cards.first.get_by_text(say("不适合我")).click()
    form = cards.first.locator(".dismiss-place form")
    form.locator("input[name=reason]").first.check()
    form.locator("textarea").fill("离家太远")
    form.get_by_role("button", name=say("不再推荐这条")).click()
    expect(page.get_by_text(say("已记下，这条需求不再推荐给您")).first).to_be_visible()
    page.reload()
    expect(cards.first).to_be_visible()
    assert title not in page.locator("#results .card-list").inner_text()
    page.goto("/me/needs/dismissed")
    row = page.locator("tbody tr", has_text=title)
    expect(row).to_contain_text("离家太远")
    row.get_by_role("button", name=say("恢复")).click()
    page.goto("/me/needs")
    expect(page.locator("#results .card-list")).to_contain_text(title)
