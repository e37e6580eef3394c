import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.records import read_experts, read_needs

Write = Callable[..., Path]


def test_the_heading_row_is_found_below_titles_and_rows_keep_their_numbers(sheet_xlsx: Write) -> None:
    title = [["东才西用专家信息表"], ["填表说明：简介"], []]
    table = read_experts(sheet_xlsx(*title, ["编号", "简介", "可服务天数"], ["1", "x", 30], ["2", "x", "many"]))
    assert [expert.id for expert in table.records] == ["1"]
    assert [(problem.row, problem.field) for problem in table.problems] == [(6, "days_per_year")]


def test_a_heading_row_after_the_tenth_row_is_not_looked_for(sheet_xlsx: Write) -> None:
    rows = [["编号", "需求名称"], ["1", "x"]]
    assert len(read_needs(sheet_xlsx(*[["说明"]] * 9, *rows)).records) == 1
    assert read_needs(sheet_xlsx(*[["说明"]] * 10, *rows)).problems[0].value == "no known column heading"


def test_only_the_first_sheet_is_read(sheet_xlsx: Write) -> None:
    assert read_experts(sheet_xlsx(["编号", "简介"], ["1", "x"])).rows == 1


def test_numbers_are_read_as_the_sheet_shows_them(sheet_xlsx: Write) -> None:
    path = sheet_xlsx(["编号", "姓名", "简介", "高海拔适应"], [1001, 7, 2.5, False], [1002.0, "x", "y", 1])
    experts = read_experts(path).records
    assert [(expert.id, expert.bio, expert.altitude_ok) for expert in experts] == [
        ("1001", "2.5", False),
        ("1002", "y", True),
    ]


def test_a_sheet_that_claims_to_have_one_cell_is_read_whole(sheet_xlsx: Write, tmp_path: Path) -> None:
    source, target = sheet_xlsx(["编号", "简介"], ["1", "x"]), tmp_path / "claims.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"'))
    assert len(read_experts(target).records) == 1


def test_text_beyond_the_headings_is_an_unknown_column(sheet_xlsx: Write) -> None:
    table = read_experts(sheet_xlsx(["编号", "简介"], ["1", "x", None, "note"]))
    assert (len(table.records), table.unknown_columns) == (1, ("column 4",))


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" * 200, "编号,简介\n1,x".encode()])
def test_a_file_that_is_no_workbook_is_one_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    (problem,) = read_experts(tmp_path / "a.xlsx").problems
    assert (problem.row, problem.expected) == (0, "an XLSX workbook; save it as .xlsx again")


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_workbook_is_one_problem(sheet_xlsx: Write, tmp_path: Path, part: str) -> None:
    source, target = sheet_xlsx(["编号", "简介"], *[[str(n), "x"] for n in range(50)]), tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: -200 if name == part else None])
    table = read_experts(target)
    assert (table.records, len(table.problems), table.problems[0].row) == ((), 1, 0)


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(sheet_xlsx: Write) -> None:
    path = sheet_xlsx(["编号", "简介"], ["1", "x"])
    content = bytearray(path.read_bytes())
    size_at = content.index(b"PK\x01\x02") + 24  # the central directory's first uncompressed size
    content[size_at : size_at + 4] = struct.pack("<I", 2**32 - 2)
    path.write_bytes(content)
    (problem,) = read_experts(path).problems
    assert problem.expected == "at most 2,048 MB; split the file"
