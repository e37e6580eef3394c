"""Two-step sign-in with an authenticator application."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from web.services.demo_people import PASSWORD

from .conftest import NewPage
from .people import address, code_of, enter, sign_in
from .words import said_in

ACCOUNTS = {"zh": "manager-corps", "en": "manager-tibet"}
"""Nobody else's test signs in with these."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_with_two_steps_the_password_alone_lets_nobody_in(new_page: NewPage, language: str) -> None:
    say, page = said_in(language), new_page(language=language)
    sign_in(page, ACCOUNTS[language])
    page.goto("/account")
    page.locator("#security a[href*='tf-setup']").click()
    page.get_by_role("button", name=say("开始设置")).click()
    expect(page.get_by_role("img", name=say("两步验证的二维码"))).to_be_visible()
    page.fill("#code", "000000")
    page.get_by_role("button", name=say("开启两步验证")).click()
    expect(page.get_by_text(say("验证码不正确或已过期，请输入应用上最新的 6 位数字")).first).to_be_visible()

    page.goto("/tf-setup")
    page.get_by_role("button", name=say("开始设置")).click()
    secret = page.locator("main code").inner_text()
    page.fill("#code", code_of(secret))
    page.get_by_role("button", name=say("开启两步验证")).click()
    page.wait_for_url("**/account")
    expect(page.locator("#security")).to_contain_text(say("已开启"))

    page.context.clear_cookies()
    page.goto(f"/language/{language}?next=/login")
    enter(page, address(ACCOUNTS[language]), PASSWORD)
    expect(page.locator("main h1")).to_have_text(say("输入验证码"))
    page.goto("/desk")
    assert "/login" in page.url, "the first step alone opens nothing"
    enter(page, address(ACCOUNTS[language]), PASSWORD)
    page.fill("#code", code_of(secret, steps_ago=-1))
    page.press("#code", "Enter")
    page.wait_for_url("**/desk")
