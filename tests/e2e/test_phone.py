"""What is different on a phone: nothing covers the field in hand, the step is named, the decision comes first."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import NewPage
from .words import said_in

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
COVERED = """() => {
  const field = document.activeElement;
  if (!field.matches("#need-form input, #need-form select, #need-form textarea")) return "";
  const box = field.getBoundingClientRect();
  const x = box.left + Math.min(box.width, 20) / 2;
  const ends = [box.top + 3, Math.min(box.bottom, box.top + 60) - 3];
  const over = ends.map((y) => document.elementFromPoint(x, y)).find((top) => top !== field && !top?.contains(field));
  return over === undefined ? "" : `${field.name} under ${over ? over.className || over.nodeName : "the edge"}`;
}"""
STEPS = 60


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_field_of_the_form_that_the_keyboard_reaches_lies_under_a_bar(new_page: NewPage, size: str) -> None:
    page = new_page("employer", size=size)
    page.goto("/employer/needs/new")
    page.focus("#title")
    reached = set()
    for _step in range(STEPS):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || ''"))
        assert page.evaluate(COVERED) == ""
    assert {"problem", "keywords", "min_title", "days_per_year", "contact_email"} <= reached


@LANGUAGES
def test_the_step_at_hand_is_named(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page("employer", size="phone", language=language)
    page.goto("/employer/needs/new")
    first = say("第 %(n)s 步，共 %(all)s 步：%(name)s", n=1, all=5, name=say("问题"))
    expect(page.locator(".step-now")).to_have_text(first)
    expect(page.locator(".step-now")).to_be_visible()
    expert = new_page("expert-medicine", size="phone", language=language)
    expert.goto("/me/profile/expertise")
    expect(expert.locator(".step-now")).to_contain_text("第 2 步" if language == "zh" else "Step 2 of")


def test_the_manager_decides_above_the_long_text(new_page: NewPage) -> None:
    page = new_page("manager", size="phone")
    page.goto("/desk")
    page.locator("tbody a[href*='/desk/needs/']").first.click()
    decide = page.locator("#decide").bounding_box()
    text = page.locator("#field-problem").bounding_box()
    assert decide and text
    assert decide["y"] + decide["height"] <= text["y"]
