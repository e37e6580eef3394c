"""Measures the engine on the training triples that the adapter never saw (`seed_data/training/held_out.tsv`).

python -m scripts.held_out --csl csl_dev.tsv --dblp dblp.npz [--encoder e5-use]

Each need's right expert, once with the Chinese work only and once with the English one only, hides among the other
needs' right experts, 1,000 Chinese papers (CSL) and 800 English ones (DBLP); printed is the mean reciprocal rank.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from matcher.config import Settings
from matcher.opening import open_engine
from matcher.pool import Pool
from matcher.text import need_text
from matcher.types import Expert, Need, Work
from scripts.fit_ranker import paper_experts

TRAINING = Path(__file__).parents[1] / "seed_data" / "training"


def held_out_lines() -> set[tuple[str, int]]:
    """(file name, line number from 1) of every triple that training leaves out."""
    rows = (line.split("\t") for line in (TRAINING / "held_out.tsv").read_text("utf-8").splitlines())
    return {(name, int(number)) for name, number in rows}


def triples(*, held_out: bool) -> list[dict[str, Any]]:
    """The triples that training leaves out, or all others, each with its `source`."""
    left_out, found = held_out_lines(), []
    for path in sorted(TRAINING.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if ((path.name, number) in left_out) == held_out:
                found.append(json.loads(line) | {"source": path.stem})
    return found


@click.command()
@click.option("--csl", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dblp", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--encoder", default="builtin", show_default=True)
def main(csl: Path, dblp: Path, encoder: str) -> None:
    """Print the mean reciprocal rank of the right Chinese and the right English expert."""
    engine, items = open_engine(Settings(encoder=encoder)), triples(held_out=True)
    needs = [Need(f"n{i}", problem=item["need_zh"]) for i, item in enumerate(items)]
    queries = engine.encoder.queries([need_text(need) for need in needs])
    papers, _ = paper_experts(csl, dblp)
    for language in ("zh", "en"):
        right = [
            Expert(
                f"right-{i}",
                works=(Work(x[f"{language}_title"], x[f"{language}_text"], keywords=tuple(x[f"{language}_keywords"])),),
            )
            for i, x in enumerate(items)
        ]
        pool = Pool.build([*right, *papers], engine.encoder, engine.bank)
        reciprocal = []
        for number, (need, query) in enumerate(zip(needs, queries, strict=True)):
            scored = engine.score(need, query, pool, np.ones(len(pool.experts), bool))
            ranked = scored.aggregate.owners[scored.order]
            reciprocal.append(1.0 / (1 + int(np.flatnonzero(ranked == number)[0])))
        click.echo(f"{language}: MRR {np.mean(reciprocal):.3f} ({len(needs)} needs, {len(pool.experts)} experts)")


if __name__ == "__main__":
    main()
