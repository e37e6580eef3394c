"""What holds for a file of any format, and for JSONL."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from matcher.records import Table, read_experts, read_needs
from matcher.records.raw import MAX_BYTES, MAX_ROWS
from matcher.types import Need

Write = Callable[..., Path]

HEADINGS = [
    "编号*",
    "专家姓名",
    "职称",
    "可服务天数（天）",
    "可服务时间（起）",
    "高海拔适应",
    "关键词",
    "代表作1",
    "合作方式",
]


def whole_file_problem(path: Path) -> tuple[str, str]:
    table: Table[Need] = read_needs(path)
    (problem,) = table.problems
    assert (table.records, table.rows, problem.row, problem.file) == ((), 0, 0, str(path))
    return problem.value, problem.expected


def test_all_formats_give_the_same_records(jsonl: Write, sheet_csv: Write, sheet_xlsx: Write) -> None:
    rows = [
        ["E1", "张三", "教授", 30, date(2026, 11, 23), "是", "滴灌；苹果", "论文；一", "双聘"],
        [2, "李四", "", 0.5, None, True, "水", "二", None],
    ]
    shown = [["" if cell is None else cell for cell in row] for row in rows]
    keys = ["id", "name", "title", "days_per_year", "available_from", "altitude_ok", "keywords", "works", "mode"]
    objects = [dict(zip(keys, row, strict=True)) for row in rows]
    for entry in objects:
        entry["works"] = [entry["works"]]
    from_jsonl = read_experts(jsonl(*[json.dumps(entry, default=str) for entry in objects]))
    assert from_jsonl.problems == ()
    assert len(from_jsonl.records) == 2
    for path in (
        sheet_csv(HEADINGS, *shown, name="a.csv"),
        sheet_csv(HEADINGS, *shown, name="b.csv", encoding="gb18030", delimiter="\t"),
        sheet_csv(HEADINGS, *shown, name="c.csv", encoding="utf-8-sig", delimiter=";"),
        sheet_xlsx(HEADINGS, *rows),
        sheet_xlsx(["专家信息表"], [], HEADINGS, *rows, name="titled.xlsx"),
    ):
        assert read_experts(path) == from_jsonl, path


def test_a_datetime_in_a_sheet_is_its_day(sheet_xlsx: Write) -> None:
    path = sheet_xlsx(["需求名称", "开始时间"], ["x", datetime(2026, 11, 23, 8, 30)])
    assert read_needs(path).records[0].starts == date(2026, 11, 23)


@pytest.mark.parametrize("name", ["needs.json", "needs.xls", "needs", "needs.csv.gz"])
def test_an_unknown_ending_is_refused_with_the_valid_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    assert whole_file_problem(tmp_path / name)[1] == "a file that ends in .jsonl, .ndjson, .csv, .xlsx"


def test_an_ending_counts_in_any_case(jsonl: Write) -> None:
    assert len(read_needs(jsonl({"id": "1", "goal": "x"}, name="A.NDJSON")).records) == 1


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_a_missing_file_and_a_folder_are_one_problem(tmp_path: Path, ending: str) -> None:
    assert whole_file_problem(tmp_path / f"none.{ending}")[0] == "no such file"
    (tmp_path / f"folder.{ending}").mkdir()
    assert whole_file_problem(tmp_path / f"folder.{ending}") == ("a folder", "a file")


def test_a_path_that_no_file_can_have_is_a_problem() -> None:
    assert whole_file_problem(Path("a\0b.csv"))[0] == "no such file"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert whole_file_problem(tmp_path / "pipe.csv")[0] == "a device or pipe"


@pytest.fixture
def nobody_special() -> Iterator[None]:
    """Root may read every file, so for one test it becomes somebody who may not."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_file_that_may_not_be_read_is_one_problem(jsonl: Write, request: pytest.FixtureRequest) -> None:
    path = jsonl({"id": "1", "title": "x"})
    path.chmod(0)
    request.getfixturevalue("nobody_special")
    assert whole_file_problem(path)[1] == "a file that can be read"


@pytest.mark.parametrize("name", ["empty.jsonl", "empty.csv"])
@pytest.mark.parametrize("content", [b"", b"\n \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_one_problem(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert whole_file_problem(tmp_path / name)[0] == "an empty file"


def test_an_empty_sheet_is_one_problem(sheet_xlsx: Write) -> None:
    assert whole_file_problem(sheet_xlsx())[0] == "an empty file"


def test_headings_without_rows_are_an_empty_file(sheet_csv: Write, sheet_xlsx: Write) -> None:
    headings = ["需求编号", "需求名称"]
    assert whole_file_problem(sheet_csv(headings))[0] == "an empty file"
    assert whole_file_problem(sheet_xlsx(headings))[0] == "an empty file"


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_a_file_over_512_mb_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"large.{ending}"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert whole_file_problem(path)[1] == "at most 512 MB; split the file"


@pytest.mark.parametrize("first", ['{"id": "1", "title": "x"}', "id,title\n1,x"])
def test_a_file_of_too_many_rows_is_refused(tmp_path: Path, first: str) -> None:
    path = tmp_path / ("long.jsonl" if first.startswith("{") else "long.csv")
    path.write_text(first + "\n" * (MAX_ROWS + 1), encoding="utf-8")
    assert whole_file_problem(path) == ("more than 1,048,576 rows", "at most 1,048,576; split the file")


def test_a_broken_line_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = '{"id": "%d", "title": "x"}'
    lines = [
        b"\xef\xbb\xbf" + (good % 1).encode(),
        b"",
        b'{"id": "3", ',
        b'{"id": "4", "title": "\xff"}',
        b"[1, 2]",
        b'"text"',
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        (good % 9).encode() + b"\r",
        '{"id": "10", "title": "a\u2028b"}'.encode(),
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    table = read_needs(tmp_path / "a.jsonl")
    assert [need.id for need in table.records] == ["1", "9", "10"]
    assert [(problem.row, problem.expected.split(" (")[0]) for problem in table.problems] == [
        (3, "one JSON object on one line"),
        (4, "UTF-8 text"),
        (5, 'a JSON object such as {"id": "1", …}'),
        (6, 'a JSON object such as {"id": "1", …}'),
        (7, "one JSON object on one line"),
        (8, "one JSON object on one line"),
    ]
    assert table.rows == 9


def test_unknown_keys_of_a_work_are_reported_too(jsonl: Write) -> None:
    path = jsonl({"id": "1", "works": [{"title": "t", "doi": "10/x"}, {"title": "u", "doi": "10/y"}]})
    assert read_experts(path).unknown_columns == ("works.doi",)
