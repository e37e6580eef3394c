from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.records import read_experts, read_needs

Write = Callable[..., Path]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encoding_and_delimiter_are_found_out(sheet_csv: Write, encoding: str, delimiter: str) -> None:
    path = sheet_csv(["编号", "姓名", "简介"], ["1", "䶮㙍𠮷", "a,b;c\td"], encoding=encoding, delimiter=delimiter)
    (expert,) = read_experts(path).records
    assert (expert.id, expert.name, expert.bio) == ("1", "䶮㙍𠮷", "a,b;c d")


def test_a_heading_that_holds_the_other_delimiters_does_not_mislead(sheet_csv: Write) -> None:
    path = sheet_csv(["编号", "简介（a,b,c,d）"], ["1", "x"], delimiter=";")
    assert read_experts(path).records[0].bio == "x"


def test_text_in_no_known_encoding_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("编号,姓名\n1,张三".encode("utf-16"))
    (problem,) = read_experts(tmp_path / "a.csv").problems
    assert (problem.row, problem.expected) == (0, "text in UTF-8 or GB18030")


def test_rows_are_numbered_as_a_spreadsheet_shows_them(sheet_csv: Write) -> None:
    path = sheet_csv(["编号", "简介"], ["1", "one\ntwo\nthree"], [], ["", " "], ["4", ""])
    table = read_experts(path)
    assert table.records[0].bio == "one two three"
    assert [(problem.row, problem.field) for problem in table.problems] == [(5, "bio")]
    assert table.rows == 2


def test_without_an_id_column_the_row_is_the_id(sheet_csv: Write, sheet_xlsx: Write) -> None:
    grid = (["姓名", "简介"], ["张三", "x"], [], ["李四", "y"])
    for path in (sheet_csv(*grid), sheet_xlsx(*grid)):
        assert [expert.id for expert in read_experts(path).records] == ["row-2", "row-4"]


def test_with_an_id_column_an_empty_id_is_a_problem(sheet_csv: Write) -> None:
    table = read_experts(sheet_csv(["编号", "简介"], ["", "x"]))
    assert [(problem.row, problem.field, problem.expected) for problem in table.problems] == [(2, "id", "an id")]


def test_a_row_with_too_many_cells_is_a_problem_and_the_rest_goes_on(sheet_csv: Write) -> None:
    table = read_experts(sheet_csv(["编号", "简介"], ["1", "a", "b"], ["2", "x", "", ""], ["3"]))
    assert [(p.row, p.value, p.expected) for p in table.problems] == [
        (2, "b", "at most 2 cells, as in the heading row"),
        (4, "", "some text in bio, keywords or works"),
    ]
    assert [expert.id for expert in table.records] == ["2"]


def test_wrong_quotes_are_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('编号,简介\n1,"a"b\n2,x\n3,"never closed\n4,y\n', encoding="utf-8")
    table = read_experts(tmp_path / "a.csv")
    assert [expert.id for expert in table.records] == ["2"]
    assert [problem.row for problem in table.problems] == [2, 4]
    assert all("quoted cells are closed" in problem.expected for problem in table.problems)


def test_no_known_heading_is_one_problem_that_lists_the_known_ones(sheet_csv: Write, sheet_xlsx: Write) -> None:
    for path in (sheet_csv(["甲", "乙"], ["1", "2"]), sheet_xlsx(["甲", "乙"], ["1", "2"])):
        (problem,) = read_needs(path).problems
        assert problem.row == 0
        assert "title (需求名称)" in problem.expected


def test_one_column_is_enough(sheet_csv: Write) -> None:
    assert read_needs(sheet_csv(["需求名称"], ["节水"])).records[0].title == "节水"


def test_unknown_columns_are_reported_once(sheet_csv: Write, sheet_xlsx: Write) -> None:
    grid = (["编号", "手机", "", "简介"], ["1", "139", "note", "x"], ["2", "138", "", "y"])
    for path in (sheet_csv(*grid), sheet_xlsx(*grid)):
        table = read_experts(path)
        assert (len(table.records), table.unknown_columns) == (2, ("手机", "column 3"))


def test_a_cell_of_1_mb_is_one_problem_and_the_rest_goes_on(sheet_csv: Write) -> None:
    table = read_experts(sheet_csv(["编号", "简介"], ["1", "x" * 10**6], ["2", "y\0z"]))
    assert [(problem.row, problem.field) for problem in table.problems] == [(2, "bio")]
    assert [expert.bio for expert in table.records] == ["y z"]
