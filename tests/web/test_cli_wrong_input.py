from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest

from tests.web.conftest import EXPERTS, NEEDS, Dongcai, lines_of, pairs, write_jsonl


@pytest.fixture
def bad(tmp_path: Path) -> tuple[str, ...]:
    """Two files with four problems in three rows."""
    rows = [{"id": "", "title": "无编号"}, *NEEDS, {"id": "n3", "title": "日期", "starts": "2026-13-01"}]
    experts = [*EXPERTS, {"id": "e1", "bio": "又一个", "days_per_year": "很多", "hobby": "登山"}]
    needs = write_jsonl(tmp_path / "bad_needs.jsonl", rows)
    return "--needs", str(needs), "--experts", str(write_jsonl(tmp_path / "bad_experts.jsonl", experts))


BAD_PLACES = (
    r"bad_needs\.jsonl: row 1, id: got ''",
    r"bad_needs\.jsonl: row 4, starts: got '2026-13-01'",
    r"bad_experts\.jsonl: row 5, id: got 'e1', .*row 1",
    r"bad_experts\.jsonl: row 5, days_per_year: got '很多'",
)


def test_every_bad_row_is_named_at_once_and_nothing_is_written(
    dongcai: Dongcai, bad: tuple[str, ...], tmp_path: Path
) -> None:
    (old := tmp_path / "old.jsonl").write_text("as it was")
    for out in (tmp_path / "new.jsonl", old):
        result = dongcai("match", *bad, "--out", out)
        assert result.exit_code == 2
        assert all(len(re.findall(place, result.stderr)) == 1 for place in BAD_PLACES)
        assert result.stdout == ""
    assert old.read_text() == "as it was"
    assert not (tmp_path / "new.jsonl").exists()


def test_invalid_rows_are_skipped_on_request_and_every_one_is_named(
    dongcai: Dongcai, bad: tuple[str, ...], match: Dongcai
) -> None:
    result = dongcai("match", *bad, "--skip-invalid", "--format", "jsonl")
    assert result.exit_code == 0
    assert all(re.search(f"skipped: .*{place}", result.stderr) for place in BAD_PLACES)
    assert "4 problems; going on with 2 needs and 4 experts" in result.stderr
    assert "hobby (not a known field)" in result.stderr
    assert result.stdout == match("--format", "jsonl").stdout


def test_there_is_nothing_to_skip_to_where_no_row_is_valid(dongcai: Dongcai, home: Path, tmp_path: Path) -> None:
    needs = write_jsonl(tmp_path / "needs.jsonl", [{"id": "n1"}])
    result = dongcai("match", "--needs", needs, "--experts", home / "experts.jsonl", "--skip-invalid")
    assert result.exit_code == 2
    assert "row 1, title" in result.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--format", "xlsx"), "--format xlsx needs --out FILE"),
        (("--format", "table", "--out", "x.csv"), "with --out give jsonl, csv or xlsx"),
        (("--out", "x.txt"), "ends in .jsonl, .csv, .xlsx"),
        (("--top", "-1"), "--top"),
        (("--lang", "fr"), "--lang"),
        (("--encoder", "/no/such/folder"), "'/no/such/folder'"),
        (("--encoder", ""), "no encoder at ''"),
        (("--out", "/no/such/folder/x.csv"), "/no/such/folder"),
    ],
)
def test_a_wrong_option_is_one_message_and_exit_status_2(
    match: Dongcai, args: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = match(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_missing_file_is_named(dongcai: Dongcai, home: Path) -> None:
    result = dongcai("match", "--needs", home / "no.jsonl", "--experts", home / "experts.jsonl")
    assert result.exit_code == 2
    assert "no.jsonl: got 'no such file'" in result.stderr


FORMULA, MARKUP, EMOJI = '=HYPERLINK("http://x.test")', "[bold]枸杞[/] [red :sheep:", "枸杞🐑‍🦯病\\"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("hostile")
    needs = [{"id": "=1+1", "title": f"{MARKUP}\0\x1b[31m", "problem": EMOJI, "days_per_year": 5}]
    experts = [
        {"id": "[e1]", "name": FORMULA, "bio": MARKUP},
        {"id": "@e2", "name": MARKUP, "bio": f"{EMOJI} \x1b]0;x\x07 枸杞", "institution": "a\0b\x1b[2Jc"},
        {"id": "e3", "name": EMOJI, "works": [{"title": "\u202e枸杞\ud800", "year": 2020}]},
        {"id": "e4", "name": "[/dim] [link=x]赵静", "bio": "枸杞", "days_per_year": 1},
    ]
    files = (folder / "needs.jsonl", needs), (folder / "experts.jsonl", experts)
    for path, rows in files:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return "--needs", str(files[0][0]), "--experts", str(files[1][0])


def test_hostile_text_stays_text_on_the_terminal(dongcai: Dongcai, hostile: tuple[str, ...]) -> None:
    table = dongcai("match", *hostile, "--show-excluded").stdout
    reasons = dongcai("explain", *hostile, "--need", "=1+1", "--expert", "@e2", "--expert", "[e1]").stdout
    assert all(text in table for text in (FORMULA, MARKUP, "[e1]", "🐑", ":sheep:", "[/dim] [link=x]赵静"))
    assert all(text in reasons for text in (FORMULA, MARKUP))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", table + reasons)


def test_hostile_text_stays_text_in_every_format(dongcai: Dongcai, hostile: tuple[str, ...], tmp_path: Path) -> None:
    lines = lines_of(dongcai("match", *hostile, "--format", "jsonl"))
    assert set(pairs(lines)) == {("=1+1", "[e1]"), ("=1+1", "@e2"), ("=1+1", "e3")}

    written = dongcai("match", *hostile, "--format", "csv").stdout_bytes.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert f"'{FORMULA}" in cells
    assert MARKUP in cells
    assert not any(cell.startswith(("=", "@")) for cell in cells)

    out = tmp_path / "out.xlsx"
    assert dongcai("match", *hostile, "--out", out).exit_code == 0
    sheet = [cell for row in openpyxl.load_workbook(out).active.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in sheet}
    assert {FORMULA, "=1+1", MARKUP} <= {cell.value for cell in sheet}
