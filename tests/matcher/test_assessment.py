"""Scores of everybody as arrays, filters that act inside the search, and reasons for a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.background import Background
from matcher.encoders import VectorCache
from matcher.encoders.cache import content_key
from matcher.engine import Engine
from matcher.errors import UnknownChoiceError
from matcher.index import FaissIndex
from matcher.live import LivePool
from matcher.pool import Pool
from matcher.searchable import Mask, Searchable
from matcher.text import passages_of
from matcher.types import LANGUAGES, Expert, Ranking
from tests.matcher.conftest import BANK, HashingEncoder, expert, need
from tests.matcher.test_cache import FakeModel, encoder_with

MakePool = Callable[..., Pool]

WANTED = need("地里的枸杞得了黑果病，果子发黑，想请人来教怎么防治", days_per_year=20)
PROVINCES = ("江苏省", "浙江省", "上海市")
CROWD = tuple(
    expert(f"m{n:03d}", f"{crop}的{method}研究", days_per_year=days, province=PROVINCES[n % 3])
    for n, (crop, method, days) in enumerate(
        product(("枸杞", "马铃薯", "青稞", "苹果"), ("黑果病防治", "晚疫病监测", "育种"), (5, 20, 30))
    )
)
PEOPLE = (*CROWD, Expert("blank", days_per_year=30), expert("twin-b", "枸杞"), expert("twin-a", "枸杞"))


@pytest.fixture(scope="module")
def pool(pool_of: MakePool) -> Pool:
    return pool_of(*PEOPLE)


@pytest.fixture(scope="module")
def halves(encoder: HashingEncoder) -> Searchable:
    """The same experts in two segments: half of them have changed since the base was made."""
    from matcher.encoded import encode_experts

    live = LivePool(encode_experts(PEOPLE, encoder), bank=BANK)
    return live.snapshot().plus(encode_experts(PEOPLE[::2], encoder))


@pytest.fixture(scope="module")
def whole(engine: Engine, pool: Pool) -> Ranking:
    """Everybody with every reason, the plain way."""
    return engine.rank(WANTED, pool, top=0, show_excluded=True)


def test_the_arrays_say_who_may_and_how_everybody_scores(engine: Engine, pool: Pool, whole: Ranking) -> None:
    found = engine.assess(WANTED, pool)
    by_id = {match.expert_id: match for match in whole.matches}
    excluded = {exclusion.expert_id for exclusion in whole.exclusions}
    assert found.is_complete
    for number, one in enumerate(pool.experts):
        assert found.allowed[number] == (one.id not in excluded)
        if one.id in by_id:
            assert found.raw[number] == by_id[one.id].raw_score
            assert found.probability[number] == by_id[one.id].score
        else:
            assert np.isnan(found.raw[number])
            assert np.isnan(found.probability[number])


def test_the_order_is_that_of_the_ranking_and_twins_stand_by_id(engine: Engine, pool: Pool, whole: Ranking) -> None:
    found = engine.assess(WANTED, pool)
    assert list(found.ids()) == [match.expert_id for match in whole.matches]
    assert found.ids().index("twin-a") + 1 == found.ids().index("twin-b")
    assert found.experts(0, 2) == tuple(pool.get(name) for name in found.ids(0, 2))


@pytest.mark.parametrize(("start", "stop"), [(0, 10), (10, 20), (20, 30)])
def test_a_page_of_reasons_is_that_page_of_the_whole_list(engine: Engine, pool: Pool, start: int, stop: int) -> None:
    found = engine.assess(WANTED, pool)
    everybody = engine.matches(found, found.ids())
    assert [match.rank for match in everybody] == list(range(1, len(everybody) + 1))
    assert engine.matches(found, found.ids(start, stop)) == everybody[start:stop]


def test_reasons_come_for_any_experts_in_any_order(engine: Engine, pool: Pool) -> None:
    found = engine.assess(WANTED, pool)
    by_id = {match.expert_id: match for match in engine.matches(found, found.ids())}
    asked = [found.ids()[place] for place in (7, 2, 2, 11)]
    assert engine.matches(found, asked) == tuple(by_id[name] for name in asked)
    assert engine.matches(found, ["blank"]) == ()
    with pytest.raises(UnknownChoiceError, match="nobody"):
        engine.matches(found, ["nobody"])


def test_reasons_in_several_segments_are_those_of_one(engine: Engine, pool: Pool, halves: Searchable) -> None:
    mine, theirs = engine.assess(WANTED, pool), engine.assess(WANTED, halves)
    assert engine.matches(theirs, theirs.ids()) == engine.matches(mine, mine.ids())
    assert engine.exclusions(theirs) == engine.exclusions(mine)


def test_an_excluded_expert_has_the_rank_that_it_would_have(engine: Engine, pool: Pool, whole: Ranking) -> None:
    found = engine.assess(WANTED, pool)
    for exclusion in whole.exclusions:
        (match,) = engine.matches(found, [exclusion.expert_id])
        ahead = [one for one in whole.matches if (-one.raw_score, one.expert_id) < (-match.raw_score, match.expert_id)]
        assert match.rank == len(ahead) + 1
        assert found.standing(exclusion.expert_id) is None


MASKS = st.lists(st.booleans(), min_size=len(PEOPLE), max_size=len(PEOPLE)).map(lambda bits: np.array(bits, bool))


@given(within=MASKS)
@settings(max_examples=60, deadline=None)
def test_a_filter_leaves_the_order_as_it_is_and_drops_who_is_outside(engine: Engine, pool: Pool, within: Mask) -> None:
    plain, filtered = engine.assess(WANTED, pool), engine.assess(WANTED, pool, within=within)
    inside = {one.id for one, is_in in zip(pool.experts, within, strict=True) if is_in}
    assert list(filtered.ids()) == [name for name in plain.ids() if name in inside]
    assert plain.restricted(within).ids() == filtered.ids()
    assert filtered.restricted(None).ids() == plain.ids()
    for place, name in enumerate(plain.ids(), 1):
        standing = filtered.standing(name)
        assert standing is not None
        assert (standing.rank, standing.of) == (place, len(plain.ids()))
        assert standing.of_within == len(filtered.ids())
        expected = filtered.ids().index(name) + 1 if name in inside else None
        assert standing.rank_within == expected


def test_who_stands_behind_is_a_share_of_all_eligible_experts(engine: Engine, pool: Pool) -> None:
    found = engine.assess(WANTED, pool)
    shares = [standing.position.percentile for name in found.ids() if (standing := found.standing(name))]
    assert shares == [100 * behind // len(shares) or None for behind in reversed(range(len(shares)))]


def test_a_facet_is_counted_by_masks_alone(engine: Engine, pool: Pool) -> None:
    found = engine.assess(WANTED, pool)
    for province in PROVINCES:
        count = int((pool.where(lambda one, province=province: one.province == province) & found.allowed).sum())
        assert count == sum(one.province == province and one.days_per_year in (None, 20, 30) for one in pool.experts)
    assert (pool.mask(WANTED) == found.allowed).all()


def test_a_query_vector_that_is_given_is_taken(engine: Engine, pool: Pool) -> None:
    other = engine.encode_need(need("风机叶片结冰"))
    assert (engine.assess(WANTED, pool, query=other).query == other).all()
    prepared = engine.prepare_need(WANTED)
    assert (engine.assess(prepared, pool).raw == engine.assess(WANTED, pool).raw).sum() == len(CROWD) * 2 / 3 + 2
    assert engine.explain(prepared, pool, "m001") == engine.explain(WANTED, pool, "m001")


def test_a_need_being_typed_is_encoded_once_and_never_written_to_disk(engine: Engine, tmp_path: Path) -> None:
    model, cache = FakeModel(), VectorCache(tmp_path)
    typing = Engine(
        encoder=encoder_with(model, cache),
        background=Background(dict.fromkeys(LANGUAGES, np.ones((2, 3), np.float32))),
        bank=BANK,
        profile=engine.profile,
        explainer=engine.explainer,
    )
    drafts = [need(text) for text in ("枸", "枸杞", "枸杞", "枸")]
    vectors = [typing.prepare_need(draft, keep=False).query.tolist() for draft in drafts]
    assert vectors == [*vectors[:2], *vectors[1::-1]]
    assert model.encoded == [("query", "枸"), ("query", "枸杞")]
    assert cache.get([content_key("fake-1", "query", text) for text in ("枸", "枸杞")]) == {}
    assert typing.encode_need(drafts[1]).tolist() == vectors[1]
    assert len(cache.get([content_key("fake-1", "query", "枸杞")])) == 1


@pytest.fixture
def large(encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """The crowd as a pool in which the index proposes ten passages and the rest are not scored."""
    passages = [passage for one in PEOPLE for passage in passages_of(one)]
    vectors = encoder.passages([passage.text for passage in passages])
    pool = Pool(PEOPLE, passages, vectors, bank=BANK, make_index=lambda dim: FaissIndex(dim, exact_limit=10))
    monkeypatch.setattr("matcher.pool.EXACT_PASSAGES", 15)
    monkeypatch.setattr("matcher.pool.CANDIDATES", 10)
    return pool


def test_in_a_large_pool_the_filter_acts_inside_the_search(engine: Engine, large: Pool) -> None:
    last = set(engine.assess(WANTED, large, everybody=True).ids()[-10:])
    within = large.where(lambda one: one.id in last)
    assert last.isdisjoint(engine.assess(WANTED, large).ids())
    found = engine.assess(WANTED, large, within=within)
    assert set(found.ids()) == last
    assert not found.is_complete
    standing = found.standing(found.ids()[0])
    assert standing is not None
    assert standing.of == 26
    assert (standing.rank_within, standing.of_within) == (1, 10)


def test_in_a_large_pool_few_who_are_kept_out_are_dropped_from_what_the_index_finds(
    engine: Engine, large: Pool
) -> None:
    best = engine.assess(need(WANTED.problem), large, everybody=True).ids(0, 12)
    out = large.where(lambda one: one.id not in best[:4])
    kept = engine.prepare_need(need(WANTED.problem))
    rows = large.candidate_rows(kept.query, out, kept.spread)
    proposed = {large.experts[number].id for number in large.owner(rows)}
    assert len(proposed) == 10
    assert proposed.isdisjoint(best[:4])
    assert set(best[4:8]) <= proposed
