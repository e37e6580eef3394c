"""An employer posts a need: it saves itself, shows who would fit as it is written, and says what is missing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import NewPage
from .needs import WOLFBERRY, write_problem, write_rest
from .people import sign_in
from .words import said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
EDIT = re.compile(r".*/employer/needs/XQ[\d-]+/edit$")


def is_in_view(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    height = page.viewport_size["height"] if page.viewport_size else 0
    return box is not None and 0 <= box["y"] < height


@LANGUAGES
def test_signing_in_leads_an_employer_to_the_own_needs(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    sign_in(page, "employer")
    assert urlsplit(page.url).path == "/employer"
    expect(page.locator("main h1")).to_have_text(say("我的需求"))
    expect(page.locator("main table tbody tr").first).to_contain_text("枸杞")


@LANGUAGES
def test_a_need_is_written_and_submitted_on_one_page(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", language=language)
    page.goto("/employer/needs/new")
    write_problem(page, WOLFBERRY)

    # It saves itself: the page becomes the draft's own.
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved")
    page.wait_for_url(EDIT)
    draft = page.url

    # The panel beside it: how many may come, the best three with reasons, the programme task.
    panel = page.locator("#live")
    expect(panel.locator(".need-best > li")).to_have_count(3)
    eligible = int(panel.locator(".need-count strong").inner_text().replace(",", ""))
    assert eligible > 100
    expect(panel.locator(".need-best > li").first.locator("mark").first).to_be_visible()
    panel.locator(".need-task button").click()
    chosen = page.locator("input[name=task_code]:checked")
    assert (chosen.get_attribute("value") or "").startswith("ningxia")

    # Wishes act at once, and what they cost is told.
    page.select_option("#min_title", index=page.locator("#min_title option").count() - 1)
    expect(panel.locator(".need-kept-out li").first).to_be_visible()
    page.select_option("#min_title", index=0)

    # Something is missing: told on top, with a way to it, and beside the field.
    write_rest(page, WOLFBERRY)
    page.click("#need-form .form-actions button[value=submit]")
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    expect(summary.get_by_role("link")).to_have_count(1)
    summary.get_by_role("link").click()
    assert is_in_view(page, "#goal")
    expect(page.locator("#goal")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#goal-error")).to_contain_text(summary.get_by_role("link").inner_text())
    assert urlsplit(page.url).path == urlsplit(draft).path, "a failed submission is still the same draft"

    # Complete: it goes to the manager.
    page.fill("#goal", WOLFBERRY.goal)
    page.click("#need-form .form-actions button[value=submit]")
    page.wait_for_url(re.compile(r".*/employer/needs/XQ[\d-]+$"))
    expect(page.locator("main .badge").first).to_have_text(say("待审核"))
    expect(page.get_by_text(say("已提交审核，管理人员会收到通知"))).to_be_visible()


def test_a_draft_survives_the_closing_of_the_page(new_page: NewPage) -> None:
    page = new_page("employer")
    page.goto("/employer/needs/new")
    write_problem(page, WOLFBERRY)
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved")
    page.wait_for_url(EDIT)
    draft = page.url
    page.context.clear_cookies()  # the session ends
    sign_in(page, "employer")
    page.goto(draft)
    expect(page.locator("#problem")).to_have_value(WOLFBERRY.problem)


def test_a_pasted_text_fills_the_form_and_can_be_taken_back(new_page: NewPage) -> None:
    page = new_page("employer")
    page.goto("/employer/needs/new")
    page.click(".need-paste summary")
    page.fill(
        "#pasted", "需求名称：枸杞根腐病连年加重\n主要问题：老园子成片死苗，换茬也不行。\n预期目标：两年内死苗率降一半"
    )
    page.click("[data-paste]")
    expect(page.locator("#title")).to_have_value("枸杞根腐病连年加重")
    expect(page.locator("#goal")).to_have_value("两年内死苗率降一半")
    page.click("[data-undo-place] button")
    expect(page.locator("#title")).to_have_value("")
