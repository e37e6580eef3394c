"""Why, why not and side by side, as people open them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from factories import Maker
from flask.testing import FlaskClient
from match_pages import cards

from models import Expert, Need, User
from web.matching import Matching

Browser = Callable[[User], FlaskClient]
Many = Callable[[int], list[Expert]]
Indexed = Callable[[], Matching]
HX = {"HX-Request": "true", "HX-Target": "results"}


def test_why_opens_in_the_card_and_stands_on_a_page_of_its_own(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    experts = many(10)
    user, need = employer
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches/{experts[1].code}"
    whole, part = client.get(url).text, client.get(url, headers={"HX-Request": "true"}).text
    assert "<html" in whole and "<html" not in part
    for text in ("得分构成", "语义", "词语", "术语", "条件核对", "依据", "显示数值"):
        assert text in whole and text in part


def test_why_not_finds_somebody_who_is_excluded_and_names_the_rule(
    make: Maker, employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(5)
    user, need = employer
    make.expert(name="欧阳清源", title="助教")
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/why-not"
    page = client.get(f"{url}?q=ouyang").text
    assert "欧阳清源" in page and "不在名单上：1 项条件不符合" in page
    assert "需求要求职称不低于副高，专家为助教（初级）" in page and "单位可降低职称要求" in page
    nobody = client.get(f"{url}?q=<script>alert(1)</script>").text
    assert "没有找到" in nobody and "<script>alert(1)" not in nobody


def test_compared_experts_stay_chosen_across_pages_and_at_most_four(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(30)
    user, need = open_need
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    chosen: list[str] = []
    page = client.get(url).text
    for code in cards(page)[:4]:
        link = re.search(rf'id="compare-{code}"', page)
        assert link
        toggle = re.search(rf'<a[^>]*href="([^"]+)"[^>]*id="compare-{code}"', page)
        page = client.get(unescape(toggle[1])).text  # type: ignore[index]
        chosen.append(code)
        assert page.count('aria-pressed="true" role="button"') == len(chosen)
    assert f"compare={'%2C'.join(chosen)}" in page
    fifth = cards(page)[5]
    assert not re.search(rf'id="compare-{fifth}"', page) and "最多对比四位" in page
    second = client.get(f"{url}?compare={','.join(chosen)}&page=2").text
    assert "对比 4 位" in second
    table = client.get(f"/employer/needs/{need.code}/compare?compare={','.join(chosen)}").text
    assert table.count('<th scope="col">') == 4 and 'class="is-same"' in table
