import logging

import numpy as np
import pytest

from matcher.index import FaissIndex
from matcher.index.protocol import Ids, Vectors
from tests.matcher.index.conftest import brute_force, clustered, filled

N, WIDE = 30_000, 64


@pytest.fixture(scope="module")
def big() -> FaissIndex:
    """30,000 quantised vectors; a search opens an eighth of the lists."""
    index = filled(N, exact_limit=1_000, dim=WIDE, nprobe=64)
    assert index.kind == "ivf"
    return index


@pytest.fixture(scope="module")
def narrow() -> FaissIndex:
    """The same vectors; a search opens four lists unless it has to open more."""
    return filled(N, exact_limit=1_000, dim=WIDE, nprobe=4)


@pytest.fixture(scope="module")
def truth() -> Vectors:
    """The vectors of `big` before they were rounded."""
    return clustered(N, WIDE, seed=2)


def recall(index: FaissIndex, vectors: Vectors, ids: Ids, queries: Vectors, allowed: Ids | None = None) -> float:
    """The share of the true best 50 that are found."""
    _, found = index.search(queries, 50, allowed=allowed)
    right = [brute_force(vectors, ids, query, 50)[1] for query in queries]
    return float(np.mean([np.isin(right[row], found[row]).mean() for row in range(len(queries))]))


def test_an_eighth_of_the_lists_holds_99_percent_of_the_best_50(big: FaissIndex, truth: Vectors) -> None:
    assert recall(big, truth, big.ids(), clustered(200, WIDE, seed=5)) >= 0.99


def test_the_usual_setting_finds_99_percent_of_the_best_50(truth: Vectors, big: FaissIndex) -> None:
    usual = FaissIndex(WIDE, exact_limit=1_000)
    usual.add(big.ids(), truth)
    assert recall(usual, truth, usual.ids(), clustered(200, WIDE, seed=5)) >= 0.99


def test_where_a_part_is_allowed_recall_is_as_good(big: FaissIndex, truth: Vectors) -> None:
    chosen = np.random.default_rng(0).random(N) < 0.2
    allowed = big.ids()[chosen]
    assert len(allowed) > 2_000
    assert recall(big, truth[chosen], allowed, clustered(200, WIDE, seed=5), allowed) >= 0.99


@pytest.mark.parametrize("n_allowed", [1, 49, 50, 1_999])
def test_no_allowed_id_is_lost_when_few_are_allowed(narrow: FaissIndex, n_allowed: int) -> None:
    allowed = np.sort(np.random.default_rng(n_allowed).choice(narrow.ids(), n_allowed, replace=False))
    kept = narrow.vectors(allowed)
    for query in clustered(10, WIDE, seed=6):
        _, found = narrow.search(query[None], n_allowed, allowed=allowed)
        _, right = brute_force(kept, allowed, query, n_allowed)
        assert set(found[0].tolist()) == set(allowed.tolist())
        _, best = narrow.search(query[None], min(n_allowed, 20), allowed=allowed)
        assert set(best[0].tolist()) == set(right[:20].tolist())


@pytest.mark.parametrize("k", [101, 2_500])
def test_no_allowed_id_is_lost_when_fewer_than_twenty_times_k_are_allowed(narrow: FaissIndex, k: int) -> None:
    allowed = narrow.ids()[:: N // 2_000]
    assert 2_000 <= len(allowed) < 20 * k
    query = clustered(1, WIDE, seed=6)
    _, found = narrow.search(query, k, allowed=allowed)
    _, right = brute_force(narrow.vectors(allowed), allowed, query[0], k)
    assert set(found[0].tolist()) - {-1} == set(right.tolist())


def test_every_vector_is_found_when_as_many_are_asked_for_as_there_are() -> None:
    index = filled(3_000, exact_limit=1_000, nprobe=1)
    _, ids = index.search(clustered(3, 16, seed=6), 3_000)
    for row in ids:
        assert set(row.tolist()) == set(index.ids().tolist())


def test_opening_too_few_lists_for_k_opens_the_others() -> None:
    index = filled(30_000, exact_limit=1_000, nprobe=1)
    _, ids = index.search(clustered(5, 16, seed=6), 1_000)
    assert (ids >= 0).all()


def test_kept_vectors_are_near_the_given_ones(big: FaissIndex, truth: Vectors) -> None:
    off = np.linalg.norm(big.vectors(big.ids()) - truth, axis=1) / np.linalg.norm(truth, axis=1)
    assert off.max() < 0.05


def test_growing_past_the_limit_keeps_every_vector(caplog: pytest.LogCaptureFixture) -> None:
    index = FaissIndex(16, exact_limit=1_000)
    vectors, ids = clustered(2_500, 16, seed=2), np.random.default_rng(0).permutation(9_000)[:2_500]
    with caplog.at_level(logging.INFO, "matcher.index"):
        for start in range(0, 2_500, 250):
            index.add(ids[start : start + 250], vectors[start : start + 250])
            assert index.kind == ("exact" if start + 250 <= 1_000 else "ivf")
    assert index.ids().tolist() == sorted(ids.tolist())
    assert np.abs(index.vectors(ids) - vectors).max() < 0.05
    assert "index of 1250 vectors of 16 dimensions: 8-bit, in 128 lists (more than 1000 vectors)" in caplog.text


def test_growing_far_makes_more_lists(caplog: pytest.LogCaptureFixture) -> None:
    index = filled(1_100, exact_limit=1_000)
    with caplog.at_level(logging.INFO, "matcher.index"):
        index.add(np.arange(12_000) + 50_000, clustered(12_000, 16, seed=7))
    assert "in 512 lists (128 lists have become too few)" in caplog.text
    assert recall(index, index.vectors(index.ids()), index.ids(), clustered(50, 16, seed=5)) >= 0.99


def test_longer_vectors_than_those_before_are_not_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    index = filled(1_100, exact_limit=1_000)
    longer = 10 * clustered(5, 16, seed=7)
    with caplog.at_level(logging.INFO, "matcher.index"):
        index.add(np.arange(5), longer)
    assert "outside the range" in caplog.text
    assert np.abs(index.vectors(np.arange(5)) - longer).max() < 0.2
    assert len(index) == 1_105


def test_shrinking_to_half_the_limit_makes_it_exact_again(caplog: pytest.LogCaptureFixture) -> None:
    index = filled(1_200, exact_limit=1_000)
    before = index.vectors(index.ids())
    with caplog.at_level(logging.INFO, "matcher.index"):
        index.remove(index.ids()[501:])
        assert index.kind == "ivf"
        index.remove(index.ids()[500:])
    assert index.kind == "exact"
    assert "index of 500 vectors of 16 dimensions: compared one by one" in caplog.text
    np.testing.assert_array_equal(index.vectors(index.ids()), before[:500])


def test_the_same_seed_makes_the_same_index() -> None:
    queries = clustered(20, 16, seed=5)
    first, second = (filled(5_000, exact_limit=1_000, nprobe=4).search(queries, 20) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
