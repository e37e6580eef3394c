"""A pool that changes gives what a pool made from scratch gives, after any changes, to any number of readers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import live as live_module
from matcher.encoded import EncodedExpert, encode_experts
from matcher.engine import Engine
from matcher.errors import UnknownChoiceError
from matcher.features import LexicalFeatures
from matcher.index import FaissIndex
from matcher.live import LivePool, Snapshot
from matcher.pool import Pool
from matcher.text import passages_of
from matcher.types import Expert, Ranking
from tests.matcher.conftest import BANK, HashingEncoder, expert, need

ENCODER = HashingEncoder()
TEXTS = (
    "枸杞炭疽病病原的分离与防治", "Biological control of wolfberry anthracnose", "洋芋瘟的预测预报", "脑包虫的诊断",
    "风机叶片结冰的监测与除冰", "Deep learning for gearboxes", "设施蔬菜病害", "枸杞黑果病", "",
)  # fmt: skip
IDS = ("a", "b", "c", "d", "e")
NEEDS = (
    need("地里的枸杞得了黑果病，果子发黑", days_per_year=20),
    need("wolfberry anthracnose and gearbox faults"),
    need("风机结冰了怎么办", min_title="副高"),
)


def encoded(*experts: Expert) -> tuple[EncodedExpert, ...]:
    return encode_experts(experts, ENCODER)


def from_scratch(experts: Sequence[Expert], like: Snapshot) -> Pool:
    """A pool of these experts made anew, under the statistics that a snapshot weighs words by."""
    passages = [passage for one in experts for passage in passages_of(one)]
    texts = [passage.text for passage in passages]
    vectors = ENCODER.passages(texts)
    return Pool(
        experts, passages, vectors, bank=BANK, lexical=LexicalFeatures(texts, BANK, like.base.lexical.statistics)
    )


def ranked(engine: Engine, pool: Pool | Snapshot) -> list[Ranking]:
    return [engine.rank(one, pool, top=0, show_excluded=True) for one in NEEDS]


@dataclass(frozen=True)
class Change:
    """What is done to a pool: experts that come or change, ids that go, or a new base."""

    new: tuple[Expert, ...] = ()
    gone: tuple[str, ...] = ()
    compact: bool = False


PROFILES = st.builds(
    lambda name, works, title, days: expert(name, *works, title=title, days_per_year=days),
    st.sampled_from(IDS),
    st.lists(st.sampled_from(TEXTS), max_size=4),
    st.sampled_from(["教授", "讲师", ""]),
    st.sampled_from([None, 5, 30]),
)
CHANGES = st.lists(
    st.builds(Change, new=st.lists(PROFILES, min_size=1, max_size=3).map(tuple))
    | st.builds(Change, gone=st.lists(st.sampled_from(IDS), min_size=1, max_size=2).map(tuple))
    | st.just(Change(compact=True)),
    max_size=8,
)


@given(start=st.lists(PROFILES, max_size=4), changes=CHANGES)
@settings(max_examples=40, deadline=None)
def test_after_any_changes_the_ranking_is_that_of_a_pool_made_from_scratch(
    engine: Engine, start: list[Expert], changes: list[Change]
) -> None:
    pool, known = LivePool(encoded(*start), bank=BANK), {one.id: one for one in start}
    for change in changes:
        if change.compact:
            pool.compact()
        pool.upsert(encoded(*change.new))
        pool.remove(change.gone)
        known |= {one.id: one for one in change.new}
        known = {name: one for name, one in known.items() if name not in change.gone}
    snapshot = pool.snapshot()
    assert ranked(engine, snapshot) == ranked(engine, from_scratch(list(known.values()), snapshot))
    assert len(pool) == len(known)
    assert {name for name in IDS if name in pool} == known.keys()


@given(start=st.lists(PROFILES, max_size=4), changes=CHANGES)
@settings(max_examples=20, deadline=None)
def test_a_new_base_has_the_statistics_of_everybody_and_of_nobody_else(
    engine: Engine, start: list[Expert], changes: list[Change]
) -> None:
    pool, known = LivePool(encoded(*start), bank=BANK), {one.id: one for one in start}
    for change in changes:
        pool.upsert(encoded(*change.new))
        pool.remove(change.gone)
        known |= {one.id: one for one in change.new}
        known = {name: one for name, one in known.items() if name not in change.gone}
    pool.compact()
    plain = Pool.of(encoded(*known.values()), BANK)
    for mine, theirs in zip(ranked(engine, pool.snapshot()), ranked(engine, plain), strict=True):
        assert [match.expert_id for match in mine.matches] == [match.expert_id for match in theirs.matches]
        for match, other in zip(mine.matches, theirs.matches, strict=True):
            assert match.raw_score == pytest.approx(other.raw_score, abs=1e-6)
        assert mine.exclusions == theirs.exclusions


def test_a_snapshot_stays_as_it_is_whatever_changes_after_it(engine: Engine) -> None:
    pool = LivePool(encoded(expert("a", TEXTS[0]), expert("b", TEXTS[1])), bank=BANK)
    snapshot = pool.snapshot()
    before = ranked(engine, snapshot)
    pool.upsert(encoded(expert("a", TEXTS[4]), expert("c", TEXTS[0])))
    pool.remove(["b"])
    pool.compact()
    assert ranked(engine, snapshot) == before
    assert ranked(engine, pool.snapshot()) != before


def test_an_expert_put_in_again_has_no_place_for_the_old_profile(engine: Engine) -> None:
    pool = LivePool(encoded(expert("a", TEXTS[0])), bank=BANK)
    pool.upsert(encoded(expert("a", TEXTS[4], title="教授")))
    snapshot = pool.snapshot()
    assert [one.title for one, live in zip(snapshot.experts, snapshot.live, strict=True) if live] == ["教授"]
    assert snapshot.get("a") == snapshot.experts[snapshot.number_of("a")]
    assert snapshot.where(lambda one: one.id == "a").sum() == 1
    (match,) = engine.rank(NEEDS[0], snapshot).matches
    assert match.evidence[0].text == TEXTS[4]


def test_an_expert_taken_out_is_not_found_and_who_was_never_there_does_no_harm() -> None:
    pool = LivePool(encoded(expert("a", TEXTS[0]), expert("b", TEXTS[1])), bank=BANK)
    pool.remove(["a", "nobody"])
    assert "a" not in pool
    assert pool.snapshot().get("a") is None
    with pytest.raises(UnknownChoiceError, match="valid: b"):
        pool.snapshot().number_of("a")


def test_every_change_and_every_new_base_has_a_version_of_its_own() -> None:
    pool = LivePool(encoded(expert("a", TEXTS[0])), bank=BANK)
    seen = [pool.snapshot().version]
    for change in (
        lambda: pool.upsert(encoded(expert("b", TEXTS[1]))),
        lambda: pool.remove(["a"]),
        pool.compact,
    ):
        change()
        seen.append(pool.snapshot().version)
        assert pool.version == seen[-1]
    assert len(set(seen)) == len(seen)
    assert pool.snapshot().plus(encoded(expert("c"))).version is None


def test_a_draft_profile_is_ranked_for_its_author_and_for_nobody_else(engine: Engine) -> None:
    pool = LivePool(encoded(expert("a", TEXTS[4]), expert("b", TEXTS[2])), bank=BANK)
    preview = pool.snapshot().plus(encoded(expert("a", TEXTS[0]), expert("draft", TEXTS[7])))
    assert {match.expert_id for match in engine.rank(NEEDS[1], preview).matches} == {"a", "b", "draft"}
    assert "draft" not in pool
    assert engine.rank(NEEDS[0], preview, top=0) == engine.rank(
        NEEDS[0],
        from_scratch([expert("b", TEXTS[2]), expert("a", TEXTS[0]), expert("draft", TEXTS[7])], preview),
        top=0,
    )


def test_vectors_of_another_encoder_are_refused_and_nothing_changes() -> None:
    pool = LivePool(encoded(expert("a", TEXTS[0])), bank=BANK)
    (other,) = encoded(expert("b", TEXTS[1]))
    shorter = replace(other, vectors=other.vectors[:, :100])
    with pytest.raises(ValueError, match=r"'b' has vectors of 100 numbers, the pool's have 384"):
        pool.upsert([*encoded(expert("c", TEXTS[2])), shorter])
    assert len(pool) == 1
    assert pool.version == 1


def test_passages_of_another_expert_or_without_vectors_are_refused() -> None:
    (one,) = encoded(expert("a", TEXTS[0]))
    with pytest.raises(ValueError, match="passages of another expert"):
        replace(one, expert=expert("b"))
    with pytest.raises(ValueError, match=r"1 passages but vectors of shape \(0, 384\)"):
        replace(one, vectors=one.vectors[:0])


def test_encoded_experts_have_their_own_passages_in_half_precision() -> None:
    experts = [expert("a", TEXTS[0], TEXTS[1]), expert("blank"), expert("b", TEXTS[2])]
    for one, whole in zip(encoded(*experts), experts, strict=True):
        assert (one.expert, one.passages) == (whole, passages_of(whole))
        texts = [passage.text for passage in one.passages]
        expected = ENCODER.passages(texts).astype(np.float16)
        assert one.vectors.tolist() == (expected.tolist() if texts else [])


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
