"""The lexical features of passages: words in common and concepts in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.background import background_texts
from matcher.lexical import LexicalIndex, TermBank, WordStatistics, tokens
from matcher.types import LANGUAGES

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

HALF_EVIDENCE = 5.0
"""Shared concepts of this summed rarity (in nats) count half-way to certainty."""


@dataclass(frozen=True, slots=True, eq=False)
class LexicalStatistics:
    """How rare words and concepts (`rarity`, by concept, in nats) are: what makes scores of two pools comparable."""

    words: WordStatistics
    rarity: Floats


def squared(share: npt.NDArray[np.float32]) -> Floats:
    """The word feature from the share of the need's words: a word or two in common is chance, half is a quotation."""
    return np.asarray(share, np.float64) ** 2


def certainty(rarity: Floats) -> Floats:
    """The concept feature from the summed rarity of the shared concepts: in [0, 1), 0 when none is shared."""
    return np.asarray(rarity / (rarity + HALF_EVIDENCE), np.float64)


class LexicalFeatures:
    """Word and concept evidence of a fixed set of passages, for one need at a time.

    `statistics`: those of another pool; without them they are made from these texts and the background.
    """

    def __init__(self, texts: Sequence[str], bank: TermBank, statistics: LexicalStatistics | None = None) -> None:
        self._bank = bank
        self.concepts = _concept_matrix(texts, bank)
        if statistics is None:
            background = [text for language in LANGUAGES for text in background_texts()[language]]
            self.words_index = LexicalIndex(texts, background=background)
            self._background = _concept_matrix(background, bank)
            self.statistics = self._counted()
        else:
            self.words_index = LexicalIndex.under(statistics.words, texts)
            self._background = self.concepts[:0]
            self.statistics = statistics

    def changed(self, kept: Rows, texts: Sequence[str], *, recount: bool) -> LexicalFeatures:
        """The passages `kept` and, after them, new ones; kept texts are not read again.

        `recount`: with new statistics; else with the same, by which words that they do not have count for nothing.
        """
        features = LexicalFeatures.__new__(LexicalFeatures)
        features._bank, features._background = self._bank, self._background
        features.concepts = sparse.vstack([self.concepts[kept], _concept_matrix(texts, self._bank)], format="csr")
        features.words_index = self.words_index.changed(kept, texts, recount=recount)
        features.statistics = features._counted() if recount else self.statistics
        return features

    def _counted(self) -> LexicalStatistics:
        texts, background = self.concepts, self._background
        seen = np.asarray(texts.sum(axis=0) + background.sum(axis=0), np.int64).ravel()
        n_texts = texts.shape[0] + background.shape[0]
        return LexicalStatistics(self.words_index.statistics, np.log((1 + n_texts) / (1 + seen)))

    def words(self, query: Sequence[str], rows: Rows) -> Floats:
        """The squared share of the query's words, by rarity, that each passage has: `(len(rows),)` in [0, 1]."""
        return squared(self.words_index.share(query, rows))

    def terms(self, concepts: Sequence[int], rows: Rows) -> Floats:
        """How surely need and passage name the same concepts: `(len(rows),)` in [0, 1); 0 when none is shared."""
        wanted = np.zeros(self.concepts.shape[1])
        wanted[list(concepts)] = self.statistics.rarity[list(concepts)]
        return certainty(np.asarray(self.concepts[rows] @ wanted).ravel())

    def words_of(self, row: int) -> tuple[Rows, npt.NDArray[np.float32]]:
        """One passage's words, by number, and what each weighs."""
        return self.words_index.weights(row)

    def concepts_of(self, row: int) -> Rows:
        """One passage's concepts, ascending."""
        start, end = self.concepts.indptr[row : row + 2]
        return np.asarray(self.concepts.indices[start:end], np.int64)

    def of(self, need_text: str, rows: Rows) -> tuple[Floats, Floats]:
        """(words, terms) of every row for one need."""
        mentioned = [mention.concept for mention in self._bank.mentions(need_text)]
        return self.words(tokens(need_text), rows), self.terms(mentioned, rows)


def _concept_matrix(texts: Sequence[str], bank: TermBank) -> sparse.csr_matrix:
    found = [[mention.concept for mention in bank.mentions(text)] for text in texts]
    starts = np.cumsum([0, *map(len, found)])
    columns = np.array([concept for row in found for concept in row], np.int32)
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_matrix((ones, columns, starts), shape=(len(texts), max(len(bank.concepts), 1)))
