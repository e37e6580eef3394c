"""Few vectors: kept as they are and compared one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matcher.index.best_first import Search
from matcher.index.library import faiss
from matcher.index.protocol import Ids, Vectors
from matcher.index.selection import selector


class ExactVectors:
    """float32 vectors in a flat FAISS index under their ids. Arguments are checked by the caller."""

    def __init__(self, index: Any) -> None:
        self.index = index

    @classmethod
    def empty(cls, dim: int) -> ExactVectors:
        """Room for vectors of `dim` numbers."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dim)))

    @classmethod
    def of(cls, ids: Ids, vectors: Vectors) -> ExactVectors:
        """These vectors `(n, dim)` under these ids."""
        store = cls.empty(vectors.shape[1])
        store.add(ids, vectors)
        return store

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Adds vectors under new ids."""
        self.index.add_with_ids(vectors, ids)

    def remove(self, ids: Ids) -> None:
        """Removes ids that are there."""
        self.index.remove_ids(faiss.IDSelectorBatch(ids))

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of ids that are there, `(n, dim)`."""
        found: Vectors = self.index.reconstruct_batch(ids)
        return found

    def chunks(self, ids: Ids) -> Iterator[tuple[Ids, Vectors]]:
        """These ids with their vectors, in one piece, for there are few."""
        yield ids, self.vectors(ids)

    def ids(self) -> Ids:
        """Every id, in the order kept."""
        kept: Ids = faiss.vector_to_array(self.index.id_map)
        return kept

    def search(self, allowed: Ids | None) -> Search:
        """A search among these ids, all when None."""
        settings = None if allowed is None else faiss.SearchParameters(sel=selector(allowed))

        def search(queries: Vectors, depth: int) -> tuple[Vectors, Ids]:
            scores, ids = self.index.search(queries, depth, params=settings)
            return scores, ids

        return search
