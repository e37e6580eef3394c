"""A pool that changes gives what a pool made from scratch gives, after any changes, to any number of readers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine import Engine
from matcher.errors import UnknownChoiceError
from matcher.live import LivePool
from matcher.pool import Pool
from matcher.text import passages_of
from matcher.types import Expert
from tests.matcher.conftest import BANK, expert
from tests.matcher.live_pools import ENCODER, IDS, NEEDS, TEXTS, encoded, from_scratch, ranked


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
