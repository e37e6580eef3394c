"""The ranked page by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import NewPage
from .pages import NEED
from .words import said_in

CARD = "#experts > li article.card >> nth=0"
MOST_TABS = 120


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something that fits has the focus; where the focus is can be seen on the way."""
    for _step in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
            assert outline != "none" or shadow != "none", f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"{MOST_TABS} times Tab do not reach {selector}")


def test_the_first_tab_offers_to_skip_to_the_content(new_page: NewPage) -> None:
    page = new_page("employer")
    page.goto(f"/employer/needs/{NEED}/matches")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip-link')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_short_list_and_comparison_need_no_mouse(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    page.goto(f"/employer/needs/{NEED}/matches")
    card = page.locator(CARD)
    page.locator("#experts").evaluate("element => { element.tabIndex = -1; element.focus(); }")

    tab_to(page, "[id^=shortlist-] button")
    was = card.locator("[id^=shortlist-] button").get_attribute("aria-pressed")
    page.keyboard.press("Enter")
    kept = card.locator("[id^=shortlist-] button")
    expect(kept).to_have_attribute("aria-pressed", {"true": "false", "false": "true"}[was or ""])
    expect(kept).to_be_focused()

    tab_to(page, "[data-disclose]")
    page.keyboard.press("Enter")
    expect(card.locator(".why table.bars")).to_be_visible()
    expect(card.locator("[data-disclose]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.locator(".why table.bars")).to_be_hidden()

    tab_to(page, "[id^=compare-]")
    page.keyboard.press("Enter")
    expect(card.locator("[id^=compare-]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#compare-bar")).to_contain_text(say("对比 %(n)s 位", n=1))
    assert page.evaluate("document.activeElement !== document.body"), "the focus is not lost when the list is renewed"


def test_a_filter_is_set_with_the_space_bar_and_keeps_the_focus(new_page: NewPage) -> None:
    page = new_page("employer")
    page.goto(f"/employer/needs/{NEED}/matches")
    page.locator("#filter-institution").focus()
    tab_to(page, "input[type=checkbox][name=province]")
    page.keyboard.press("Space")
    page.wait_for_url("**/matches?*province=*")
    expect(page.locator(".filter-chips").first).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "province"
