"""One engine, one cache and one explainer, used by several threads at once, give what they give to one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from matcher.encoders import Encoder, VectorCache
from matcher.encoders.cache import content_key
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.pool import Pool
from tests.matcher.conftest import BANK, PROFILE, HashingEncoder, expert, need
from tests.matcher.test_cache import FakeModel, encoder_with

THREADS = 8
PEOPLE = tuple(
    expert(f"e{n:02d}", f"{crop}的{method}研究", f"{method}与{crop}", "Remote sensing of wolfberry anthracnose")
    for n, (crop, method) in enumerate(
        (crop, method) for crop in ("枸杞", "马铃薯", "青稞") for method in ("黑果病防治", "监测", "育种", "贮藏")
    )
)
NEEDS = tuple(
    need(f"{crop}得了病，怎么{what}") for crop in ("枸杞", "洋芋", "青稞") for what in ("防治", "监测", "贮藏")
)


def at_once(work: Callable[[int], object]) -> list[object]:
    """What `work(0)`, `work(1)`, … give in threads that all start together."""
    gate = threading.Barrier(THREADS)

    def run(number: int) -> object:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))


def engine_with(encoder: HashingEncoder, like: Engine, *, texts_kept: int) -> Engine:
    explainer = Explainer(encoder.passages, BANK, texts_kept=texts_kept)
    return Engine(encoder=encoder, background=like.background, bank=BANK, profile=PROFILE, explainer=explainer)


def test_threads_that_rank_at_once_get_what_one_gets_alone(engine: Engine, encoder: HashingEncoder) -> None:
    pool = Pool.build(PEOPLE, encoder, BANK)
    alone = [engine.rank(one, pool) for one in NEEDS]
    # Room for fewer texts than one page needs: threads push each other's texts out all the time.
    shared = engine_with(encoder, engine, texts_kept=5)
    for ranked in at_once(lambda start: [shared.rank(one, pool) for one in (*NEEDS[start:], *NEEDS[:start])]):
        assert sorted(ranked, key=str) == sorted(alone, key=str)


def test_a_model_is_loaded_once_however_many_threads_want_it_first() -> None:
    loaded: list[FakeModel] = []

    def load() -> FakeModel:
        threading.Event().wait(0.05)  # long enough for every thread to ask
        loaded.append(FakeModel())
        return loaded[-1]

    encoder = Encoder(fingerprint="fake-1", load=load)
    rows = at_once(lambda number: encoder.queries([f"text {number}"])[0, 0])
    assert rows == [6.0] * THREADS
    assert len(loaded) == 1


def test_threads_share_a_cache_that_another_thread_opened(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)

    def work(number: int) -> list[float]:
        keys = [content_key("f", "passage", f"{number} {k}") for k in range(40)]
        for key in keys:
            cache.put({key: np.full(4, number, np.float16)})
        return sorted({float(value) for row in cache.get(keys).values() for value in row})

    assert at_once(work) == [[float(number)] for number in range(THREADS)]


def test_threads_that_encode_one_text_get_one_vector(tmp_path: Path) -> None:
    encoder = encoder_with(FakeModel(), VectorCache(tmp_path))
    rows = at_once(lambda _: encoder.passages(["玉米大斑病", "a"]).tolist())
    assert rows == [rows[0]] * THREADS
