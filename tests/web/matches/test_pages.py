"""The ranked page and its neighbours as people use them: whole without JavaScript, in parts with htmx, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

import pytest
from factories import Maker
from flask.testing import FlaskClient
from match_pages import cards, without_token
from sqlalchemy.orm import Session

from matcher.eligibility.rules import RULES
from matcher.ranker import FEATURES
from models import Expert, Need, User, Work
from models.choices import NeedState
from web.match_cards import MENDING, PART_NOTES, RULE_NAMES
from web.matching import Matching
from web.services.match_filters import Filters
from web.services.ranking import board_of, ordered

Browser = Callable[[User], FlaskClient]
Many = Callable[[int], list[Expert]]
Indexed = Callable[[], Matching]
HX = {"HX-Request": "true", "HX-Target": "results"}


class Stops(HTMLParser):
    """What the Tab key reaches, in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_stop = (tag == "a" and "href" in given) or tag in ("button", "select", "textarea", "summary")
        if is_stop or (tag == "input" and given.get("type") != "hidden"):
            self.found.append({"tag": tag, **given})


def test_the_page_lists_the_ranking_ten_at_a_time(
    session: Session, open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(25)
    user, need = open_need
    matching, client = indexed(), browser(user)
    board = board_of(session, matching=matching, need=need)
    ranked = [board.pool.experts[n].id for n in ordered(board, Filters()).tolist()]
    session.rollback()
    url = f"/employer/needs/{need.code}/matches"
    shown = [cards(client.get(f"{url}?page={page}" if page > 1 else url).text) for page in (1, 2, 3)]
    assert [len(page) for page in shown] == [10, 10, 5]
    assert [code for page in shown for code in page] == ranked


def test_a_share_link_shows_the_same_page_to_a_colleague(
    session: Session, make: Maker, open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    experts = many(60)
    user, need = open_need
    indexed()
    colleague, _ = make.employer(need.organisation)
    colleague.name = user.name
    url = (
        f"/employer/needs/{need.code}/matches?province=31&province=32&english=1&days=8&sort=title"
        f"&compare={experts[0].code}%2C{experts[3].code}&try=1&try_min_degree=%E7%A1%95%E5%A3%AB"
    )
    first, second = browser(user).get(url), browser(colleague).get(url)
    assert first.status_code == second.status_code == 200
    assert cards(first.text)
    assert without_token(first.text) == without_token(second.text)


def test_htmx_gets_the_list_alone_with_fresh_counts_and_the_same_cards(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(40)
    user, need = open_need
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches?province=31"
    whole, part = client.get(url).text, client.get(url, headers=HX).text
    assert "<html" in whole and "<html" not in part and "<form" in whole
    assert cards(part) == cards(whole) != []
    assert 'id="filter-facets" hx-swap-oob="true"' in part
    assert counts_of(part) == counts_of(whole)
    assert counts_of(part)["province-31"] == str(len(cards(whole)))


def counts_of(page: str) -> dict[str, str]:
    """Filter and value → the count beside its box."""
    found = re.findall(r'id="filter-([^"]+)"[^>]*>\s*<span>[^<]*</span><span class="count">(\d+)<', page)
    return dict(found)


def test_empty_and_unknown_parts_of_a_form_are_left_out_of_the_url(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(2)
    user, need = open_need
    indexed()
    url = f"/employer/needs/{need.code}/matches"
    answer = browser(user).get(f"{url}?institution=&province=31&from=&days=&csrf_token=secret")
    assert (answer.status_code, answer.location) == (302, f"{url}?province=31")


def test_the_keyboard_meets_conditions_filters_and_list_in_reading_order(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(3)
    user, need = open_need
    indexed()
    stops = Stops(browser(user).get(f"/employer/needs/{need.code}/matches").text).found
    assert not [stop for stop in stops if int(stop.get("tabindex", "0")) > 0]
    places = {
        "wishes": next(n for n, s in enumerate(stops) if s.get("id") == "try_min_title"),
        "filters": next(n for n, s in enumerate(stops) if s.get("id") == "filter-institution"),
        "sort": next(n for n, s in enumerate(stops) if "sort=days" in s.get("href", "")),
        "card": next(n for n, s in enumerate(stops) if s.get("href", "").startswith("/experts/")),
        "find": next(n for n, s in enumerate(stops) if s.get("id") == "find-q"),
    }
    assert list(places) == sorted(places, key=lambda name: places[name])
    card = stops[places["card"] : places["card"] + 5]
    assert [stop["tag"] for stop in card] == ["a", "a", "button", "a", "a"]
    assert "/pairings/invite/" in card[1]["href"] and "aria-pressed" in card[2]
    assert "/matches/ZJ" in card[3]["href"] and "compare=" in card[4]["href"]


def test_every_control_of_the_page_works_without_javascript(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(25)
    user, need = open_need
    indexed()
    client = browser(user)
    page = client.get(f"/employer/needs/{need.code}/matches").text
    links = {unescape(link) for link in re.findall(r'<a[^>]*href="(/employer/[^"]+)"', page)}
    assert len(links) > 30
    for link in sorted(links)[::6]:
        assert client.get(link).status_code == 200, link


def test_evidence_shows_the_needs_phrase_and_marks_its_answer_across_languages(
    make: Maker, indexed: Indexed, browser: Browser
) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, title="枸杞炭疽病怎么防", keywords=("枸杞",))
    make.expert(
        bio="",
        keywords=(),
        works=[Work(position=0, title="Biocontrol of wolfberry anthracnose in the field", year=2023)],
    )
    indexed()
    page = browser(user).get(f"/employer/needs/{need.code}/matches").text
    quote = re.search(r'<blockquote lang="en">(.*?)</blockquote>', page, re.DOTALL)
    assert quote and "wolfberry anthracnose" in " ".join(re.findall(r"<mark>([^<]+)</mark>", quote[1]))
    pairs = re.findall(r'<b lang="zh-CN">([^<]+)</b><svg.*?</svg><b lang="en">([^<]+)</b>', page, re.DOTALL)
    assert ("枸杞炭疽病", "wolfberry anthracnose") in pairs
    assert "代表作 · 论文 · 2023" in page


def test_wishes_met_and_facts_to_check_are_on_the_card(make: Maker, indexed: Indexed, browser: Browser) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, min_title="副高", min_degree="博士", languages=("zh", "bo"), altitude_m=3600.0)
    make.expert(title="教授", altitude_ok=None, languages=("zh",), days_per_year=45.0)
    indexed()
    page = browser(user).get(f"/employer/needs/{need.code}/matches").text
    tags = re.findall(r'<span class="tag is-green">.*?</svg>([^<]+)</span>', page, re.DOTALL)
    assert tags == ["科技服务团/特派员", "远程指导", "时间能对上", "每年 45 天", "正高级", "博士", "汉语"]
    assert re.findall(r'<span class="tag is-missing">([^<]+)</span>', page) == ["缺：藏语"]
    assert re.findall(r'<span class="tag is-amber">([^<]+)</span>', page) == ["待核实：高海拔适应"]
    assert "今年还可服务 45 天（共 45 天）" in page


def test_hidden_names_are_codes_everywhere(
    make: Maker, many: Many, indexed: Indexed, browser: Browser, session: Session
) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, hides_names=True, min_title="正高")
    experts = many(20)
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}"
    codes = ",".join(expert.code for expert in experts[:3])
    pages = (
        f"{url}/matches", f"{url}/matches/{experts[0].code}", f"{url}/excluded/min_title",
        f"{url}/compare?compare={codes}", f"{url}/why-not?q={experts[1].code}",
        f"/experts/{experts[0].code}?need={need.code}",
    )  # fmt: skip
    for page in pages:
        html = client.get(page).text
        assert not [expert.name for expert in experts if expert.name in html], page
        assert experts[0].code in html or experts[1].code in html, page
    by_name, by_code = (client.get(f"{url}/matches?sort={sort}").text for sort in ("name", "code"))
    assert cards(by_name) == cards(by_code) == sorted(cards(by_code))


def test_a_need_without_a_word_says_what_to_do(make: Maker, indexed: Indexed, browser: Browser) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, state=NeedState.DRAFT, title="", problem="", goal="", keywords=())
    indexed()
    answer = browser(user).get(f"/employer/needs/{need.code}/matches")
    assert answer.status_code == 200 and "需求还没有内容" in answer.text


def test_a_draft_that_is_not_indexed_is_ranked_by_the_text_it_has(
    make: Maker, many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(5)
    user, organisation = make.employer()
    indexed()
    need = make.need(
        organisation,
        state=NeedState.DRAFT,
        title="奶牛乳房炎",
        problem="",
        goal="",
        keywords=(),
        modes=(),
        days_per_year=None,
    )
    answer = browser(user).get(f"/employer/needs/{need.code}/matches")
    assert answer.status_code == 200 and cards(answer.text)


def test_while_search_is_not_open_the_page_says_so_and_comes_back(
    employer: tuple[User, Need], matching: Matching, browser: Browser
) -> None:
    user, need = employer
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    answer, part = client.get(url), client.get(url, headers=HX)
    assert (answer.status_code, part.status_code) == (503, 202)
    assert "检索正在准备" in answer.text and "检索正在准备" in part.text


def test_the_page_is_complete_in_english(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(25)
    user, need = employer
    indexed()
    client = browser(user)
    client.get("/language/en")
    page = client.get(f"/employer/needs/{need.code}/matches").text
    for text in (
        "Eligible experts:",
        "Days a year left, at least",
        "Conditions",
        "excluded",
        "above 9",
        "Has works in English",
    ):
        assert text in page, text


@pytest.mark.parametrize(
    "query",
    [
        "institution=%27%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "institution=" + "a" * 3000,
        "province=%00",
        "page=99999999",
        "compare=%3Cb%3E,%00",
    ],
)
def test_hostile_queries_are_shown_as_text_or_not_at_all(
    open_need: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser, query: str
) -> None:
    many(3)
    user, need = open_need
    indexed()
    answer = browser(user).get(f"/employer/needs/{need.code}/matches?{query}")
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.text and "<b>," not in answer.text


def test_every_rule_and_every_part_of_the_score_has_words() -> None:
    names = {rule.__name__ for rule in RULES}
    assert set(RULE_NAMES) == set(MENDING) == names
    assert set(PART_NOTES) == set(FEATURES)
