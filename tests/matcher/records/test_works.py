from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.records import read_experts
from matcher.types import Work

Write = Callable[..., Path]


@pytest.mark.parametrize("written", ["论文一\n论文二", "论文一;论文二", "论文一；\r\n论文二；"])
def test_works_in_one_cell_are_one_title_per_line_or_semicolon(sheet_csv: Write, written: str) -> None:
    (expert,) = read_experts(sheet_csv(["id", "代表作"], ["1", written])).records
    assert expert.works == (Work("论文一"), Work("论文二"))


def test_works_in_numbered_columns_come_in_the_order_of_their_numbers(sheet_csv: Write) -> None:
    headings = [
        "id",
        "代表作10",
        "work2_title",
        "work2_abstract",
        "代表作2年份",
        "work2_keywords",
        "代表作1",
        "代表作3",
    ]
    row = ["1", "十", "二", "摘要", "2024年", "水、土", "一；仍是一", ""]
    (expert,) = read_experts(sheet_csv(headings, row)).records
    assert expert.works == (Work("一;仍是一"), Work("二", "摘要", 2024, keywords=("水", "土")), Work("十"))


def test_a_numbered_work_without_a_title_is_a_problem(sheet_csv: Write) -> None:
    (problem,) = read_experts(sheet_csv(["id", "work1_abstract"], ["1", "摘要"])).problems
    assert problem.field == "work1.title"


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (7, "works[1]"),
        (None, None),
        ("", None),
        ({}, "works[1].title"),
        ({"title": ""}, "works[1].title"),
        ({"title": 7}, "works[1].title"),
        ({"title": "t", "year": 1492}, "works[1].year"),
        ({"title": "t", "keywords": 1}, "works[1].keywords"),
        ({"title": "t", "abstract": ["a"]}, "works[1].abstract"),
    ],
)
def test_a_problem_in_a_work_names_the_work(jsonl: Write, work: Any, field: str | None) -> None:
    table = read_experts(jsonl({"id": "1", "works": ["a title", work]}))
    assert [problem.field for problem in table.problems] == ([field] if field else [])
