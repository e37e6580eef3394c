"""`dongcai` as people start it, on a few needs and experts and with a tiny encoder: what is shown needs no good one."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from matcher.background import background_texts
from matcher.config import Settings
from web.cli import main

Dongcai = Callable[..., Result]

NEEDS = [
    {"id": "n1", "title": "枸杞黑果病怎么治", "problem": "果子发黑，打药不见好", "days_per_year": 15},
    {"id": "n2", "title": "风机叶片结冰", "keywords": ["风电", "除冰"]},
]
EXPERTS = [
    {"id": "e1", "name": "张敏", "title": "教授", "bio": "枸杞炭疽病的病原与防治", "days_per_year": 30},
    {"id": "e2", "name": "李文", "works": ["Biological control of wolfberry anthracnose", "Orchard pruning"]},
    {"id": "e3", "name": "王磊", "title": "工程师", "keywords": ["风电", "故障诊断"], "days_per_year": 20},
    {"id": "e4", "name": "赵静", "institution": "江南大学", "bio": "枸杞病害绿色防控", "days_per_year": 5},
]
SHEETS = {
    "needs": (("需求编号", "需求名称", "主要问题", "每年天数", "关键字"), "id title problem days_per_year keywords"),
    "experts": (
        ("编号", "姓名", "职称", "工作单位", "专业特长", "关键词", "代表作", "可服务天数"),
        "id name title institution bio keywords works days_per_year",
    ),
}


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def grid(name: str, rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    headings, fields = SHEETS[name]
    values = [[row.get(field) for field in fields.split()] for row in rows]
    return [[*headings], *([";".join(v) if isinstance(v, list) else v for v in row] for row in values)]


class EntryPoint:
    """`main` as click's runner calls a command."""

    name = "dongcai"

    @staticmethod
    def main(args: list[str], prog_name: str, **_: object) -> None:
        before, sys.argv = sys.argv, [prog_name, *args]
        try:
            main()
        finally:
            sys.argv = before


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The needs and experts as JSONL, CSV and XLSX."""
    folder = tmp_path_factory.mktemp("files")
    for name, rows in (("needs", NEEDS), ("experts", EXPERTS)):
        write_jsonl(folder / f"{name}.jsonl", rows)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(grid(name, rows))
        workbook = openpyxl.Workbook()
        for row in grid(name, rows):
            workbook.active.append(row)
        workbook.save(folder / f"{name}.xlsx")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real sentence-transformers model that knows characters and nothing else."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    characters = sorted(set("".join(map("".join, background_texts().values()))))
    numbers = {character: number for number, character in enumerate(["[UNK]", *characters])}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))  # noqa: S106 - no secret
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=256), Normalize()]).save(str(folder))
    return folder


@pytest.fixture(scope="module")
def settings(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(encoder=str(model), cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def dongcai(settings: Settings) -> Dongcai:
    """Runs the command line in this process, on a wide terminal."""
    env = {"DONGCAI_ENCODER": settings.encoder, "DONGCAI_CACHE_DIR": str(settings.cache_dir), "COLUMNS": "240"}

    def run(*args: object, **more: str) -> Result:
        return CliRunner(env={**env, **more}).invoke(EntryPoint(), [str(arg) for arg in args], catch_exceptions=False)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="module")
def match(dongcai: Dongcai, home: Path) -> Dongcai:
    """`dongcai match` on the usual files."""

    def run(*args: object, ending: str = "jsonl", **more: str) -> Result:
        files = "--needs", home / f"needs.{ending}", "--experts", home / f"experts.{ending}"
        return dongcai("match", *files, *args, **more)

    return run


@pytest.fixture(scope="module")
def whole(match: Dongcai) -> Result:
    """Everybody's lines."""
    return match("--format", "jsonl", "--top", 0, "--show-excluded")


def lines_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def pairs(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(line["need"], line["expert"]) for line in lines if "expert" in line]
