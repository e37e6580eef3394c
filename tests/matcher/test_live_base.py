"""A live pool makes itself a new base while it changes and is read, and readers see nothing by halves."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from matcher import live as live_module
from matcher.engine import Engine
from matcher.index import FaissIndex
from matcher.live import LivePool
from tests.matcher.conftest import BANK, expert, need
from tests.matcher.live_pools import IDS, NEEDS, TEXTS, encoded, from_scratch, ranked


def test_once_enough_has_changed_a_new_base_is_made_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "COMPACT_FROM", 3)
    pool = LivePool((), bank=BANK)
    for number in range(4):
        assert pool.snapshot().count_changed == number
        pool.upsert(encoded(expert(f"e{number}", TEXTS[number])))
    pool.close()
    assert pool.snapshot().count_changed == 0
    assert len(pool) == 4


def test_what_changes_while_a_new_base_is_made_is_in_it(engine: Engine) -> None:
    """The index factory stands where the new base is half made, and changes the pool from there."""
    changes = [encoded(expert("a", TEXTS[4])), encoded(expert("c", TEXTS[0]), expert("d", TEXTS[3]))]

    def make_index(dim: int) -> FaissIndex:
        if started.is_set() and changes:
            pool.upsert(changes.pop())
            pool.remove(["b", "d"])
        return FaissIndex(dim)

    started = threading.Event()
    pool = LivePool(encoded(expert("a", TEXTS[0]), expert("b", TEXTS[1])), bank=BANK, make_index=make_index)
    started.set()
    pool.compact()
    assert changes == []
    snapshot = pool.snapshot()
    expected = from_scratch([expert("a", TEXTS[4]), expert("c", TEXTS[0])], snapshot)
    assert ranked(engine, snapshot) == ranked(engine, expected)


def test_where_a_new_base_cannot_be_made_the_old_one_serves_on(engine: Engine) -> None:
    def make_index(dim: int) -> FaissIndex:
        if full:
            raise MemoryError("no room")
        return FaissIndex(dim)

    full: list[bool] = []
    pool = LivePool(encoded(expert("a", TEXTS[0])), bank=BANK, make_index=make_index)
    full.append(True)
    pool.upsert(encoded(expert("b", TEXTS[2])))
    before = ranked(engine, pool.snapshot())
    with pytest.raises(MemoryError):
        pool.compact()
    assert ranked(engine, pool.snapshot()) == before
    full.clear()
    pool.upsert(encoded(expert("c", TEXTS[3])))
    pool.compact()
    assert {name for name in IDS if name in pool} == {"a", "b", "c"}


def test_readers_see_every_change_whole_or_not_at_all(engine: Engine) -> None:
    """Two experts always change together; a reader who saw one changed and not the other would see half a change."""
    versions = ("洋芋瘟的预测预报", "枸杞黑果病的防治")
    states = [encoded(expert("a", text), expert("b", text)) for text in versions]
    pool, wrong, done = LivePool(states[0], bank=BANK), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            matches = engine.rank(NEEDS[0], pool.snapshot()).matches
            if [match.expert_id for match in matches] != ["a", "b"] or len({one.raw_score for one in matches}) != 1:
                wrong.append(matches)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        pool.upsert(states[turn % 2])
        if turn % 9 == 0:
            pool.compact()
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


CROWD = [
    expert(f"m{n:03d}", f"{crop}{trouble}的{method}研究")
    for n, (crop, trouble, method) in enumerate(
        (crop, trouble, method)
        for crop in ("枸杞", "马铃薯", "青稞", "苹果", "玉米")
        for trouble in ("黑果病", "晚疫病", "干旱", "霜冻", "沙尘", "倒伏")
        for method in ("防治", "监测", "遥感", "育种")
    )
]


def test_where_the_index_proposes_the_superseded_are_never_proposed_and_the_changed_always_scored(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = LivePool(encoded(*CROWD), bank=BANK, make_index=lambda dim: FaissIndex(dim, exact_limit=30))
    changed = [replace(one, works=CROWD[-1].works) for one in CROWD[:3]]
    pool.upsert(encoded(*changed))
    pool.remove([one.id for one in CROWD[3:6]])
    monkeypatch.setattr("matcher.pool.EXACT_PASSAGES", 50)
    monkeypatch.setattr("matcher.pool.CANDIDATES", 20)
    wanted, snapshot = need("枸杞黑果病的防治监测"), pool.snapshot()
    assessment = engine.assess(wanted, snapshot)
    assert not assessment.is_complete
    assert assessment.raw[len(CROWD) :].tolist() == engine.assess(wanted, snapshot, everybody=True).raw[120:].tolist()
    assert set(assessment.ids()).isdisjoint({one.id for one in CROWD[3:6]})
    assert np.isnan(assessment.raw[~snapshot.live]).all()
    best = engine.assess(wanted, snapshot, everybody=True)
    assert best.is_complete
    assert assessment.ids(0, 10) == best.ids(0, 10)
