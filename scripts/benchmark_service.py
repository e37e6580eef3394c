"""The part of `make bench` that measures what a server does: experts who change, and pages of reasons."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from matcher import live as live_module
from matcher.encoded import EncodedExpert
from matcher.encoders import VectorCache
from matcher.encoders.phrases import SmallPhraseEncoder
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.lexical import builtin_term_bank
from matcher.live import LivePool
from matcher.needs import NeedPool
from matcher.pool import Pool
from matcher.types import Expert, Passage
from scripts.benchmark import PASSAGES, Vectors, engine_for, synthetic

SIZES = (600, 10_000, 100_000)
PAGE_EXPERTS, PAGE, PAGES = 620, 10, 20
CHANGES = 15


def seconds(work: Callable[..., object], *args: object) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work(*args)
    return time.perf_counter() - began


def encoded(experts: Sequence[Expert], passages: Sequence[Passage], vectors: Vectors) -> list[EncodedExpert]:
    """The synthetic experts as a database would hand them over."""
    half = vectors.astype(np.float16)
    rows = [slice(i * PASSAGES, (i + 1) * PASSAGES) for i in range(len(experts))]
    return [EncodedExpert(one, tuple(passages[r]), half[r]) for one, r in zip(experts, rows, strict=True)]


def measure_changes(size: int) -> dict[str, float]:
    """One size: the plain rebuild, upserts until they are found, a new base, and searching before and meanwhile."""
    experts, passages, vectors, needs, queries = synthetic(size)
    people, engine = encoded(experts, passages, vectors), engine_for(vectors)
    del vectors, passages
    live_module.COMPACT_FROM = sys.maxsize  # a new base is made when this says so
    began = time.perf_counter()
    pool = LivePool(people, bank=builtin_term_bank())
    found = {"rebuild": time.perf_counter() - began}

    def search(number: int) -> None:
        engine.assess(needs[number % len(needs)], pool.snapshot(), query=queries[number % len(needs)])

    found["upsert"] = _median_upsert(pool, people)
    pool.upsert(people[: size // 50])
    found["upsert_late"] = _median_upsert(pool, people)
    found["search"] = float(np.percentile([seconds(search, number) for number in range(4 * CHANGES)], 95))
    compaction = threading.Thread(target=lambda: found.update(compact=seconds(pool.compact)))
    compaction.start()
    meanwhile = [seconds(search, 0)]
    while compaction.is_alive():
        meanwhile.append(seconds(search, len(meanwhile)))
    return {**found, "meanwhile": float(np.percentile(meanwhile, 95))}


def _median_upsert(pool: LivePool, people: Sequence[EncodedExpert]) -> float:
    times = []
    for number in range(CHANGES):
        changed = people[(number * 37) % len(people)]
        times.append(seconds(pool.upsert, [changed]))
        if pool.snapshot().get(changed.expert.id) is not changed.expert:
            raise AssertionError(f"{changed.expert.id} cannot be found after its change")
    return float(np.median(times))


def changes_table(rows: dict[int, dict[str, Any]]) -> Table:
    """Each size: how long until a changed expert is found, the plain way (everything rebuilt) and ours."""
    headings = ("experts", "plain: rebuild", "upsert", "with 2 % changed", "new base", "search p95", "p95 meanwhile")
    table = Table(*headings)
    for size, row in rows.items():
        short = [f"{row[key] * 1e3:.1f} ms" for key in ("upsert", "upsert_late", "search", "meanwhile")]
        long = [f"{row[key]:.2f} s" for key in ("rebuild", "compact")]
        table.add_row(f"{size:,}", long[0], *short[:2], long[1], *short[2:])
    return table


class Pages:
    """620 experts and needs for them, with phrases that are encoded for real and kept on disk."""

    def __init__(self, folder: Path) -> None:
        self.experts, self.passages, vectors, needs, queries = synthetic(PAGE_EXPERTS)
        self._plain = engine_for(vectors)
        self.pool = Pool(self.experts, self.passages, vectors, bank=self._plain.bank)
        self._phrases = SmallPhraseEncoder(VectorCache(folder))
        self.needs = [self._plain.prepare_need(need, query=query) for need, query in zip(needs, queries, strict=True)]

    def engine(self) -> Engine:
        """An engine that has no phrases in memory."""
        plain, explainer = self._plain, Explainer(self._phrases, self._plain.bank)
        return Engine(
            encoder=plain.encoder,
            background=plain.background,
            bank=plain.bank,
            profile=plain.profile,
            explainer=explainer,
        )

    def index(self) -> float:
        """Puts everybody's phrases on disk; seconds an expert."""
        texts = [passage.text for passage in self.passages]
        self.engine().explainer.prepare([need.text for need in self.needs])
        return seconds(self.engine().explainer.prepare, texts) / len(self.experts)

    def times(self) -> dict[str, list[float]]:
        """For several needs: the scores of everybody, a page of reasons, and reasons for everybody."""
        rows: dict[str, list[float]] = {"assess": [], "page, phrases on disk": [], "page, phrases in memory": []}
        rows |= {"plain: everybody's reasons, phrases in memory": []}
        warm = self.engine()
        warm.explainer.prepare([passage.text for passage in self.passages])
        for need in self.needs[:PAGES]:
            cold, found = self.engine(), warm.assess(need, self.pool)
            page, everybody = found.ids(0, PAGE), found.ids()
            for values, (engine, ids) in zip(
                list(rows.values())[1:], ((cold, page), (cold, page), (warm, everybody)), strict=True
            ):
                values.append(seconds(engine.matches, found, ids))
            rows["assess"].append(seconds(warm.assess, need, self.pool))
        table = NeedPool(self.needs).snapshot()
        warm.needs_for(self.experts[0].id, self.pool, table)
        some = self.experts[: PAGES * 2]
        rows[f"{len(table)} needs for one expert"] = [seconds(warm.needs_for, one.id, self.pool, table) for one in some]
        return rows


def page_table() -> Table:
    """One need's page of ten with reasons, against reasons for everybody; and the needs that fit one expert."""
    table = Table(f"{PAGE_EXPERTS} experts, {PAGE} a page", "p50 ms", "p95 ms")
    with tempfile.TemporaryDirectory() as folder:
        pages = Pages(Path(folder))
        table.add_row("indexing: one expert's phrases, encoded", f"{pages.index() * 1e3:.1f}", "")
        for name, values in pages.times().items():
            table.add_row(name, *(f"{np.percentile(values, q) * 1e3:.1f}" for q in (50, 95)))
    return table
