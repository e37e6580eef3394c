from __future__ import annotations

import csv
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from matcher.config import Settings
from matcher.opening import open_engine
from matcher.pool import Pool
from matcher.records import read_experts, read_needs
from tests.web.conftest import EXPERTS, NEEDS, Dongcai, lines_of, pairs, write_jsonl
from web.presenters import HEADINGS

ROOT = Path(__file__).parents[2]


def in_a_new_process(code: str, *args: object, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs `main()` with these arguments and then `code`."""
    script = f"import sys\nfrom web.cli import main\nmain()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, args)],
        capture_output=True, text=True, cwd=ROOT, check=True, env={**os.environ, **env},
    )  # fmt: skip


def loaded(*modules: str) -> str:
    return f"print([name for name in {modules!r} if name in sys.modules], file=sys.stderr)"


def test_help_names_every_command_and_loads_neither_numpy_nor_torch() -> None:
    done = in_a_new_process(loaded("numpy", "torch", "sentence_transformers", "pydantic", "rich"), "--help")
    assert all(f"\n  {command} " in done.stdout for command in ("match", "explain", "evaluate"))
    assert done.stderr.strip() == "[]"


def test_each_line_says_who_fits_how_well_and_why(whole: Result) -> None:
    lines = [line for line in lines_of(whole) if "rank" in line]
    assert pairs(lines)[0] == ("n1", "e1")
    for line in lines:
        assert set(line) == {"need", "rank", "expert", "score", "raw_score", "fit", "parts", "evidence", "rules"}
        assert 0 <= line["score"] <= 1
        assert sum(line["parts"].values()) == pytest.approx(line["raw_score"], abs=1e-9)
        assert sum(evidence["given"] for evidence in line["evidence"]) == pytest.approx(line["raw_score"], abs=1e-9)
    evidence = lines[0]["evidence"][0]
    assert (evidence["field"], evidence["language"], evidence["quote"]) == ("bio", "zh", EXPERTS[0]["bio"])
    assert evidence["phrases"][0] == {"need": "枸杞黑果", "passage": "枸杞炭疽病", "kind": "term", "strength": 1.0}


def test_raw_scores_are_the_engines_own_to_the_last_digit(whole: Result, settings: Settings, home: Path) -> None:
    engine, experts = open_engine(settings), read_experts(home / "experts.jsonl").records
    pool = Pool.build(experts, engine.encoder, engine.bank)
    rankings = [engine.rank(need, pool, top=0) for need in read_needs(home / "needs.jsonl").records]
    expected = [match.raw_score for ranking in rankings for match in ranking.matches]
    assert [line["raw_score"] for line in lines_of(whole) if "rank" in line] == expected
    assert len(set(expected)) == len(expected)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_same_rows_give_the_same_lines_from_any_kind_of_file(match: Dongcai, whole: Result, ending: str) -> None:
    result = match("--format", "jsonl", "--top", 0, "--show-excluded", ending=ending)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == whole.stdout_bytes


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_holds_what_the_lines_hold(
    match: Dongcai, whole: Result, tmp_path: Path, ending: str, lang: str
) -> None:
    out = tmp_path / f"ranked.{ending}"  # the ending says the format
    assert match("--top", 0, "--show-excluded", "--lang", lang, "--out", out).exit_code == 0
    if ending == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            heading, *rows = csv.reader(file)
    else:
        heading, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    assert tuple(heading) == HEADINGS[lang]
    column = {name: i for i, name in enumerate(HEADINGS["zh"])}
    shown = [(row[column["需求编号"]], row[column["专家编号"]], str(row[column["排名"]] or "")) for row in rows]
    lines = lines_of(whole)
    assert shown == [
        (line["need"], line.get("expert") or line["excluded"], str(line.get("rank", ""))) for line in lines
    ]
    raw = [float(row[column["原始分"]]) for row in rows if row[column["原始分"]] not in (None, "")]
    # A number in Excel has 15 digits.
    assert raw == pytest.approx([line["raw_score"] for line in lines if "rank" in line], rel=1e-14, abs=0)


@pytest.mark.parametrize(("lang", "words"), [("zh", ("匹配度", "术语")), ("en", ("Evidence (need", "terms"))])
def test_the_table_shows_names_ranks_and_reasons_in_the_language_asked_for(
    match: Dongcai, lang: str, words: tuple[str, ...]
) -> None:
    table = match("--lang", lang).stdout
    assert all(word in table for word in (*words, "枸杞黑果病怎么治", "张敏 教授", "枸杞炭疽病"))
    assert re.search(r"│ 1 .*张敏", table)
    assert "赵静" not in table.split("n2")[0]


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有符合条件的专家"), ("en", "No expert is eligible")])
def test_a_need_for_which_nobody_is_eligible_says_so(
    dongcai: Dongcai, home: Path, tmp_path: Path, lang: str, words: str
) -> None:
    busy = [{**EXPERTS[0], "days_per_year": 1}]
    files = "--needs", home / "needs.jsonl", "--experts", write_jsonl(tmp_path / "experts.jsonl", busy)
    first, second = dongcai("match", *files, "--lang", lang).stdout.split("n2")
    assert words in first
    assert words not in second


def test_top_zero_gives_every_eligible_expert_and_top_one_the_first_of_them(match: Dongcai, whole: Result) -> None:
    everybody = pairs(lines_of(whole))
    eligible = {("n1", "e1"), ("n1", "e2"), ("n1", "e3"), *(("n2", one["id"]) for one in EXPERTS)}
    assert set(everybody) == eligible
    assert len(everybody) == len(eligible)
    first = pairs(lines_of(match("--format", "jsonl", "--top", 1)))
    assert first == [next(pair for pair in everybody if pair[0] == one["id"]) for one in NEEDS]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_the_same_files_give_the_same_bytes_also_from_an_empty_cache(
    match: Dongcai, tmp_path: Path, ending: str
) -> None:
    outs = [tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"]
    assert match("--out", outs[0]).exit_code == 0
    assert match("--out", outs[1], DONGCAI_CACHE_DIR=str(tmp_path / "cache")).exit_code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_a_second_run_encodes_nothing_and_does_not_even_load_the_encoder(
    whole: Result, settings: Settings, home: Path
) -> None:
    def rows() -> int:
        with sqlite3.connect(settings.cache_dir / "vectors.sqlite3") as connection:
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    before = rows()
    files = "--needs", home / "needs.jsonl", "--experts", home / "experts.jsonl"
    args = "match", *files, "--format", "jsonl", "--top", 0, "--show-excluded", "--encoder", settings.encoder
    done = in_a_new_process(loaded("torch", "sentence_transformers"), *args, DONGCAI_CACHE_DIR=str(settings.cache_dir))
    assert done.stdout == whole.stdout
    assert done.stderr.strip() == "[]"
    assert rows() == before > 0


def test_excluded_experts_are_listed_with_their_rule_only_on_request(match: Dongcai, whole: Result) -> None:
    (excluded,) = (line for line in lines_of(whole) if "excluded" in line)
    assert (excluded["need"], excluded["excluded"]) == ("n1", "e4")
    assert [(rule["rule"], rule["outcome"]) for rule in excluded["rules"]] == [("days_per_year", "fail")]
    assert not any("excluded" in line for line in lines_of(match("--format", "jsonl", "--top", 0)))
    table = match("--show-excluded", "--lang", "en").stdout
    assert re.search(r"excluded by rule  赵静 江南大学  failed: .*15 days.*gives 5", table)


def test_the_built_in_encoder_puts_an_expert_who_writes_english_ahead_of_unrelated_chinese_ones(
    dongcai: Dongcai, tmp_path: Path
) -> None:
    right = {"id": "right", "works": ["Robotic dry cleaning of dusty solar panels in arid regions"]}
    unrelated = ("青稞新品种的选育", "小学语文教学设计", "牦牛人工授精技术", "城市轨道交通客流预测")
    experts = [*({"id": f"u{i}", "works": [title]} for i, title in enumerate(unrelated)), right]
    need = {"id": "n1", "problem": "厂里的光伏板上总糊一层沙尘，水贵路远，有没有不用水、机器自己能干的办法？"}
    needs_file = write_jsonl(tmp_path / "needs.jsonl", [need])
    files = "--needs", needs_file, "--experts", write_jsonl(tmp_path / "experts.jsonl", experts)
    result = dongcai("match", *files, "--encoder", "builtin", "--format", "jsonl")
    assert lines_of(result)[0]["expert"] == "right"
