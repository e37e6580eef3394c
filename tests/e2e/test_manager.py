"""A manager checks what employers submit: returned with a reason, or published and found by everybody at once."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import NewPage
from .needs import WOLFBERRY, Text, post
from .people import sign_in
from .words import said_in

WITH_A_TELEPHONE = Text(
    title="枸杞苗圃想请人看一看土壤板结",
    problem="苗圃用了八年，土越来越硬，浇水不下渗，扦插苗成活率只剩六成。请联系园长电话 13812345678，随时可以来看。",
    goal="成活率回到八成五以上",
    keywords="枸杞、土壤板结、扦插",
)
REASON = "“主要问题”里写了电话，会公开，请删去后再提交。"
FOUND_WITHIN_S, ASKED_FOR_S = 10, 2


def seconds_until(page: Page, url: str, text: str, *, place: str = "main") -> float:
    """How long it takes from now until a page holds a text; asked for again and again."""
    began = time.monotonic()
    while time.monotonic() - began < FOUND_WITHIN_S:
        page.goto(url)
        if text in page.locator(place).inner_text():
            return time.monotonic() - began
    raise AssertionError(f"{url} does not show “{text}” after {FOUND_WITHIN_S} s")


def test_signing_in_leads_a_manager_to_the_queue_oldest_first(new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "manager")
    assert urlsplit(page.url).path == "/desk"
    shown = [text.strip() for text in page.locator("tbody td.num").all_inner_texts()]
    waits = [0 if text == "今天" else int(text.split()[0]) for text in shown if text]
    assert len(waits) > 5
    assert waits == sorted(waits, reverse=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_need_with_a_telephone_in_it_is_marked_and_goes_back_with_the_reason(
    new_page: NewPage, language: str
) -> None:
    say = said_in(language)
    employer = new_page("employer", language=language)
    code = post(employer, WITH_A_TELEPHONE)

    manager = new_page("manager-ningxia", language=language)
    manager.goto("/desk")
    row = manager.locator("tbody tr", has_text=code)
    expect(row.locator(".tag.is-red").first).to_be_visible()
    row.get_by_role("link", name=WITH_A_TELEPHONE.title).click()
    marked = manager.locator("#field-problem")
    expect(marked.locator(".finding-must")).to_contain_text("138")
    expect(marked.locator(".finding-must")).not_to_contain_text("13812345678")
    manager.get_by_role("button", name=say("退回并说明原因")).or_(
        manager.get_by_role("link", name=say("退回并说明原因"))
    ).first.click()
    dialog = manager.locator("dialog[open]")
    dialog.locator("#reason").fill(REASON)
    dialog.get_by_role("button", name=say("退回"), exact=True).click()
    manager.goto(f"/desk/needs/{code}")
    expect(manager.locator("main .badge").first).to_have_text(say("已退回"))

    employer.goto("/employer")
    expect(employer.locator("main")).to_contain_text(REASON)
    employer.goto(f"/employer/needs/{code}/edit")
    expect(employer.locator("main")).to_contain_text(REASON)
    employer.goto("/account/notifications")
    expect(employer.locator("main")).to_contain_text(REASON)


def test_a_published_need_is_found_by_visitors_and_by_experts_at_once(new_page: NewPage) -> None:
    employer, visitor, expert = new_page("employer"), new_page(), new_page("expert")
    text = Text(**{**vars_of(WOLFBERRY), "title": "枸杞多糖粗提物想做成冲剂，总是结块"})
    code = post(employer, text)
    visitor.goto(f"/needs?q={code}")
    assert text.title not in visitor.locator("#results").inner_text(), "what is not checked is not public"

    manager = new_page("manager-ningxia")
    manager.goto(f"/desk/needs/{code}")
    for box in manager.locator("input[name=overruled]").all():
        box.check()
    manager.get_by_role("button", name="通过并发布").click()
    expect(manager.get_by_text("已发布").first).to_be_visible()
    listed = seconds_until(visitor, f"/needs?q={code}", text.title, place="#results")
    recommended = seconds_until(expert, "/me/needs", text.title, place="#results")
    print(f"published need: in the list after {listed:.1f} s, recommended after {listed + recommended:.1f} s")

    employer.goto(f"/employer/needs/{code}")
    expect(employer.locator("main .badge").first).to_have_text("已发布")


def vars_of(text: Text) -> dict[str, str]:
    return {name: getattr(text, name) for name in Text.__dataclass_fields__}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_finds_needs_by_pinyin_and_keeps_its_filters(new_page: NewPage, language: str) -> None:
    page = new_page("manager-ningxia", language=language)
    page.goto("/desk/needs")
    page.fill("#filter-q", "gouqiyezi")
    page.wait_for_url("**/desk/needs?*gouqiyezi*")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("#filter-q")).to_have_value("gouqiyezi")
    page.goto("/desk/organisations?q=zhongning")
    page.goto("/desk/experts?q=gouqi")
    expect(page.locator("main h1")).to_be_visible()


def test_another_provinces_need_is_not_to_be_found_on_the_desk(new_page: NewPage) -> None:
    national, page = new_page("manager"), new_page("manager-ningxia")
    national.goto("/desk")
    url = (
        national.locator("tbody tr", has_not_text="宁夏").locator("a[href*='/desk/needs/']").first.get_attribute("href")
    )
    answer = page.request.get(url or "")
    assert answer.status in (403, 404)
