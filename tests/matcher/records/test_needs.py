from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from matcher.records import read_needs
from matcher.types import Need

Write = Callable[..., Path]


def test_every_field_of_a_need_is_read(jsonl: Write) -> None:
    row = {
        "id": "N1",
        "title": "苹果节水",
        "problem": "缺水",
        "indicators": "节水 30%",
        "goal": "示范 100 亩",
        "keywords": "苹果，滴灌",
        "modes": ["科技副总", "remote-consulting"],
        "province": "宁夏",
        "city": "固原",
        "days_per_year": 0.5,
        "starts": "2026-11",
        "ends": "2026-11",
        "min_title": "副高及以上",
        "min_degree": "硕士",
        "headcount": "2人",
        "altitude_m": "3,000米",
        "exclude_institutions": "甲大学；乙研究所",
    }
    assert read_needs(jsonl(row)).records == (
        Need(
            id="N1",
            title="苹果节水",
            problem="缺水",
            indicators="节水 30%",
            goal="示范 100 亩",
            keywords=("苹果", "滴灌"),
            modes=("technology_deputy", "remote_consulting"),
            province="宁夏",
            city="固原",
            days_per_year=0.5,
            starts=date(2026, 11, 1),
            ends=date(2026, 11, 30),
            min_title="副高及以上",
            min_degree="硕士",
            headcount=2,
            altitude_m=3000.0,
            exclude_institutions=("甲大学", "乙研究所"),
        ),
    )


@pytest.mark.parametrize("field", ["title", "problem", "indicators", "goal", "keywords"])
def test_any_text_makes_a_need(jsonl: Write, field: str) -> None:
    assert len(read_needs(jsonl({"id": "1", field: "水"})).records) == 1


def test_a_need_without_any_text_is_a_problem(jsonl: Write) -> None:
    (problem,) = read_needs(jsonl({"id": "1", "province": "宁夏", "title": "\u0000"})).problems
    assert (problem.field, problem.expected) == ("title", "some text in title, problem, indicators, goal or keywords")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_title", "大师"),
        ("min_degree", "很高"),
        ("headcount", 0),
        ("headcount", 1.5),
        ("altitude_m", 9001),
        ("days_per_year", 400),
        ("modes", ["双聘", "兼职"]),
        ("starts", "2026-02-30"),
        ("exclude_institutions", 5),
    ],
)
def test_a_value_that_does_not_fit_is_a_problem_that_names_the_field(jsonl: Write, field: str, value: object) -> None:
    table = read_needs(jsonl({"id": "1", "title": "x", field: value}))
    assert (table.records, [problem.field for problem in table.problems]) == ((), [field])


def test_an_unknown_mode_is_reported_with_the_valid_ones(jsonl: Write) -> None:
    (problem,) = read_needs(jsonl({"id": "1", "title": "x", "modes": ["双聘", "兼职"]})).problems
    assert problem.value == "兼职"
    assert "technology_deputy (科技副总)" in problem.expected


def test_a_need_may_not_end_before_it_starts(jsonl: Write) -> None:
    (problem,) = read_needs(jsonl({"id": "1", "title": "x", "starts": "2026-11-02", "ends": "2026-11-01"})).problems
    assert (problem.field, problem.value) == ("ends", "2026-11-01")
    same_day = jsonl({"id": "1", "title": "x", "starts": "2026-11-02", "ends": "2026-11-02"})
    assert len(read_needs(same_day).records) == 1


def test_ids_are_present_and_unique(jsonl: Write) -> None:
    path = jsonl(
        {"id": "7", "title": "first"}, {"id": 7, "title": "again"}, {"title": "none"}, {"id": "8", "goal": "x"}
    )
    table = read_needs(path)
    assert [need.id for need in table.records] == ["7", "8"]
    assert [(p.row, p.field, p.expected) for p in table.problems] == [
        (2, "id", "an id that no other row has (row 1 has it)"),
        (3, "id", "an id"),
    ]


def test_an_id_is_taken_even_by_a_row_with_other_problems(jsonl: Write) -> None:
    table = read_needs(jsonl({"id": "7", "title": "x", "headcount": 0}, {"id": "7", "title": "y"}))
    assert [(problem.row, problem.field) for problem in table.problems] == [(1, "headcount"), (2, "id")]


def test_every_bad_row_is_reported_at_once(jsonl: Write) -> None:
    bad = [{"id": str(n), "title": "x", "headcount": 0, "altitude_m": "high"} for n in range(500)]
    table = read_needs(jsonl(*bad, {"id": "good", "title": "x"}))
    assert [need.id for need in table.records] == ["good"]
    assert [(problem.row, problem.field) for problem in table.problems] == [
        (row, field) for row in range(1, 501) for field in ("headcount", "altitude_m")
    ]
    assert table.rows == 501


def test_a_problem_says_where_it_is_what_stands_there_and_what_was_expected(jsonl: Write) -> None:
    path = jsonl({"id": "1", "title": "x"}, {"id": "2", "title": "x", "headcount": "many"})
    (problem,) = read_needs(path).problems
    assert str(problem).startswith(f"{path}: row 2, headcount: got 'many', expected a whole number of people")


def test_unknown_keys_are_reported_once_and_ignored(jsonl: Write) -> None:
    path = jsonl({"id": "1", "title": "x", "phone": 1}, {"id": "2", "title": "x", "phone": 2, "budget": [3]})
    table = read_needs(path)
    assert (len(table.records), table.unknown_columns) == (2, ("phone", "budget"))
