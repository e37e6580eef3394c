"""The ranked page: who fits a published need, why, who does not and why not; and nobody's telephone."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from .conftest import NewPage
from .words import said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
NEED = "枸杞叶子长满紫黑疙瘩"
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]")
"""An e-mail address, a mobile telephone, an ID card."""
CARDS = "#experts > li article.card"


def open_ranked(page: Page) -> str:
    """Goes from the employer's home to the ranked page of a published need; its URL."""
    page.goto("/employer")
    page.get_by_role("link", name=NEED).click()
    page.click(".tabs a[href$='/matches']")
    expect(page.locator(CARDS)).to_have_count(10)
    return page.url


def names(page: Page) -> list[str]:
    return page.locator(f"{CARDS} .card-head a").all_inner_texts()


@LANGUAGES
def test_each_card_says_how_well_it_fits_and_shows_the_words_that_say_so(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    open_ranked(page)
    first = page.locator(CARDS).first
    expect(first.locator(".band")).to_contain_text(say("强"))
    expect(first.locator(".band")).to_contain_text("99%")
    expect(first.locator(".evidence mark").first).to_be_visible()
    expect(first.locator(".evidence .links li").first).to_be_visible()
    expect(first.locator(".tag-list li").first).to_be_visible()


@LANGUAGES
def test_filters_act_inside_the_search_and_stay_in_the_url(new_page: NewPage, language: str) -> None:
    page = new_page("employer", language=language)
    open_ranked(page)
    everybody = names(page)
    box = page.locator("input[type=checkbox][name=province]").first
    province = box.locator("xpath=..").locator("span").first.inner_text()
    count = int(box.locator("xpath=..").locator(".count").inner_text())
    box.check()
    page.wait_for_url("**/matches?*province=*")
    expect(page.locator(CARDS).nth(min(count, 10) - 1)).to_contain_text(province)
    assert all(province in text for text in page.locator(f"{CARDS} .card-facts").all_inner_texts())
    mode = page.locator("input[type=checkbox][name=mode]").first
    mode.check()
    page.wait_for_url("**/matches?*mode=*")
    assert len(parse_qs(urlsplit(page.url).query)["province"]) == 1
    few = names(page)
    page.reload()
    expect(mode).to_be_checked()
    assert names(page) == few
    page.click(".filter-chips > a")
    expect(page.locator(f"{CARDS} .card-head a").first).to_have_text(everybody[0])


@LANGUAGES
def test_why_opens_the_parts_of_the_score_and_every_rule(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    open_ranked(page)
    first = page.locator(CARDS).first
    button = first.get_by_role("button", name=say("为什么")).or_(first.get_by_role("link", name=say("为什么")))
    button.click()
    reasons = first.locator(".why")
    expect(reasons.locator("table.bars tbody tr")).to_have_count(3)
    assert reasons.locator(".rules li").count() >= 4
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(reasons.locator("table.bars")).to_be_hidden()


@LANGUAGES
def test_a_kept_expert_stands_on_the_short_list_with_a_note(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    ranked = open_ranked(page)
    place = {"zh": 0, "en": 1}[language]
    card, name = page.locator(CARDS).nth(place), names(page)[place]
    card.get_by_role("button", name=say("收藏"), exact=True).click()
    expect(card.locator("form[id^=shortlist-] button")).to_have_attribute("aria-pressed", "true")
    page.click(".tabs a[href$='/shortlist']")
    kept = page.locator("article.card", has_text=name)
    kept.locator("textarea").fill("先打电话问冬天能不能来")
    expect(kept.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(kept.locator("textarea")).to_have_value("先打电话问冬天能不能来")
    page.goto(ranked)
    expect(card.get_by_role("button", name=say("已收藏"), exact=True)).to_be_visible()


@LANGUAGES
def test_two_experts_stand_side_by_side(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    open_ranked(page)
    two = names(page)[:2]
    for place in (0, 1):
        page.locator(CARDS).nth(place).locator("[id^=compare-]").click()
        expect(page.locator(CARDS).nth(place).locator("[id^=compare-]")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name=say("并排对比")).click()
    heads = page.locator("table.compare thead th")
    expect(heads).to_have_count(2)
    assert [name in text for name, text in zip(two, heads.all_inner_texts(), strict=True)] == [True, True]
    assert page.locator("table.compare tbody tr").count() >= 5


@LANGUAGES
def test_a_named_expert_who_is_not_listed_is_explained_by_the_rule(new_page: NewPage, language: str) -> None:
    page = new_page("employer", language=language)
    open_ranked(page)
    group = page.locator("#excluded details").first
    group.locator("summary").click()
    rule = group.locator("summary strong").inner_text()
    name = re.split(r"、|, ", group.locator("p").first.inner_text())[0].strip()
    page.fill("#find-q", name)
    page.press("#find-q", "Enter")
    found = page.locator("#found article.card", has_text=name).first
    expect(found.locator(".rule-fail").first).to_be_visible()
    assert rule in " ".join(found.locator(".rule-fail").all_inner_texts())


@LANGUAGES
def test_the_excel_file_has_the_order_of_the_page(new_page: NewPage, language: str, tmp_path: Path) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    open_ranked(page)
    with page.expect_download() as waiting:
        page.click("#export-link")
    path = tmp_path / "matches.xlsx"
    waiting.value.save_as(path)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    column = rows[0].index(say("姓名"))
    assert [row[column] for row in rows[1:11]] == names(page)
    assert not CONTACT.search(" ".join(str(cell) for row in rows for cell in row))


def test_no_page_about_experts_holds_anybodys_contact(new_page: NewPage) -> None:
    page = new_page("employer")
    ranked = open_ranked(page)
    first = page.locator(f"{CARDS} .card-head a").first.get_attribute("href") or ""
    code = urlsplit(first).path.split("/")[-1]
    base = ranked.split("?")[0]
    compare = f"{base.removesuffix('/matches')}/compare?compare={code}"
    for url in (ranked, first, f"{base}/{code}", compare, f"{base.removesuffix('matches')}why-not?q={code}"):
        page.goto(url)
        expect(page.locator("main h1")).to_be_visible()
        assert not CONTACT.search(page.content()), url
