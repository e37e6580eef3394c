"""What the engine asks of a vector index, whichever library keeps the vectors."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

NO_ID = -1
"""Stands, with a score of minus infinity, where fewer than k vectors exist."""


class VectorIndex(Protocol):
    """Vectors by id, found by inner product. Ids are integers of 0 and more, each there at most once.

    A call that raises has changed nothing. Several threads may read at once; whoever changes an index keeps
    everyone else out meanwhile.
    """

    @property
    def dim(self) -> int:
        """Numbers in a vector."""

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Adds vectors `(n, dim)` under new ids `(n,)`. Raises ValueError that names ids already there."""

    def update(self, ids: Ids, vectors: Vectors) -> None:
        """Replaces the vectors of these ids `(n,)` by `(n, dim)`; an id that is not there is added."""

    def remove(self, ids: Ids) -> None:
        """Removes vectors by id. Raises KeyError that names ids not there."""

    def search(self, queries: Vectors, k: int, *, allowed: Ids | None = None) -> tuple[Vectors, Ids]:
        """Inner products and ids, each `(q, k)`, of the k best for each query `(q, dim)`, best first, ties by lower id.

        `allowed`: the only ids that may be found, ascending (ids not there do no harm); all when None.
        Where fewer than k exist the score is minus infinity and the id `NO_ID`.
        """

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors as they are kept (quantised, say), `(n, dim)`. Raises KeyError that names ids not there."""

    def ids(self) -> Ids:
        """Every id, ascending."""
