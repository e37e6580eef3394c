from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from matcher.records import read_experts
from matcher.types import Expert, Work

Write = Callable[..., Path]


def only(path: Path) -> Expert:
    table = read_experts(path)
    assert table.problems == ()
    (expert,) = table.records
    return expert


def fields_with_problems(path: Path) -> list[str]:
    table = read_experts(path)
    assert table.records == ()
    return [problem.field for problem in table.problems]


def test_every_field_of_an_expert_is_read(jsonl: Write) -> None:
    row = {
        "id": 7,
        "name": "张　三",
        "kind": "毕业生",
        "title": "教授",
        "degree": "博士",
        "institution": "某大学",
        "province": "江苏省",
        "city": "南京市",
        "bio": "节水灌溉",
        "keywords": ["滴灌", "苹果"],
        "works": ["一篇论文", {"title": "二", "abstract": "摘要", "year": 2024, "kind": "论文", "keywords": "水、土"}],
        "mode": "双聘；科技副总",
        "days_per_year": "30天",
        "available_from": "2026年11月",
        "available_to": "2027-02",
        "altitude_ok": True,
        "languages": "中文、英语",
    }
    assert only(jsonl(row)) == Expert(
        id="7",
        name="张 三",
        kind="graduate",
        title="教授",
        degree="博士",
        institution="某大学",
        province="江苏省",
        city="南京市",
        bio="节水灌溉",
        keywords=("滴灌", "苹果"),
        works=(Work("一篇论文"), Work("二", "摘要", 2024, "论文", ("水", "土"))),
        modes=("dual_appointment", "technology_deputy"),
        days_per_year=30.0,
        available_from=date(2026, 11, 1),
        available_to=date(2027, 2, 28),
        altitude_ok=True,
        languages=("中文", "英语"),
    )


def test_null_and_blank_mean_not_stated(jsonl: Write) -> None:
    row = {"id": "1", "bio": "x", "works": None, "days_per_year": None, "kind": "", "altitude_ok": " ", "modes": []}
    assert only(jsonl(row)) == Expert(id="1", bio="x")


def test_two_names_of_one_mode_are_one_mode(jsonl: Write) -> None:
    assert only(jsonl({"id": "1", "bio": "x", "modes": ["服务团", "科技特派员"]})).modes == ("service_mission",)


@pytest.mark.parametrize(
    ("research", "keywords"),
    [
        ("智慧农业、节水灌溉", ("水", "智慧农业", "节水灌溉")),
        ("soil ecology; drip irrigation", ("水", "soil ecology", "drip irrigation")),
        (["一个很长很长很长很长很长很长很长很长的方向"], ("水", "一个很长很长很长很长很长很长很长很长的方向")),
    ],
)
def test_research_that_is_a_short_list_joins_the_keywords(
    jsonl: Write, research: object, keywords: tuple[str, ...]
) -> None:
    expert = only(jsonl({"id": "1", "研究方向": research, "keywords": "水"}))
    assert (expert.keywords, expert.bio) == (keywords, "")


@pytest.mark.parametrize(
    "research", ["主要从事黄土高原水土保持与生态修复研究与推广", "做水利。也做农业", "、".join("甲" * 13)]
)
def test_research_that_is_prose_or_long_is_appended_to_the_bio(jsonl: Write, research: str) -> None:
    expert = only(jsonl({"id": "1", "bio": "研究员", "research": research}))
    assert (expert.keywords, expert.bio) == ((), f"研究员。{research}")


def test_two_columns_for_one_text_are_joined(sheet_csv: Write) -> None:
    headings = ["编号", "学历", "学位", "专业特长", "个人简介", "关键词", "关键字"]
    expert = only(sheet_csv(headings, ["1", "研究生", "博士", "灌溉", "多年经验", "水", "水、土"]))
    assert (expert.degree, expert.bio, expert.keywords) == ("研究生、博士", "灌溉。多年经验", ("水", "土"))


def test_two_columns_that_contradict_each_other_are_a_problem(sheet_csv: Write) -> None:
    path = sheet_csv(["编号", "简介", "城市", "市"], ["1", "x", "南京", "苏州"], ["2", "x", "南京", "南京"])
    table = read_experts(path)
    assert [(problem.row, problem.field) for problem in table.problems] == [(2, "city")]
    assert table.records[0].city == "南京"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bio", ["a list"]),
        ("name", 7),
        ("title", {"a": 1}),
        ("keywords", {"a": 1}),
        ("keywords", ["a", 1]),
        ("works", {"title": "t"}),
        ("modes", "兼职"),
        ("kind", "visitor"),
        ("days_per_year", 0),
        ("days_per_year", [30]),
        ("available_from", "soon"),
        ("altitude_ok", "也许"),
        ("languages", 3),
        ("research", 3),
    ],
)
def test_a_value_of_the_wrong_type_is_a_problem_that_names_the_field(jsonl: Write, field: str, value: object) -> None:
    row = {"id": "1", "bio": "text", "keywords": ["text"], field: value}
    assert fields_with_problems(jsonl(row)) == [field]


def test_an_expert_without_any_text_is_a_problem(jsonl: Write) -> None:
    assert fields_with_problems(jsonl({"id": "1", "name": "张三", "works": [], "keywords": " "})) == ["bio"]


def test_a_broken_text_is_not_reported_twice_as_missing(jsonl: Write) -> None:
    assert fields_with_problems(jsonl({"id": "1", "works": [{"title": "t", "year": 1}]})) == ["works[0].year"]


def test_available_from_may_not_follow_available_to(jsonl: Write) -> None:
    row = {"id": "1", "bio": "x", "available_from": "2026-12-01", "available_to": "2026-11"}
    assert fields_with_problems(jsonl(row)) == ["available_to"]


def test_texts_of_at_most_100_000_characters_are_accepted(jsonl: Write) -> None:
    assert len(only(jsonl({"id": "1", "bio": "水" * 100_000})).bio) == 100_000
    assert fields_with_problems(jsonl({"id": "1", "bio": "水" * 100_001})) == ["bio"]
    assert fields_with_problems(jsonl({"id": "1", "bio": "水" * 60_000, "简介": "土" * 60_000})) == ["bio"]
    assert fields_with_problems(jsonl({"id": "1", "bio": "\ufdfa" * 10_000})) == ["bio"]  # 180,000 when normalised


def test_hostile_text_is_made_harmless(jsonl: Write) -> None:
    path = jsonl(r'{"id": "1", "bio": "=HYPERLINK(1)\u0000\ud800 \ud83d\ude00", "keywords": ["\ud800", "a\u0000b"]}')
    expert = only(path)
    assert (expert.bio, expert.keywords) == ("=HYPERLINK(1) 😀", ("a b",))


def test_a_hostile_value_is_quoted_short_and_printable(jsonl: Write) -> None:
    long, lone = '{"id": "1", "bio": "x", "kind": "' + "y" * 10**6 + '"}', r'{"id": "a\ud800", "bio": "x"}'
    problems = read_experts(jsonl(long, lone)).problems
    assert [problem.row for problem in problems] == [1, 2]
    assert all(len(problem.value) < 100 and str(problem).encode() for problem in problems)
