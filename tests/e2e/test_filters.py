"""Counts beside the filters follow the list, in every list, and the keyboard stays where it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import NewPage
from .pages import NEED

COUNTS = "() => Array.from(document.querySelectorAll('#filter-facets label'), label => label.textContent.trim())"
LISTS = pytest.mark.parametrize(
    ("account", "path", "facet"),
    [
        ("", "/needs", "province"),
        ("employer", "/employer", "state"),
        ("employer", f"/employer/needs/{NEED}/matches", "province"),
        ("expert-medicine", "/me/needs", "mode"),
        ("manager", "/desk/needs", "state"),
        ("manager", "/desk/organisations", "kind"),
        ("manager", "/desk/experts", "region"),
    ],
)


def counts(page: Page) -> list[str]:
    return sorted(" ".join(text.split()) for text in page.evaluate(COUNTS))


@LISTS
def test_counts_after_a_click_are_those_of_the_page_loaded_anew(
    new_page: NewPage, account: str, path: str, facet: str
) -> None:
    page = new_page(account)
    page.goto(path)
    box = page.locator(f"#filter-facets input[name={facet}]").first
    chosen = box.get_attribute("id")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url(f"**{path}?*{facet}=*")
    expect(page.locator("#filters-active")).to_have_text("1")
    assert page.evaluate("document.activeElement.id") == chosen
    expect(page.locator(f"[id='{chosen}']")).to_be_checked()
    followed = counts(page)
    page.reload()
    assert followed == counts(page)


@pytest.mark.parametrize(
    ("account", "path", "words"),
    [("", "/needs", "gouqi"), ("manager", "/desk/experts", "gouqi"), ("employer", "/employer", "gouqiyezi")],
)
def test_counts_follow_the_words_and_the_search_box_keeps_the_focus(
    new_page: NewPage, account: str, path: str, words: str
) -> None:
    page = new_page(account)
    page.goto(path)
    before = counts(page)
    page.type("#filter-q", words)
    page.wait_for_url(f"**{path}?*q={words}*")
    expect(page.locator("#filters-active")).to_have_text("1")
    expect(page.locator("#filter-q")).to_be_focused()
    expect(page.locator("#filter-q")).to_have_value(words)
    assert counts(page) != before
    followed = counts(page)
    page.reload()
    assert followed == counts(page)


def test_what_was_unfolded_stays_so_when_the_list_is_renewed(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/needs")
    page.click("#filter-more-mode summary")
    page.locator("#filter-facets input[name=province]").first.check()
    page.wait_for_url("**/needs?*province=*")
    expect(page.locator("#filters-active")).to_have_text("1")
    assert page.evaluate("document.querySelector('#filter-more-mode').open")


def test_what_the_old_list_still_asked_for_is_given_up_when_a_filter_renews_it(new_page: NewPage) -> None:
    page = new_page("employer")
    held: list[Route] = []
    page.route("**/employer/strong?*", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/employer/strong?*"):
        page.goto("/employer")
    with page.expect_event("requestfailed", lambda asked: "/employer/strong" in asked.url):
        page.check("#filter-facets input[value=published]")
    page.wait_for_url("**/employer?*state=published*")
    expect(page.locator("#filters-active")).to_have_text("1")


def test_numbers_of_strong_matches_come_in_the_renewed_list_too(new_page: NewPage) -> None:
    page = new_page("employer")
    with page.expect_response("**/employer/strong?*"):
        page.goto("/employer")
    with page.expect_response("**/employer/strong?*"):
        page.check("#filter-facets input[value=published]")
    page.wait_for_url("**/employer?*state=published*")
    expect(page.locator("#results [id^=strong-] a").first).to_have_text(re.compile(r"^\d+$"))
