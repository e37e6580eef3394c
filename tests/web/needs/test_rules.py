"""What a field may hold; every refusal says what is wrong and what to do, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models import Need
from web.services.need_names import NAMES, SECTIONS
from web.services.need_rules import FIELDS, problem_with, problems_of_time, problems_together
from web.services.need_submission import problems_before_submission

SOUND: list[tuple[str, Any]] = [
    ("title", "枸" * 120),
    ("problem", "🌱" * 500),
    ("keywords", ("一", "二", "三", "四", "五")),
    ("headcount", 999),
    ("days_per_year", 0.5),
    ("days_per_year", 366.0),
    ("funding", 0),
    ("altitude_m", 4500.0),
    ("modes", ("training",)),
    ("languages", ("zh", "bo")),
    ("contact_phone", "+86 (0955) 502-1234 转 3"),
    ("contact_email", "ma@example.org"),
    ("starts", None),
]
WRONG: list[tuple[str, Any, str]] = [
    ("title", "枸" * 121, "“需求名称”最多 120 字，现在 121 字"),
    ("problem", "🌱" * 612, "“主要问题”最多 500 字，现在 612 字"),
    ("keywords", tuple("一二三四五六"), "“关键字”最多 5 个，现在 6 个"),
    ("keywords", ("k" * 31,), "每个最多 30 字"),
    ("headcount", 1.5, "1 至 999 的整数"),
    ("headcount", 0, "“需要人数”填了 0"),
    ("days_per_year", 400, "“每年天数”填了 400，请填 0.5 至 366 天"),
    ("days_per_year", 10.3, "以半天为单位"),
    ("days_per_year", float("inf"), "请填 0.5 至 366 天"),
    ("funding", 1e9, "请填 0 至 1,000,000 万元"),
    ("altitude_m", 9001, "请填 -200 至 9000 米"),
    ("modes", ("training", "<script>"), "没有“<script>”这种合作方式"),
    ("languages", ("zhongwen",), "请在列表中选择语言"),
    ("contact_phone", "打这个", "“联系电话”应是电话号码"),
    ("contact_email", "ma@", "“联系邮箱”格式不对"),
    ("deadline", date(1999, 1, 1), "2020 至 2100 年之间"),
]


@pytest.mark.parametrize(("name", "value"), SOUND)
def test_a_sound_value_has_no_problem(name: str, value: Any) -> None:
    assert problem_with(name, value) is None


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_a_wrong_value_is_refused_with_a_sentence_in_both_languages(name: str, value: Any, says: str) -> None:
    sentence = problem_with(name, value)
    assert sentence is not None
    assert says in sentence.zh
    assert sentence.en
    assert not any("一" <= character <= "鿿" for character in sentence.en)


def test_an_end_before_the_start_is_named_at_the_end() -> None:
    values = {"starts": date(2027, 5, 1), "ends": date(2027, 3, 31)}
    assert [problem.field for problem in problems_together(values)] == ["ends"]
    assert problems_together({**values, "ends": date(2027, 5, 31)}) == []


def test_a_deadline_after_the_end_is_named_at_the_deadline() -> None:
    values = {"ends": date(2027, 3, 31), "deadline": date(2027, 4, 1)}
    assert [problem.field for problem in problems_together(values)] == ["deadline"]


def test_a_deadline_of_today_counts_and_one_of_yesterday_does_not() -> None:
    today = date(2026, 11, 25)
    assert problems_of_time({"deadline": today}, today) == []
    assert [p.field for p in problems_of_time({"deadline": date(2026, 11, 24)}, today)] == ["deadline"]


def test_every_field_of_the_model_has_a_rule_a_name_and_a_place_in_the_form() -> None:
    kept_by_the_service = {
        "id", "code", "organisation_id", "posted_by_id", "state", "state_note", "submitted_at", "published_at",
        "search_text", "is_demo", "version", "created_at", "updated_at", "begun_on", "saved_on", "saved_turn",
        "saved_version",
    }  # fmt: skip
    columns = {column.key for column in Need.__table__.columns} - kept_by_the_service
    assert set(FIELDS) == columns
    assert set(NAMES) == columns
    assert {name for names in SECTIONS.values() for name in names} == columns - {"task_confirmed"}


def test_everything_that_the_model_misses_is_asked_for(draft: Need) -> None:
    problems = problems_before_submission(draft)
    assert {problem.field for problem in problems} == set(draft.missing())
    assert all(problem.sentence.zh.startswith("请") for problem in problems)
