import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matcher.errors import MatcherError, UnknownChoiceError
from matcher.records import FORMATS, write_csv, write_jsonl, write_rows, write_xlsx
from matcher.records.workbook import MAX_CELL_CHARS, MAX_ROWS

Row = dict[str, Any]

ROWS: list[Row] = [
    {"need": "N1", "score": 0.75, "rank": 1, "starts": date(2026, 11, 23), "ok": True, "words": ["滴灌", "苹果"]},
    {"need": "N2", "score": -1, "rank": 2, "evidence": [{"field": "bio", "given": 0.5}, {"field": "works[0]"}]},
]


def csv_cells(path: Path) -> list[list[str]]:
    csv.field_size_limit(2**24)  # of the whole process; its default is below a long text
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).active


def interrupted(error: BaseException) -> Iterator[Row]:
    yield {"id": "new"}
    raise error


def test_jsonl_keeps_characters_and_the_order_of_keys(tmp_path: Path) -> None:
    write_rows([{"b": "东才西用 😀", "a": date(2026, 11, 23), "c": (1, None)}, {"a": 1}], tmp_path / "a.jsonl", "jsonl")
    text = (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    assert text == '{"b": "东才西用 😀", "a": "2026-11-23", "c": [1, null]}\n{"a": 1}\n'


def test_jsonl_escapes_a_lone_surrogate(tmp_path: Path) -> None:
    write_rows([{"a": "x\ud800\0y"}], tmp_path / "a.jsonl", "jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_bytes()) == {"a": "x\ud800\0y"}


@pytest.mark.parametrize(("value", "error"), [(float("nan"), ValueError), (object(), TypeError)])
def test_what_json_cannot_say_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        write_jsonl([{"a": value}], io.BytesIO())


def test_csv_opens_in_excel_with_all_columns_and_readable_cells(tmp_path: Path) -> None:
    write_rows(ROWS, tmp_path / "a.csv", "csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv_cells(tmp_path / "a.csv") == [
        ["need", "score", "rank", "starts", "ok", "words", "evidence"],
        ["N1", "0.75", "1", "2026-11-23", "true", "滴灌; 苹果", ""],
        ["N2", "-1", "2", "", "", "", "field: bio, given: 0.5\nfield: works[0]"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_formula_is_text_in_csv_and_in_xlsx(tmp_path: Path, start: str) -> None:
    formula = f"{start}HYPERLINK(1)"
    rows = [{formula: formula, "list": [formula]}]
    write_rows(rows, tmp_path / "a.csv", "csv")
    assert csv_cells(tmp_path / "a.csv") == [[f"'{formula}", "list"], [f"'{formula}", f"'{formula}"]]
    write_rows(rows, tmp_path / "a.xlsx", "xlsx")
    cells = [cell for row in sheet(tmp_path / "a.xlsx").iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert cells[2].value.replace("\r", "\n") == formula.replace("\r", "\n")  # XML may read it as a new line


def test_xlsx_has_a_frozen_bold_heading_row_and_typed_cells(tmp_path: Path) -> None:
    write_rows([*ROWS, {"need": "#N/A", "words": "水" * 200}], tmp_path / "a.xlsx", "xlsx")
    results = sheet(tmp_path / "a.xlsx")
    assert results.freeze_panes == "A2"
    assert [cell.font.b for cell in results[1]] == [True] * 7
    assert [cell.value for cell in results[2]] == ["N1", 0.75, 1, datetime(2026, 11, 23), True, "滴灌; 苹果", None]
    assert results["D2"].is_date
    assert (results["A4"].value, results["A4"].data_type) == ("#N/A", "s")
    widths = {name: results.column_dimensions[name].width for name in "ADF"}
    assert widths == {"A": 8, "D": 12, "F": 60}


def test_xlsx_is_byte_identical_when_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rows(ROWS, tmp_path / "a.xlsx", "xlsx")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    later = io.BytesIO()
    write_xlsx(ROWS, later)
    assert later.getvalue() == (tmp_path / "a.xlsx").read_bytes()
    with zipfile.ZipFile(later) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b">1980-01-01T00:00:00Z<") == 2


def test_hostile_text_is_written_in_every_format(tmp_path: Path) -> None:
    rows = [{"a": "x\0\x1b\ud800\ufffe😀", "b": "y" * 10**6}]
    for fmt in FORMATS:
        write_rows(rows, tmp_path / f"a.{fmt}", fmt)
    row = sheet(tmp_path / "a.xlsx")[2]
    assert row[0].value == "x    😀"
    assert (len(row[1].value), row[1].value[-2:]) == (MAX_CELL_CHARS, "y…")
    assert csv_cells(tmp_path / "a.csv")[1] == ["x\0\x1b?\ufffe😀", "y" * 10**6]


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    row: Row = {"a": 1}
    with pytest.raises(MatcherError, match="write jsonl or csv"):
        write_xlsx([row] * MAX_ROWS, io.BytesIO())


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_rows_make_a_file_without_rows(tmp_path: Path, fmt: str) -> None:
    write_rows([], tmp_path / f"a.{fmt}", fmt)
    assert (tmp_path / f"a.{fmt}").exists()


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt(), SystemExit()])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, fmt: str, error: BaseException
) -> None:
    path = tmp_path / f"a.{fmt}"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(type(error)):
        write_rows(interrupted(error), path, fmt)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_stands_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old", encoding="utf-8")

    def rows() -> Iterator[Row]:
        for number in range(10_000):
            yield {"id": number}
            assert path.read_text(encoding="utf-8") == "old"

    write_rows(rows(), path, "jsonl")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 10_000


def test_a_replaced_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    path.touch(mode=0o640)
    link.symlink_to(path)
    write_rows([{"a": 1}], link, "csv")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert csv_cells(path) == [["a"], ["1"]]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_rows([{"a": 1}], pipe, "jsonl")
        assert os.read(reader, 100) == b'{"a": 1}\n'
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_rows([], tmp_path / "none" / "a.csv", "csv")


def test_without_a_path_rows_go_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_rows([{"a": "东"}], None, "jsonl")
    assert capfdbinary.readouterr().out == '{"a": "东"}\n'.encode()


def test_an_unknown_format_is_refused_with_the_valid_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownChoiceError, match="jsonl, csv, xlsx"):
        write_rows([], tmp_path / "a.xls", "xls")


@pytest.mark.parametrize("write", [write_jsonl, write_csv, write_xlsx])
def test_the_writer_leaves_its_stream_open(write: Callable[..., None]) -> None:
    out = io.BytesIO()
    write(ROWS, out)
    assert out.getvalue()
