"""BM25 over passages, scored for chosen passages only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.lexical.counts import Rows, WordCounts, WordStatistics, count_all, count_known, stacked, statistics_of

Floats32 = npt.NDArray[np.float32]


class LexicalIndex:
    """BM25 of every passage, row by row: `counts` of their words, weighed by `statistics`.

    `background` texts count toward document frequencies and the mean length but are never scored, so that a pool of
    three experts has the same idea of a rare word as one of three thousand. Weights are worked out for the few words
    that a query has, so that the same counts serve under other statistics.
    """

    def __init__(self, texts: Sequence[str], *, background: Sequence[str] = ()) -> None:
        whole, numbers = count_all((*texts, *background), {})
        n_texts, n_whole = len(texts), len(texts) + len(background)
        self.statistics = statistics_of(whole, numbers)
        self.counts = whole.rows(np.arange(n_texts))
        self._background = whole.rows(np.arange(n_texts, n_whole))

    @classmethod
    def under(cls, statistics: WordStatistics, texts: Sequence[str]) -> LexicalIndex:
        """An index of these texts by the statistics of others; words that those do not have count for nothing."""
        counts = count_known(texts, statistics.numbers, len(statistics.best))
        return cls._of(counts, counts.rows(np.zeros(0, np.int64)), statistics)

    @classmethod
    def _of(cls, counts: WordCounts, background: WordCounts, statistics: WordStatistics) -> LexicalIndex:
        index = cls.__new__(cls)
        index.counts, index._background, index.statistics = counts, background, statistics
        return index

    def changed(self, kept: Rows, texts: Sequence[str], *, recount: bool) -> LexicalIndex:
        """An index of the passages `kept` and, after them, new ones; kept texts are not read again.

        `recount`: with new statistics; else with the same.
        """
        old = self.counts.rows(kept)
        if not recount:
            new = count_known(texts, self.statistics.numbers, old.matrix.shape[1])
            return self._of(stacked([old, new]), self._background, self.statistics)
        new, numbers = count_all(texts, self.statistics.numbers)
        old, background = (part.widened(new.matrix.shape[1]) for part in (old, self._background))
        statistics = statistics_of(stacked([old, new, background]), numbers)
        return self._of(stacked([old, new]), background, statistics)

    def scores(self, query: Sequence[str], rows: Rows | None = None) -> Floats32:
        """BM25 sum over the query's distinct tokens, for `rows` (all passages when None), shape `(len(rows),)`."""
        return self._sum(self.statistics.known(query), rows)

    def share(self, query: Sequence[str], rows: Rows | None = None) -> Floats32:
        """`scores` as a share of the best that any text could have for this query, in [0, 1]."""
        known = self.statistics.known(query)
        best, scores = self.statistics.best_of(known), self._sum(known, rows)
        return np.minimum(scores / best, np.float32(1)) if best else np.zeros_like(scores)

    def weights(self, row: int) -> tuple[Rows, Floats32]:
        """The words of one passage, by number, and their weights."""
        start, end = (int(place) for place in self.counts.matrix.indptr[row : row + 2])
        places = np.arange(start, end)
        return self.counts.matrix.indices[start:end], self.counts.weights(self.statistics, places, np.array([row]))

    def _sum(self, known: Rows, rows: Rows | None) -> Floats32:
        matrix = self.counts.matrix
        rows = np.arange(matrix.shape[0]) if rows is None else rows
        wanted = np.zeros(matrix.shape[1], bool)
        wanted[known] = True
        starts, sizes = matrix.indptr[rows], np.diff(matrix.indptr)[rows]
        ends = np.cumsum(sizes, dtype=np.int64)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)
        hit = np.flatnonzero(wanted[matrix.indices[places]])
        at = np.searchsorted(ends, hit, side="right")
        weights = self.counts.weights(self.statistics, places[hit], rows[at])
        # A matrix-vector product adds up each row in the order of its words: equal passages score equally.
        bounds = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(rows)))])
        parts = (weights, np.zeros(len(hit), np.int32), bounds)
        return np.asarray(sparse.csr_matrix(parts, shape=(len(rows), 1)) @ np.ones(1, np.float32), np.float32)
