import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matcher.index import FaissIndex, VectorIndex
from tests.matcher.index.conftest import DIM, clustered


def test_it_is_a_vector_index(index: FaissIndex) -> None:
    as_protocol: VectorIndex = index
    assert (as_protocol.dim, len(as_protocol)) == (DIM, 1_000)


def test_vectors_come_back_in_the_order_asked_for(index: FaissIndex) -> None:
    ids = index.ids()[[5, 900, 5, 0]]
    assert np.abs(index.vectors(ids) - clustered(1_000, DIM, seed=2)[[5, 900, 5, 0]]).max() < 0.03


def test_no_vectors_have_a_shape_too(index: FaissIndex) -> None:
    assert index.vectors(np.zeros(0, np.int64)).shape == (0, DIM)


def test_an_id_already_there_is_refused_by_name_and_nothing_is_added(index: FaissIndex) -> None:
    with pytest.raises(ValueError, match=r"already in the index: 13, 16"):
        index.add(np.array([5, 13, 16]), clustered(3, DIM, seed=3))
    assert len(index) == 1_000
    assert 5 not in index.ids()


@pytest.mark.parametrize("change", ["add", "update"])
def test_an_id_given_twice_is_refused_by_name(index: FaissIndex, change: str) -> None:
    with pytest.raises(ValueError, match=r"must not repeat: 7"):
        getattr(index, change)(np.array([7, 8, 7]), clustered(3, DIM, seed=3))


@pytest.mark.parametrize(
    ("ids", "vectors", "message"),
    [
        ([-1], np.zeros((1, DIM)), "must not be negative: -1"),
        ([0.5], np.zeros((1, DIM)), "must be integers"),
        ([[1]], np.zeros((1, DIM)), "one dimension"),
        (np.array([2**63], np.uint64), np.zeros((1, DIM)), "63 bits"),
        ([1, 2], np.zeros((1, DIM)), "shape"),
        ([1], np.zeros((1, DIM - 1)), "shape"),
        ([1], np.full((1, DIM), np.inf), "row 0 is not"),
    ],
)
def test_wrong_arguments_are_refused(index: FaissIndex, ids: object, vectors: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        index.add(ids, vectors)
    assert len(index) == 1_000


def test_update_replaces_and_adds(index: FaissIndex) -> None:
    new = clustered(2, DIM, seed=3)
    index.update(np.array([7, 10]), new)
    assert len(index) == 1_001
    assert np.abs(index.vectors(np.array([7, 10])) - new).max() < 0.03


def test_a_removed_vector_is_never_found(index: FaissIndex) -> None:
    gone = index.ids()[::2]
    index.remove(gone)
    _, ids = index.search(clustered(3, DIM, seed=3), 1_000)
    assert set(ids[0].tolist()) == set(index.ids().tolist()) | {-1}
    assert not np.isin(gone, index.ids()).any()


@pytest.mark.parametrize("read", ["remove", "vectors"])
def test_an_id_not_there_is_named_and_nothing_is_removed(index: FaissIndex, read: str) -> None:
    with pytest.raises(KeyError, match="not in the index: 1, 2, 3, 4, 5 and 2 more"):
        getattr(index, read)(np.array([10, 1, 2, 3, 4, 5, 6, 7]))
    assert len(index) == 1_000


@pytest.mark.parametrize(("dim", "nprobe"), [(0, None), (3, 0)])
def test_an_index_needs_dimensions_and_lists_to_open(dim: int, nprobe: int | None) -> None:
    with pytest.raises(ValueError, match="above 0"):
        FaissIndex(dim, nprobe=nprobe)


class IndexLife(RuleBasedStateMachine):
    """Any sequence of changes, back and forth across the limit of 20, leaves what a dictionary would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.index, self.kept = FaissIndex(3, exact_limit=20), {}

    ids = st.lists(st.integers(0, 60), unique=True, max_size=30)

    def _vectors(self, ids: list[int], seed: int) -> np.ndarray:
        return np.random.default_rng(seed).normal(size=(len(ids), 3)).astype(np.float32)

    @rule(ids=ids, seed=st.integers(0, 1_000))
    def update(self, ids: list[int], seed: int) -> None:
        vectors = self._vectors(ids, seed)
        self.index.update(np.array(ids, np.int64), vectors)
        self.kept.update(zip(ids, vectors, strict=True))

    @rule(ids=ids, seed=st.integers(0, 1_000))
    def add(self, ids: list[int], seed: int) -> None:
        new = [id_ for id_ in ids if id_ not in self.kept]
        vectors = self._vectors(new, seed)
        self.index.add(np.array(new, np.int64), vectors)
        self.kept.update(zip(new, vectors, strict=True))

    @rule(ids=ids)
    def remove(self, ids: list[int]) -> None:
        there = [id_ for id_ in ids if id_ in self.kept]
        self.index.remove(np.array(there, np.int64))
        for id_ in there:
            del self.kept[id_]

    @invariant()
    def holds_what_was_put_in(self) -> None:
        ids = sorted(self.kept)
        assert self.index.ids().tolist() == ids
        assert len(self.index) == len(ids)
        if ids:
            kept = np.array([self.kept[id_] for id_ in ids])
            assert np.abs(self.index.vectors(np.array(ids)) - kept).max() < 0.25
            _, found = self.index.search(kept[:1], len(ids))
            assert sorted(found[0].tolist()) == ids


TestIndexLife = IndexLife.TestCase
TestIndexLife.settings = settings(deadline=None, max_examples=30, stateful_step_count=15)
