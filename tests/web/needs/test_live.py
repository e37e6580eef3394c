"""The panel beside the form: what the need would find as it stands there, never in the way of writing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import Maker
from flask.testing import FlaskClient
from need_forms import Browser, form
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.config import Settings
from models import AvailabilityWindow, Need, Organisation, OutboxEntry, User, Work
from models.choices import NeedState
from web.matching import Matching

Employer = tuple[User, Organisation]
Panel = Callable[..., str]


@pytest.fixture
def experts(make: Maker) -> None:
    """Six who know wolfberry, two of them below 副高, and one who knows ice and offers another mode."""
    made = [make.expert(name=f"枸杞专家{number}", title="讲师" if number < 2 else "教授") for number in range(6)]
    ice = [Work(position=0, title="风机叶片除冰涂层")]
    made.append(make.expert(name="除冰专家", bio="研究除冰。", keywords=("除冰",), modes=("training",), works=ice))
    for expert in made:
        expert.windows = [AvailabilityWindow(starts=date(2098, 1, 1), ends=date(2098, 12, 31))]


@pytest.fixture
def panel(session: Session, employer: Employer, browser: Browser, search: Matching, experts: None) -> Panel:
    """The panel's answer for a form, with search open."""
    session.commit()
    search.catch_up(session)
    client = browser(employer[0])

    def ask(code: str = "", **changed: Any) -> str:
        answer = client.post("/employer/needs/live", data=form(code=code, **changed))
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        return str(answer.get_data(as_text=True))

    return ask


def count(text: str) -> tuple[int, int]:
    found = re.search(r"<strong>(\d+)</strong> 人 <span[^>]*>（共 (\d+) 人）", text)
    assert found is not None
    return int(found[1]), int(found[2])


def test_the_panel_counts_the_eligible_and_says_which_wish_keeps_out_how_many(panel: Panel) -> None:
    text = panel()
    assert count(text) == (4, 7)
    kept_out = dict(re.findall(r"<li><span>([^<]+)</span><span class=\"num\">−(\d+)</span>", text))
    assert kept_out == {"职称不够": "2", "合作方式不同": "1"}


def test_the_panel_says_what_a_lesser_wish_would_give(panel: Panel) -> None:
    assert "职称放宽到中级：+2 人" in panel()
    assert "职称放宽到中级" not in panel(min_title="")
    assert "合作方式加上“人才培训/进修”：+1 人" in panel(min_title="")


def test_the_best_three_come_with_a_band_and_a_quote(panel: Panel) -> None:
    text = panel()
    assert len(re.findall(r"<strong>枸杞专家\d</strong>", text)) == 3
    assert "除冰专家" not in text
    assert text.count('class="evidence"') == 3
    assert len(re.findall(r'class="band band-(?:strong|medium|weak)"', text)) == 3


def test_a_poster_who_hides_names_sees_codes(panel: Panel) -> None:
    text = panel(hides_names="y")
    assert "枸杞专家" not in text
    assert len(re.findall(r"<strong>ZJ\d+</strong>", text)) == 3


def test_too_little_text_is_counted_and_not_ranked(panel: Panel) -> None:
    text = panel(title="枸", problem="", goal="", keywords="")
    assert count(text) == (4, 7)
    assert "写出需求名称和主要问题后" in text


def test_a_task_of_the_own_province_is_suggested_until_the_poster_has_chosen(panel: Panel) -> None:
    text = panel()
    assert re.search(r'data-task="ningxia-\d"', text)
    assert "data-task" not in panel(task_code="ningxia-1")
    assert "data-task" not in panel(task_code="none")


def test_a_province_without_a_programme_gets_no_suggestion(
    session: Session, panel: Panel, make: Maker, browser: Browser
) -> None:
    user, _ = make.employer(make.organisation(region_code="610100"))
    answer = browser(user).post("/employer/needs/live", data=form())
    assert "data-task" not in answer.get_data(as_text=True)


def test_what_is_wrong_is_listed_and_the_rest_still_counts(panel: Panel) -> None:
    text = panel(days_per_year="400")
    assert 'data-problem="days_per_year"' in text
    assert "1 处填得不对，还没保存" in text
    assert count(text) == (4, 7)


def test_the_preview_and_the_steps_follow_what_is_typed(panel: Panel) -> None:
    text = panel(title="还没保存的名称", goal="")
    for place in ("need-steps", "need-preview", "altitude-note"):
        assert re.search(rf'id="{place}"[^>]*hx-swap-oob="true"', text)
    assert "还没保存的名称" in text
    assert "提交前还要补 1 处" in text
    assert "内容齐全，可以提交审核" in panel()


def test_looking_saves_nothing_and_asks_the_index_for_nothing(session: Session, draft: Need, panel: Panel) -> None:
    asked = len(session.scalars(select(OutboxEntry)).all())
    panel(draft.code, title="改了但没保存")
    session.expire_all()
    assert session.scalars(select(Need.title)).all() == ["枸杞"]
    assert len(session.scalars(select(OutboxEntry)).all()) == asked


