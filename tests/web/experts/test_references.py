"""References in the usual styles, Chinese and English, are read; what is none is named and kept, never guessed."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from web.services.errors import InvalidError
from web.services.works_import import Reading
from web.services.works_list import IS_HEADING, LONGEST, NO_TITLE, TOO_LONG, read_list
from web.services.works_references import read_reference

with (Path(__file__).parent / "references.tsv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
"""What stands in a list, and what is to be read from it."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["written"][:24])
def test_reference_is_read(case: dict[str, str]) -> None:
    work = read_reference(case["written"])
    assert work is not None
    found = {"kind": work.kind.value, "title": work.title, "year": str(work.year or ""), "venue": work.venue}
    assert {"written": case["written"], **found} == case


@pytest.mark.parametrize("written", ["[J]", "2022", "——", "", "12(3): 4-5", "。。。"])
def test_what_has_no_title_is_no_work(written: str) -> None:
    assert read_reference(written) is None


@pytest.mark.parametrize("mark", ["[1] ", "［2］", "1. ", "2、", "（3）", "(4) ", "5) ", "① ", "• ", "- ", "一、"])
def test_number_before_a_reference_is_no_part_of_it(mark: str) -> None:
    (read,) = read_list(mark + "张三, 李四. 枸杞炭疽病研究[J]. 植物保护, 2020, 1: 2-3.").works
    assert read.work.title == "枸杞炭疽病研究"


def test_every_line_is_accounted_for_in_its_order() -> None:
    text = (
        "代表性论文：\n\n张三. 枸杞炭疽病研究[J]. 植物保护, 2020.\n2022\n"
        + "长" * (LONGEST + 1)
        + "\nGoji in Ningxia. Acta, 2021."
    )
    reading = read_list(text)
    assert [(one.place, one.work.title) for one in reading.works] == [(3, "枸杞炭疽病研究"), (6, "Goji in Ningxia")]
    assert [(one.place, one.reason) for one in reading.unread] == [(1, IS_HEADING), (4, NO_TITLE), (5, TOO_LONG)]
    assert reading.unread[1].written == "2022"


def test_numbered_reference_goes_on_over_line_ends() -> None:
    reading = read_list(
        "[1] 张三. 枸杞炭疽\n病研究[J]. 植物保护, 2020.\n[2] Wang L. Biological con-\ntrol of goji[J]. Acta, 2021."
    )
    assert [one.work.title for one in reading.works] == ["枸杞炭疽病研究", "Biological control of goji"]
    assert [one.place for one in reading.works] == [1, 3]


@pytest.mark.parametrize("text", ["", " \n\t\n", "x" * 200_001, "枸杞病害研究\n" * 1001, "枸杞病害研究第一\n" * 500])
def test_empty_or_far_too_large_list_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_list(text)
    assert error.value.problems[0].field == "text"


@pytest.mark.parametrize(
    "line",
    ["a. " * 499, "A. B " * 299, "ab? " * 370, "张三，" * 490, "A-" * 740, "(" * 1490, "“abcdefg" * 180, "1 " * 700],
    ids=lambda line: line[:6],
)
def test_hostile_lines_cost_no_more_than_long_ones(line: str) -> None:
    began = time.process_time()
    reading: Reading = read_list("\n".join([line] * 20))
    assert len(reading.works) + len(reading.unread) == 20
    assert time.process_time() - began < 5
