from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from click.testing import Result

from matcher.evaluation import VARIANTS
from tests.web.conftest import EXPERTS, NEEDS, Dongcai, lines_of, write_jsonl


@pytest.fixture(scope="module")
def explain(dongcai: Dongcai, home: Path) -> Dongcai:
    """`dongcai explain` on the usual files."""
    files = "--needs", home / "needs.jsonl", "--experts", home / "experts.jsonl"
    return lambda *args: dongcai("explain", *files, *args)


@pytest.mark.parametrize(
    ("lang", "verdict", "total"),
    [("zh", "符合条件，在 3 位候选人中排第 {}", "合计"), ("en", "eligible, rank {} of 3", "sum")],
)
def test_an_explanation_gives_the_rank_and_parts_that_add_up(
    explain: Dongcai, whole: Result, lang: str, verdict: str, total: str
) -> None:
    line = next(line for line in lines_of(whole) if (line["need"], line.get("expert")) == ("n1", "e2"))
    text = explain("--need", "n1", "--expert", "e2", "--lang", lang).stdout
    assert verdict.format(line["rank"]) in text
    assert "Biological control of wolfberry anthracnose" in text

    shown = {name: float(number) for name, number in re.findall(r"^  (\S+) +([+-]\d+\.\d{4})$", text, re.MULTILINE)}
    assert shown.pop(total) == pytest.approx(line["raw_score"], abs=1e-4)
    assert [*shown.values()] == pytest.approx([*line["parts"].values()], abs=1e-4)


def test_an_explanation_ends_with_how_far_the_first_is_ahead_unless_it_is_the_first(explain: Dongcai) -> None:
    others, first = explain("--need", "n1", "--expert", "e2"), explain("--need", "n1", "--expert", "e1")
    assert re.search(r"第一名 e1 领先：语义 [+-]\d+\.\d\d, 词语 [+-]\d+\.\d\d, 术语 [+-]\d+\.\d\d\n$", others.stdout)
    assert "第一名" not in first.stdout


@pytest.mark.parametrize(
    ("lang", "verdict"),
    [
        ("zh", r"结论：被规则排除（不通过：.*每年 15 天.*每年可服务 5 天）。若放宽该条件，将排第 \d，共 4 位"),
        ("en", r"Verdict: excluded \(failed: .*15 days.*5\)\. If lifted, the rank would be \d of 4"),
    ],
)
def test_an_excluded_expert_is_told_the_rule_and_the_rank_without_it(explain: Dongcai, lang: str, verdict: str) -> None:
    assert re.search(verdict, explain("--need", "n1", "--expert", "e4", "--lang", lang).stdout)


def test_several_experts_are_explained_one_after_another(explain: Dongcai) -> None:
    text = explain("--need", "n2", "--expert", "e3", "--expert", "e1").stdout
    assert text.index("专家 e3") < text.index("─" * 40) < text.index("专家 e1")


@pytest.mark.parametrize(
    ("args", "named"), [(("n1", "e9"), "e1, e2, e3, e4"), (("n9", "e1"), "n1, n2")], ids=["expert", "need"]
)
def test_an_unknown_id_is_refused_with_those_that_there_are(
    explain: Dongcai, args: tuple[str, str], named: str
) -> None:
    result = explain("--need", args[0], "--expert", "e1", "--expert", args[1])
    assert result.exit_code == 2
    assert re.search(rf"unknown (need|expert) '[ne]9'; valid: {named}", result.stderr)
    assert result.stdout == ""


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "needs.jsonl", NEEDS)
    write_jsonl(tmp_path / "experts.jsonl", EXPERTS)
    (tmp_path / "judgements.tsv").write_text("n1\te1\t3\t对口\nn1\te3\t0\nn2\te3\t0\nn2\te4\t3\n", "utf-8")
    (tmp_path / "splits.tsv").write_text("n1\ttest\nn2\tfit\n", "utf-8")
    return tmp_path


def test_evaluate_measures_the_split_asked_for_whole_and_with_each_part_taken_away(
    dongcai: Dongcai, judged: Path, whole: Result
) -> None:
    result = dongcai("evaluate", "--judgements", judged)
    assert result.exit_code == 0
    assert "1 needs (split: test), 4 experts" in result.stdout
    assert re.search(r"│ whole +│ 1\.000 [^│]+│ 1\.000 ", result.stdout)  # the right one is first for n1
    assert all(f"│ {variant} " in result.stdout for variant in VARIANTS)

    rank = next(line["rank"] for line in lines_of(whole) if (line["need"], line.get("expert")) == ("n2", "e4"))
    ndcg, mrr = (1 + 1 / math.log2(rank + 1)) / 2, (1 + 1 / rank) / 2
    both = dongcai("evaluate", "--judgements", judged, "--split", "all").stdout
    assert rank > 1
    assert "2 needs (split: all)" in both
    assert re.search(rf"│ whole +│ {ndcg:.3f} [^│]+│ {mrr:.3f} ", both)


def test_a_judgement_that_names_an_unknown_id_is_reported_with_file_and_row(dongcai: Dongcai, judged: Path) -> None:
    with (judged / "judgements.tsv").open("a", encoding="utf-8") as file:
        file.write("n1\te77\t2\nn9\te1\t5\n")
    result = dongcai("evaluate", "--judgements", judged)
    assert result.exit_code == 2
    places = ("row 5, expert: got 'e77'", "row 6, need: got 'n9'", "row 6, grade: got '5'")
    assert all(f"{judged / 'judgements.tsv'}: {place}" in result.stderr for place in places)
    assert result.stdout == ""
