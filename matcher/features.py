"""The lexical features of passages: words in common and concepts in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.background import background_texts
from matcher.lexical import LexicalIndex, Mention, TermBank, tokens
from matcher.types import LANGUAGES

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

HALF_EVIDENCE = 5.0
"""Shared concepts of this summed rarity (in nats) count half-way to certainty."""


class LexicalFeatures:
    """Word and concept evidence of a fixed set of passages, for one need at a time."""

    def __init__(self, texts: Sequence[str], bank: TermBank) -> None:
        background = [text for language in LANGUAGES for text in background_texts()[language]]
        self._bank = bank
        self._words = LexicalIndex(texts, background=background)
        concepts = _concept_matrix([*texts, *background], bank)
        seen = np.asarray((concepts > 0).sum(axis=0)).ravel()
        self._rarity = np.log((1 + len(texts) + len(background)) / (1 + seen))
        self._concepts = concepts[: len(texts)]

    def words(self, query: Sequence[str], rows: Rows) -> Floats:
        """The squared share of the query's words, weighed by rarity, that each passage has: `(len(rows),)` in [0, 1].

        Squared, for a word or two in common is chance, while half of the words in common is a quotation.
        """
        return np.asarray(self._words.share(query, rows), np.float64) ** 2

    def terms(self, mentions: Sequence[Mention], rows: Rows) -> Floats:
        """How surely need and passage name the same concepts: `(len(rows),)` in [0, 1); 0 when none is shared."""
        wanted = np.zeros(self._concepts.shape[1])
        for mention in mentions:
            wanted[mention.concept] = self._rarity[mention.concept]
        rarity = np.asarray(self._concepts[rows] @ wanted).ravel()
        return np.asarray(rarity / (rarity + HALF_EVIDENCE), np.float64)

    def of(self, need_text: str, rows: Rows) -> tuple[Floats, Floats]:
        """(words, terms) of every row for one need."""
        return self.words(tokens(need_text), rows), self.terms(self._bank.mentions(need_text), rows)


def _concept_matrix(texts: Sequence[str], bank: TermBank) -> sparse.csr_matrix:
    found = [[mention.concept for mention in bank.mentions(text)] for text in texts]
    starts = np.cumsum([0, *map(len, found)])
    columns = np.array([concept for row in found for concept in row], np.int32)
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_matrix((ones, columns, starts), shape=(len(texts), max(len(bank.concepts), 1)))
