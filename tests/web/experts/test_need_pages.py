"""Recommended needs as pages without scripts: filters in the URL, reasons that lead to the profile, “not for me”."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from factories import Maker
from flask.testing import FlaskClient
from plain_pages import get, post
from sqlalchemy.orm import Session

from models import AvailabilityWindow, Dismissal, Expert, Need, User
from models.choices import DismissalReason, Place
from web.matching import Matching

Browser = Callable[[User], FlaskClient]
PART = {"HX-Request": "true"}


@pytest.fixture
def needs(make: Maker) -> list[Need]:
    """Twelve needs that fit, and one that asks for more days than the expert gives."""
    organisation = make.organisation()
    open_ones = [
        make.need(
            organisation,
            title=f"枸杞炭疽病第{n}问",
            days_per_year=float(n),
            place=Place.REMOTE if n == 3 else Place.EITHER,
        )
        for n in range(1, 13)
    ]
    return [*open_ones, make.need(organisation, title="驻点一年", days_per_year=200.0)]


@pytest.fixture
def visitor(browser: Browser, expert: Expert, needs: list[Need], indexed: Callable[[], Matching]) -> FlaskClient:
    indexed()
    assert expert.user is not None
    return browser(expert.user)


def test_list_is_paged_and_filtered_by_its_url(visitor: FlaskClient) -> None:
    page = get(visitor, "/me/needs")
    assert "12 条需求符合条件" in page.text and "第 1–10 条，共 12 条" in page.text
    assert "第 11–12 条，共 12 条" in get(visitor, "/me/needs?page=2").text
    page = get(visitor, "/me/needs?place=remote&days=5")
    assert "1 条需求符合条件" in page.text and "枸杞炭疽病第3问" in page.text and "每年不超过 5 天" in page.text
    assert "没有符合条件的需求" in get(visitor, "/me/needs?province=54").text
    assert "12 条" in get(visitor, "/me/needs?days=x&mode=holiday&province=00&page=-3").text


def test_only_the_list_comes_for_scripts(visitor: FlaskClient) -> None:
    part = visitor.get("/me/needs?days=5", headers=PART).get_data(as_text=True)
    assert "<html" not in part and "5 条需求符合条件" in part
    best = visitor.get("/me/best-needs", headers=PART).get_data(as_text=True)
    assert best.count("<article") == 3
    preview = visitor.get("/me/preview/needs", headers=PART).get_data(as_text=True)
    assert preview.count('id="need-') >= 5 and 'id="expert-' in preview


def test_the_preview_shows_the_card_and_the_public_part_that_employers_see(
    visitor: FlaskClient, expert: Expert, needs: list[Need]
) -> None:
    fragment = visitor.get("/me/preview/needs", headers=PART).get_data(as_text=True)
    card = fragment.split(f'<article class="card" id="expert-{expert.code}"')[1].split("</article>")[0]
    assert "每年 30 天" in card and 'class="evidence"' in card
    own = "".join(visitor.get("/me/preview").get_data(as_text=True).split())
    public = visitor.get(f"/experts/{expert.code}").get_data(as_text=True)
    panels = ["".join(panel.split("</section>")[0].split()) for panel in public.split('<section class="panel')[1:]]
    assert len(panels) >= 3
    assert all(panel in own for panel in panels)


def test_the_home_opens_the_strip_on_the_first_year_with_a_window(
    session: Session, visitor: FlaskClient, expert: Expert
) -> None:
    later = date.today().year + 2
    expert.windows = [AvailabilityWindow(starts=date(later, 1, 1), ends=date(later, 6, 30))]
    session.commit()
    strip = visitor.get("/me").get_data(as_text=True).split('<figure class="year">')
    assert len(strip) == 2 and f"{later} 年时间安排" in strip[1]


def test_what_rules_keep_away_is_told_with_what_to_change(visitor: FlaskClient, needs: list[Need]) -> None:
    page = get(visitor, "/me/needs")
    assert "另有 1 条需求因条件不符没有列出" in page.text
    assert "每年可服务天数 30 天，少于 1 条需求的要求" in page.text
    assert "/me/profile/cooperation#days_per_year" in page.links
    why = get(visitor, f"/me/needs/{needs[-1].code}/why")
    assert "1 项条件不符合" in why.text and "/me/profile/cooperation#days_per_year" in why.links


def test_reasons_lead_to_the_work_that_is_the_evidence(visitor: FlaskClient, needs: list[Need], expert: Expert) -> None:
    page = get(visitor, f"/me/needs/{needs[0].code}/why")
    assert "符合全部条件，在 12 条需求中排第" in page.text and "得分构成" in page.text
    edits = [link for link in page.links if link.startswith(("/me/works/", "/me/profile/expertise"))]
    assert edits and any(link == f"/me/works/{expert.works[0].id}" for link in edits)
    part = visitor.get(f"/me/needs/{needs[0].code}/why", headers=PART).get_data(as_text=True)
    assert "<html" not in part and "得分构成" in part


def test_not_for_me_leaves_the_list_and_comes_back(visitor: FlaskClient, needs: list[Need], session: Session) -> None:
    path = f"/me/needs/{needs[4].code}/not-for-me"
    page = post(visitor, path, get(visitor, path).sent(reason="place", note="太远"))
    assert "11 条需求符合条件" in page.text and "已记下" in page.text and "不适合我的（1）" in page.text
    row = session.query(Dismissal).one()
    assert (row.reason, row.note) == (DismissalReason.PLACE, "太远")
    assert "太远" in get(visitor, "/me/needs/dismissed").text
    page = post(visitor, f"/me/needs/{needs[4].code}/restore", {})
    assert "12 条需求符合条件" in page.text


def test_not_for_me_with_scripts_answers_with_the_notice_alone(visitor: FlaskClient, needs: list[Need]) -> None:
    path = f"/me/needs/{needs[4].code}/not-for-me"
    assert "<html" not in visitor.get(path, headers=PART).get_data(as_text=True)
    answer = visitor.post(path, data={"reason": "time", "note": ""}, headers=PART)
    assert answer.status_code == 200 and "<html" not in answer.get_data(as_text=True)
    wrong = visitor.post(path, data={"reason": "nonsense"}, headers=PART)
    assert wrong.status_code == 422
    long = visitor.post(path, data={"reason": "time", "note": "字" * 301}, headers=PART)
    assert long.status_code == 422 and "最多 300 字，现在 301 字" in long.get_data(as_text=True)


def test_unknown_needs_are_not_there(visitor: FlaskClient) -> None:
    assert visitor.get("/me/needs/XQ9999/why").status_code == 404
    assert visitor.get("/me/needs/XQ9999/not-for-me").status_code == 404
    assert visitor.post("/me/needs/XQ9999/not-for-me", data={"reason": "time"}).status_code == 404


def test_pages_of_needs_speak_english(visitor: FlaskClient, needs: list[Need]) -> None:
    visitor.get("/language/en")
    page = get(visitor, "/me/needs")
    assert "Needs whose conditions you meet: 12" in page.text
    assert "Needs that ask for more than your 30 days a year: 1" in page.text
    assert "it ranks" in get(visitor, f"/me/needs/{needs[0].code}/why").text


def test_list_waits_for_search_and_home_does_not(
    browser: Browser, expert: Expert, matching: Matching, session: Session
) -> None:
    assert expert.user is not None
    visitor = browser(expert.user)
    assert visitor.get("/me").status_code == 200
    assert visitor.get("/me/needs").status_code == 503
    assert visitor.get("/me/best-needs", headers=PART).status_code == 202