def test_a_text_being_typed_never_reaches_the_cache_on_disk(panel: Panel, settings: Settings) -> None:
    panel()  # the experts' phrases are there now

    def rows() -> int:
        total = 0
        for path in Path(settings.cache_dir).glob("*.sqlite3"):
            with sqlite3.connect(path) as kept:
                for (table,) in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    total += kept.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - own table
        return total

    before = rows()
    assert before > 0
    panel(problem="一段从来没有人写过的话：雪线以下三百米的枸杞苗床夜间返霜。")
    assert rows() == before


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "'; DROP TABLE need; --", "🌱\x00", "x" * 1_000_000])
def test_hostile_text_does_no_harm(panel: Panel, typed: str) -> None:
    text = panel(title=typed, problem=typed, discipline_code=typed[:300], contact_email=typed[:300])
    assert "<script>alert" not in text
    assert count(text) == (4, 7)


def test_before_search_is_open_the_panel_says_so_and_comes_back(
    employer: Employer, browser: Browser, search: Matching
) -> None:
    answer = browser(employer[0]).post("/employer/needs/live", data=form())
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "检索正在准备" in text
    assert re.search(r'hx-post="/employer/needs/live[^"]*" [^>]*hx-trigger="load delay:2s"', text)


def test_a_submission_takes_the_suggested_task_unless_the_poster_chose(
    session: Session, panel: Panel, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    client.post("/employer/needs/new", data=form(action="submit"))
    client.post("/employer/needs/new", data=form(action="submit", task_code="none"))
    suggested, declined = session.scalars(select(Need).order_by(Need.id)).all()
    assert suggested.state == declined.state == NeedState.SUBMITTED
    assert suggested.task_code is not None
    assert not suggested.task_confirmed
    assert (declined.task_code, declined.task_confirmed) == (None, True)


def test_a_submission_does_not_wait_for_search(
    session: Session, employer: Employer, browser: Browser, search: Matching
) -> None:
    browser(employer[0]).post("/employer/needs/new", data=form(action="submit"))
    need = session.scalars(select(Need)).one()
    assert (need.state, need.task_code) == (NeedState.SUBMITTED, None)


def test_home_says_how_many_match_strongly_for_own_needs_only(
    session: Session, panel: Panel, make: Maker, employer: Employer, browser: Browser
) -> None:
    own, other = make.need(employer[1], posted_by=employer[0]), make.need()
    client = browser(employer[0])
    text = client.get(f"/employer/strong?code={own.code}&code={other.code}&code=<x>").get_data(as_text=True)
    assert re.search(rf'id="strong-{own.code}" hx-swap-oob="true"><a [^>]*>\d+</a>', text)
    assert other.code not in text
    assert "<x>" not in text


def lookup(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def test_codes_are_looked_up_while_typing(employer: Employer, browser: Browser) -> None:
    client = browser(employer[0])
    text = lookup(client, "/employer/terms/discipline?discipline_code=guoshuxue")
    assert 'data-value="果树学 2104010"' in text
    assert 'data-pick="discipline_code"' in text
    near = lookup(client, "/employer/terms/region?region_code=城关区&near=62")
    assert near.index("甘肃") < near.index("西藏")
    assert "没有找到“没有的词”" in lookup(client, "/employer/terms/industry?q=没有的词")
    assert "<script>" not in lookup(client, "/employer/terms/industry?q=<script>&field=<script>")
    lookup(client, "/employer/terms/secrets?q=a", 404)


def test_a_pasted_text_is_read_for_the_pages_script(employer: Employer, browser: Browser) -> None:
    answer = browser(employer[0]).post(
        "/employer/needs/paste", data={"pasted": "需求名称：甲\n学科：果树学\n合作方式：培训、面谈\n资金：30万元"}
    )
    said = answer.get_json()
    assert said["fields"] == {
        "title": "甲", "discipline_code": "果树学 2104010", "modes": ["training"], "funding": "30",
    }  # fmt: skip
    assert "已填入：需求名称、学科、合作方式、资金" in said["message"]


def test_an_english_panel_names_places_as_the_cards_do(
    session: Session, employer: Employer, browser: Browser, panel: Panel
) -> None:
    client = browser(employer[0])
    client.get("/language/en")
    facts = re.findall(r'<p class="small muted">([^<]+)</p>', client.post("/employer/needs/live", data=form()).text)
    places = [place for fact in facts if " · " in fact for place in fact.split(" · ")[1:]]
    assert places
    assert not [place for place in places if re.search("[一-鿿]", place)]


def test_no_expert_of_the_panel_is_above_everybody(panel: Panel) -> None:
    shares = [int(share) for share in re.findall(r"高于 (\d+)% 的候选人", panel())]
    places = re.findall(r"在 4 位候选人中排第 (\d)", panel())
    assert len(shares) + len(places) == 3
    assert all(0 < share < 100 for share in shares)
