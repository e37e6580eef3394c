"""A visitor: what the programmes do, which needs are open; the language switch changes nothing but the language."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from .conftest import NewPage
from .words import said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@LANGUAGES
def test_the_landing_page_draws_the_map_and_tells_the_same_as_a_table(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    page.goto("/")
    expect(page.locator(".chart.map .chart-canvas svg, .chart.map .chart-canvas canvas").first).to_be_visible()
    page.get_by_text(say("以表格查看"), exact=True).click()
    rows = page.locator(".chart.map .chart-table tbody tr")
    assert rows.count() >= 12
    expect(rows.first).to_be_visible()
    assert int(rows.first.locator("td.num").inner_text()) > 0
    for name, path in (("发布需求", "/login"), ("登记专长", "/login")):
        page.goto("/")
        page.get_by_role("main").or_(page.locator(".hero")).get_by_role("link", name=say(name)).first.click()
        assert urlsplit(page.url).path == path


@LANGUAGES
def test_a_programme_leads_to_its_tasks_and_its_needs(new_page: NewPage, language: str) -> None:
    page = new_page(language=language)
    page.goto("/programmes")
    assert page.locator("main section.panel").count() == 8
    page.click("main section.panel h2 a >> nth=4")
    assert page.locator("main h3[id^=task-]").count() == 3
    page.click("main article.card a.link-quiet >> nth=0")
    assert urlsplit(page.url).path.startswith("/needs/XQ")


@LANGUAGES
def test_filters_of_the_need_list_live_in_the_url_and_outlive_a_reload(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    page.goto("/needs")
    whole = page.locator("#results h2").inner_text()
    option = page.locator("input[name=province] >> nth=0")
    province = option.get_attribute("value")
    option.check()
    page.wait_for_url("**/needs?*province=*")
    expect(page.locator("#results h2")).not_to_have_text(whole)
    by_province = page.locator("#results h2").inner_text()
    page.locator("input[name=mode] >> nth=0").check()
    page.wait_for_url("**/needs?*mode=*")
    expect(page.locator("#results .filter-chips .tag")).to_have_count(2)
    page.evaluate("history.back()")
    page.wait_for_url(lambda url: "province=" in url and "mode=" not in url)
    expect(page.locator("#results .filter-chips .tag")).to_have_count(1)
    expect(page.locator("#results h2")).to_have_text(by_province)
    expect(page.locator("input[name=mode]:checked")).to_have_count(0)
    page.evaluate("history.forward()")
    page.wait_for_url("**/needs?*mode=*")
    expect(page.locator("#results .filter-chips .tag")).to_have_count(2)
    assert parse_qs(urlsplit(page.url).query)["province"] == [province]
    narrow = page.locator("#results h2").inner_text()
    page.reload()
    expect(page.locator("#results h2")).to_have_text(narrow)
    expect(page.locator(f"input[name=province][value='{province}']")).to_be_checked()
    page.goto("/needs")
    expect(page.locator("#results h2")).to_have_text(whole)
    page.fill("#filter-q", "gouqi")
    expect(page.locator("#results article.card").first).to_contain_text("枸杞")
    page.fill("#filter-q", "绝不会有的词")
    expect(page.get_by_text(say("没有符合条件的需求"))).to_be_visible()


@LANGUAGES
def test_a_published_need_tells_everything_but_whom_to_call(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    page.goto("/needs?q=gouqi")
    page.click("#results article.card a.link-quiet >> nth=0")
    expect(page.get_by_role("heading", name=say("主要问题"))).to_be_visible()
    text = page.content()
    assert "@example" not in text
    assert "1990000" not in text


def test_the_language_switch_stays_on_the_page_with_its_filters(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/needs?province=64&mode=dual_appointment")
    many = page.locator("#results article.card").count()
    page.click("a.language")
    assert urlsplit(page.url).path == "/needs"
    assert parse_qs(urlsplit(page.url).query) == {"province": ["64"], "mode": ["dual_appointment"]}
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("#results article.card").count() == many
    page.click("a.language")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
