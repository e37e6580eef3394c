"""Words counted, and what a corpus says of words: BM25 weights by statistics that may come from other texts."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.lexical.tokens import tokens

K1, B = 1.2, 0.75
MOST_COUNTED = np.iinfo(np.uint16).max
"""A word counts at most so many times in one text."""

Rows = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class WordStatistics:
    """What a corpus says of words: Lucene's BM25 (Kamphuis et al. 2020, without the constant k1 + 1), k1 1.2, b 0.75.

    `rarity` (v,) is the inverse document frequency by word number, `best` (v,) the highest weight that any text has
    for the word, 0 for a word that none has. `mean_length` is in tokens.
    """

    numbers: Mapping[str, int]
    rarity: Floats32
    mean_length: float
    best: Floats32

    def known(self, words: Sequence[str]) -> Rows:
        """The numbers of those words that some text has, ascending, each once."""
        numbers = {self.numbers[word] for word in words if word in self.numbers}
        found = np.array(sorted(numbers), np.int64)
        return found[self.best[found] > 0]

    def best_of(self, known: Rows) -> float:
        """The highest score that any text could have for these words."""
        return float(self.best[known].sum())


@dataclass(frozen=True, slots=True, eq=False)
class WordCounts:
    """How often each text has each word: `matrix` (n_texts, v), and every text's length in tokens, known or not."""

    matrix: sparse.csr_matrix
    lengths: npt.NDArray[np.int64]

    def rows(self, rows: Rows) -> WordCounts:
        """The counts of these texts."""
        return WordCounts(self.matrix[rows], self.lengths[rows])

    def widened(self, n_words: int) -> WordCounts:
        """The same counts with room for more words."""
        matrix = self.matrix
        parts = (matrix.data, matrix.indices, matrix.indptr)
        return WordCounts(sparse.csr_matrix(parts, shape=(matrix.shape[0], n_words)), self.lengths)

    def weights(self, statistics: WordStatistics, places: Rows, row: Rows) -> Floats32:
        """BM25 weights of the entries at `places` of the matrix, which stand in these rows; float32, same shape."""
        count = self.matrix.data[places].astype(np.float64)
        norm = K1 * ((1 - B) + B * self.lengths[row] / statistics.mean_length)
        share = count / (norm + count)
        return np.asarray(statistics.rarity[self.matrix.indices[places]] * share, np.float32)


def stacked(parts: Sequence[WordCounts]) -> WordCounts:
    """The texts of several counts one after another; all have the same words."""
    matrix = sparse.vstack([part.matrix for part in parts], format="csr")
    return WordCounts(matrix, np.concatenate([part.lengths for part in parts]))


def count_known(texts: Sequence[str], numbers: Mapping[str, int], n_words: int) -> WordCounts:
    """Counts of the words that have a number; others count toward the length only."""
    return _count((tokens(text) for text in texts), numbers, n_words)


def count_all(texts: Sequence[str], numbers: Mapping[str, int]) -> tuple[WordCounts, dict[str, int]]:
    """Counts of every word, and the numbers with those that new words got."""
    grown = dict(numbers)
    split = [tokens(text) for text in texts]
    for words in split:
        for word in words:
            grown.setdefault(word, len(grown))
    return _count(split, grown, len(grown)), grown


def statistics_of(counts: WordCounts, numbers: Mapping[str, int]) -> WordStatistics:
    """What these texts say of their words."""
    matrix, n_texts = counts.matrix, len(counts.lengths)
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    different, place = np.unique(seen, return_inverse=True)
    idf = [math.log(1 + (n_texts - df + 0.5) / (df + 0.5)) for df in different.tolist()]
    statistics = WordStatistics(
        numbers,
        rarity=np.array(idf, np.float32)[place].reshape(-1),
        mean_length=float(counts.lengths.mean()) if n_texts else 0.0,
        best=np.zeros(matrix.shape[1], np.float32),
    )
    if matrix.nnz:
        row = np.repeat(np.arange(n_texts), np.diff(matrix.indptr))
        np.maximum.at(statistics.best, matrix.indices, counts.weights(statistics, np.arange(matrix.nnz), row))
    return statistics


def _count(split: Iterable[Sequence[str]], numbers: Mapping[str, int], n_words: int) -> WordCounts:
    columns, counts, starts, lengths = array("i"), array("H"), array("q", [0]), array("q")
    for words in split:
        times = Counter(words)
        known = sorted((numbers[word], count) for word, count in times.items() if word in numbers)
        columns.extend(number for number, _ in known)
        counts.extend(min(count, MOST_COUNTED) for _, count in known)
        starts.append(len(columns))
        lengths.append(len(words))
    parts = (np.array(counts, np.uint16), np.array(columns, np.int32), np.array(starts, np.int64))
    matrix = sparse.csr_matrix(parts, shape=(len(lengths), max(n_words, 1)))
    return WordCounts(matrix, np.array(lengths, np.int64))
