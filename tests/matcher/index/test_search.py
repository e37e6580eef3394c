import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.index import NO_ID, FaissIndex
from tests.matcher.index.conftest import DIM, brute_force, clustered, filled


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[FaissIndex, np.ndarray, np.ndarray, np.ndarray, int, np.ndarray | None]:
    """An index of whole numbers, whose inner products are exact whatever the order of summing, and full of ties."""
    n_vectors, dim = draw(st.integers(1, 60)), draw(st.integers(1, 20))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    ids = rng.choice(draw(st.sampled_from([100, 10**6, 2**40])), n_vectors, replace=False).astype(np.int64)
    spread = draw(st.sampled_from([0, 1, 3, 100]))
    vectors = rng.integers(-spread, spread + 1, (n_vectors, dim)).astype(np.float32)
    index = FaissIndex(dim)
    index.add(ids, vectors)
    queries = rng.integers(-3, 4, (draw(st.integers(0, 5)), dim)).astype(np.float32)
    share = draw(st.sampled_from([None, 0.0, 0.1, 0.5, 1.0]))
    allowed = None if share is None else np.sort(ids[rng.random(n_vectors) < share])
    return index, ids, vectors, queries, draw(st.integers(1, 80)), allowed


@given(small_cases())
@settings(deadline=None, max_examples=150)
def test_dense_search_equals_brute_force(case) -> None:
    index, ids, vectors, queries, k, allowed = case
    chosen = np.ones(len(ids), bool) if allowed is None else np.isin(ids, allowed)
    scores, found = index.search(queries, k, allowed=allowed)
    assert scores.shape == found.shape == (len(queries), k)
    assert (scores.dtype, found.dtype) == (np.float32, np.int64)
    for row, query in enumerate(queries):
        right_scores, right_ids = brute_force(vectors[chosen], ids[chosen], query, k)
        there = len(right_ids)
        np.testing.assert_array_equal(found[row, :there], right_ids)
        np.testing.assert_array_equal(scores[row, :there], right_scores)
        assert (found[row, there:] == NO_ID).all()
        assert np.isneginf(scores[row, there:]).all()


def test_dense_search_of_real_numbers_equals_brute_force() -> None:
    index = filled(3_000, exact_limit=5_000, dim=64)
    vectors = index.vectors(index.ids())
    for query in clustered(20, 64, seed=3):
        scores, ids = index.search(query[None], 50)
        right_scores, right_ids = brute_force(vectors, index.ids(), query, 50)
        np.testing.assert_allclose(scores[0], right_scores, atol=2e-6)
        np.testing.assert_array_equal(ids[0], right_ids)


def test_equal_vectors_come_in_the_order_of_their_ids(index: FaissIndex) -> None:
    twin = 2 * clustered(1, DIM, seed=9)
    ids = np.random.default_rng(0).permutation(np.arange(20_000, 20_400))
    index.add(ids, np.repeat(twin, 400, axis=0))
    for k in (1, 7, 399, 400):
        scores, found = index.search(twin, k)
        assert found[0].tolist() == list(range(20_000, 20_000 + k))
        assert len(set(scores[0].tolist())) == 1


def test_a_query_is_answered_the_same_alone_and_among_others(index: FaissIndex) -> None:
    queries = clustered(40, DIM, seed=4)
    together_scores, together = index.search(queries, 30)
    for row in range(len(queries)):
        scores, ids = index.search(queries[row : row + 1], 30)
        np.testing.assert_array_equal(ids[0], together[row])
        np.testing.assert_array_equal(scores[0], together_scores[row])


def test_missing_results_are_padded(index: FaissIndex) -> None:
    scores, ids = index.search(clustered(2, DIM, seed=4), 1_005)
    assert (ids[:, :1_000] != NO_ID).all()
    assert (ids[:, 1_000:] == NO_ID).all()
    assert np.isneginf(scores[:, 1_000:]).all()


def test_an_empty_index_finds_nothing() -> None:
    scores, ids = FaissIndex(DIM).search(clustered(2, DIM, seed=4), 3)
    assert (ids == NO_ID).all()
    assert np.isneginf(scores).all()


def test_nothing_is_found_that_is_not_allowed(index: FaissIndex) -> None:
    allowed = index.ids()[::7]
    _, ids = index.search(clustered(5, DIM, seed=4), 100, allowed=allowed)
    assert np.isin(ids, allowed).all()


def test_when_nobody_is_allowed_nothing_is_found(index: FaissIndex) -> None:
    _, ids = index.search(clustered(2, DIM, seed=4), 3, allowed=np.zeros(0, np.int64))
    assert (ids == NO_ID).all()


def test_allowed_ids_that_are_not_there_do_no_harm(index: FaissIndex) -> None:
    _, ids = index.search(clustered(1, DIM, seed=4), 4, allowed=np.array([11, 13, 14, 16, 2**40]))
    assert sorted(ids[0].tolist()) == [-1, -1, 13, 16]
    _, ids = index.search(clustered(1, DIM, seed=4), 4, allowed=np.array([11, 14]))
    assert (ids == NO_ID).all()


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(index: FaissIndex, k: int) -> None:
    with pytest.raises(ValueError, match="k must be 1 or more"):
        index.search(clustered(1, DIM, seed=4), k)


def test_allowed_ids_must_ascend(index: FaissIndex) -> None:
    with pytest.raises(ValueError, match="must ascend"):
        index.search(clustered(1, DIM, seed=4), 3, allowed=np.array([16, 13]))


@pytest.mark.parametrize("queries", [np.zeros((2, DIM + 1)), np.zeros(DIM), np.full((1, DIM), np.nan)])
def test_a_query_of_another_shape_or_not_finite_is_refused(index: FaissIndex, queries: np.ndarray) -> None:
    with pytest.raises(ValueError, match="vectors must"):
        index.search(queries, 3)
