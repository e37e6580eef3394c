"""BM25 over passages, scored for chosen passages only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.lexical.tokens import tokens


class LexicalIndex:
    """BM25 weights (Lucene's variant, k1 = 1.2, b = 0.75, from bm25s) of every passage, row by row.

    `background` texts count toward document frequencies and the mean length but are never scored, so that a pool of
    three experts has the same idea of a rare word as one of three thousand.
    """

    def __init__(self, texts: Sequence[str], *, background: Sequence[str] = ()) -> None:
        from bm25s import BM25

        self._vocabulary: dict[str, int] = {}
        number = self._vocabulary
        ids = [[number.setdefault(token, len(number)) for token in tokens(text)] for text in (*texts, *background)]
        self._matrix = sparse.csr_matrix((len(texts), max(len(self._vocabulary), 1)), dtype=np.float32)
        self._best = np.zeros(self._matrix.shape[1], np.float32)
        if self._vocabulary:
            bm25 = BM25(method="lucene", k1=1.2, b=0.75)
            bm25.index((ids, self._vocabulary), show_progress=False, create_empty_token=False)
            parts = (bm25.scores["data"], bm25.scores["indices"], bm25.scores["indptr"])
            whole = sparse.csc_matrix(parts, shape=(len(ids), len(self._vocabulary)), dtype=np.float32)
            self._best = whole.max(axis=0).toarray().ravel()
            self._matrix = whole.tocsr()[: len(texts)]

    def scores(self, query: Sequence[str], rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """BM25 sum over the query's distinct tokens, for `rows` (all passages when None), shape `(len(rows),)`."""
        matrix = self._matrix if rows is None else self._matrix[rows]
        weights = np.zeros(matrix.shape[1], np.float32)
        weights[self._known(query)] = 1.0
        return np.asarray(matrix @ weights, np.float32)

    def share(self, query: Sequence[str], rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """`scores` as a share of the best that any text could have for this query, in [0, 1]."""
        best, scores = float(self._best[self._known(query)].sum()), self.scores(query, rows)
        return np.minimum(scores / best, np.float32(1)) if best else np.zeros_like(scores)

    def _known(self, query: Sequence[str]) -> list[int]:
        return sorted({self._vocabulary[token] for token in query if token in self._vocabulary})
