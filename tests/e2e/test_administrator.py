"""The administrator: who may do what, and whether search is in step with the records."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from .conftest import NewPage
from .people import sign_in
from .words import said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
NEW_MANAGER = {"zh": "高敏", "en": "次旦平措"}


def test_signing_in_leads_the_administrator_to_the_users(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "admin")
    assert urlsplit(page.url).path == "/admin/users"
    assert page.locator("tbody tr").count() >= 11


@LANGUAGES
def test_a_user_is_found_and_made_a_manager_of_a_province(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("admin", language=language)
    page.goto("/admin/users")
    page.fill("#filter-q", NEW_MANAGER[language])
    expect(page.locator("#results tbody tr")).to_have_count(1)
    page.get_by_role("link", name=NEW_MANAGER[language]).click()
    assert "@demo" not in page.content(), "an address is shown only when it is asked for"
    page.check("#appoint input[name=role][value=manager]")
    legend = page.locator("#place").inner_text().split("\n")[:2]
    page.select_option("#appoint select[name=province]", "620000")
    page.locator("#city option[value='620100']").wait_for(state="attached")
    assert page.locator("#place").inner_text().split("\n")[:2] == legend, "what is asked stays the same"
    page.get_by_role("button", name=say("任命"), exact=True).click()
    held = page.locator("main li", has_text=re.compile("甘肃|Gansu"))
    expect(held.first).to_be_visible()
    page.get_by_role("button", name=say("查看联系方式")).click()
    expect(page.locator("main")).to_contain_text("@demo")


@LANGUAGES
def test_the_index_page_says_that_search_is_in_step(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("admin", language=language)
    page.goto("/admin/index")
    page.get_by_role("button", name=say("核对索引")).click()
    work = page.locator("#index-work")
    expect(work.locator(".badge").first).to_have_text(say("已完成"), timeout=60_000)
    expect(work.locator(".notice.is-green")).to_be_visible()
