"""The embedded vector index: exact while it is small, 8-bit inverted lists (FAISS) once it has grown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np
import numpy.typing as npt

from matcher.index.arguments import ascending_ids, checked_ids, checked_vectors, distinct_ids, named
from matcher.index.best_first import Search, best_first, nothing
from matcher.index.exact import ExactVectors
from matcher.index.library import faiss
from matcher.index.protocol import Ids, Vectors
from matcher.index.quantised import QuantisedVectors

IndexKind = Literal["exact", "ivf"]

EXACT_LIMIT = 20_000
"""Up to this many vectors are compared one by one (3 ms a query of 896 dimensions)."""
_FEW_ALLOWED = 2_000
_SHRUNK = 2

_log = logging.getLogger(__name__)


class FaissIndex:
    """A `VectorIndex` in memory. It rebuilds itself when it grows past `exact_limit` or falls below half of it.

    `nprobe`: lists that a search opens once it is quantised; None: as many as hold about 125,000 vectors.
    `seed`: of the sample and of the k-means that make the lists.
    """

    def __init__(self, dim: int, *, exact_limit: int = EXACT_LIMIT, nprobe: int | None = None, seed: int = 0) -> None:
        if dim < 1 or exact_limit < 0 or (nprobe is not None and nprobe < 1):
            raise ValueError(f"need dim and nprobe above 0, got dim={dim}, exact_limit={exact_limit}, nprobe={nprobe}")
        self._dim, self.exact_limit, self.nprobe, self.seed = dim, exact_limit, nprobe, seed
        self.store: ExactVectors | QuantisedVectors = ExactVectors.empty(dim)
        self._ids: Ids = np.zeros(0, np.int64)

    @classmethod
    def restored(
        cls, store: ExactVectors | QuantisedVectors, *, exact_limit: int, nprobe: int | None, seed: int
    ) -> FaissIndex:
        """An index around vectors that were read from a file."""
        index = cls(int(store.index.d), exact_limit=exact_limit, nprobe=nprobe, seed=seed)
        index.store, index._ids = store, np.sort(store.ids())
        index._say("as it was saved")
        return index

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return self._dim

    @property
    def kind(self) -> IndexKind:
        """`exact` (float32, compared one by one) or `ivf` (8-bit inverted lists)."""
        return "exact" if isinstance(self.store, ExactVectors) else "ivf"

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """Every id, ascending."""
        return self._ids.copy()

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Adds vectors `(n, dim)` under new ids `(n,)`. Raises ValueError that names ids already there."""
        ids = distinct_ids(ids)
        vectors = checked_vectors(vectors, self._dim, len(ids))
        there = self._has(ids)
        if there.any():
            raise ValueError(f"ids already in the index: {named(ids[there])}; update() replaces their vectors")
        self._insert(ids, vectors)

    def update(self, ids: Ids, vectors: Vectors) -> None:
        """Replaces the vectors of these ids `(n,)` by `(n, dim)`; an id that is not there is added."""
        ids = distinct_ids(ids)
        vectors = checked_vectors(vectors, self._dim, len(ids))
        self._drop(ids[self._has(ids)])
        self._insert(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Removes vectors by id. Raises KeyError that names ids not there."""
        ids = np.unique(checked_ids(ids))
        self._require(ids)
        self._drop(ids)
        if self.kind == "ivf" and len(self) * _SHRUNK <= self.exact_limit:
            self.store = ExactVectors.of(self._ids, self.store.vectors(self._ids))
            self._say(f"shrunk to half of {self.exact_limit} or less; the vectors stay rounded to 8 bits")

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors as they are kept (8-bit ones read back), `(n, dim)`. Raises KeyError that names ids not there."""
        ids = checked_ids(ids)
        self._require(ids)
        return self.store.vectors(ids) if len(ids) else np.zeros((0, self._dim), np.float32)

    def search(self, queries: Vectors, k: int, *, allowed: Ids | None = None) -> tuple[Vectors, Ids]:
        """Inner products and ids, each `(q, k)`: see `VectorIndex.search`.

        Exact for an exact index, and for a quantised one (over the 8-bit vectors) where few ids are allowed: fewer than
        2,000 or 20 k, and, unless `nprobe` is given, 125,000. Equal vectors score equally.
        """
        if k < 1:
            raise ValueError(f"k must be 1 or more, not {k}")
        queries = checked_vectors(queries, self._dim)
        allowed = None if allowed is None else ascending_ids(allowed)
        most = len(self) if allowed is None else min(len(self), len(allowed))
        if not most:
            return nothing(len(queries), k)
        with _one_thread_for_one(len(queries)):
            return best_first(self._among(allowed), queries, k, most)

    def _among(self, allowed: Ids | None) -> Search:
        if allowed is None or len(allowed) >= _FEW_ALLOWED or self.kind == "exact":
            return self.store.search(allowed)
        there = allowed[self._has(allowed)]
        return ExactVectors.of(there, self.vectors(there)).search(None)

    def _has(self, ids: Ids) -> npt.NDArray[np.bool_]:
        places = np.searchsorted(self._ids, ids)
        return (
            np.asarray(np.take(self._ids, places, mode="clip") == ids) if len(self._ids) else np.zeros(len(ids), bool)
        )

    def _require(self, ids: Ids) -> None:
        there = self._has(ids)
        if not there.all():
            raise KeyError(f"ids not in the index: {named(ids[~there])}")

    def _drop(self, ids: Ids) -> None:
        if len(ids):
            self.store.remove(ids)
            self._ids = np.delete(self._ids, np.searchsorted(self._ids, ids))

    def _insert(self, ids: Ids, vectors: Vectors) -> None:
        """Adds new ids, into new lists where the ones there no longer serve."""
        if not len(ids):
            return
        why = self._why_rebuild(len(self) + len(ids), vectors)
        if why:
            self._rebuild(ids, vectors, why)
        else:
            self.store.add(ids, vectors)
        self._ids = np.sort(np.concatenate([self._ids, ids]), kind="stable")

    def _why_rebuild(self, size: int, new: Vectors) -> str:
        if isinstance(self.store, QuantisedVectors):
            return self.store.why_rebuild(size, new)
        return f"more than {self.exact_limit} vectors" if size > self.exact_limit else ""

    def _rebuild(self, ids: Ids, vectors: Vectors, why: str) -> None:
        old, old_ids, size = self.store, self._ids, len(self) + len(ids)

        def chunks() -> Iterator[tuple[Ids, Vectors]]:
            if len(old_ids):
                yield from old.chunks(old_ids)
            yield ids, vectors

        self.store = QuantisedVectors.of(chunks, size, nprobe=self.nprobe, seed=self.seed)
        self._say(why, size)

    def _say(self, why: str, size: int | None = None) -> None:
        form = "compared one by one"
        if isinstance(self.store, QuantisedVectors):
            form = f"8-bit, in {self.store.list_count} lists"
        _log.info("index of %d vectors of %d dimensions: %s (%s)", size or len(self), self._dim, form, why)


@contextmanager
def _one_thread_for_one(n_queries: int) -> Iterator[None]:
    """One query gives OpenMP nothing to share out, yet on a busy machine its idle threads cost 20 ms (3 without)."""
    threads = faiss.omp_get_max_threads()
    if n_queries == 1:
        faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
