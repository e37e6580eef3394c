"""Experts made searchable: passages, vectors, lexical evidence and eligibility, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.eligibility import EligibilityTable
from matcher.encoders.encoder import Encoder, Progress, Vectors
from matcher.errors import UnknownChoiceError
from matcher.features import LexicalFeatures
from matcher.fusion import Spread, normalise_scores
from matcher.index import FaissIndex, VectorIndex
from matcher.lexical import TermBank
from matcher.text import passages_of
from matcher.types import LANGUAGES, Expert, Language, Passage

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
IndexFactory = Callable[[int], VectorIndex]

EXACT_PASSAGES = 20_000
"""Up to this many passages every one is scored; above, the index proposes experts first."""
CANDIDATES = 1_000
"""Passages that the index proposes per language; all passages of their experts are then scored."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Passage row → expert number and language; each expert's rows stand together."""

    owner: Rows
    is_english: Mask
    first_row: Rows


class Pool:
    """The experts of one search. Passage rows and expert numbers are positions in `passages` and `experts`.

    `id_order[number]` is where the expert's id stands among all ids; it breaks ties.
    """

    def __init__(
        self,
        experts: Sequence[Expert],
        passages: Sequence[Passage],
        vectors: Vectors,
        *,
        bank: TermBank,
        make_index: IndexFactory = FaissIndex,
    ) -> None:
        self.experts, self.passages = tuple(experts), tuple(passages)
        self.table = EligibilityTable(self.experts)
        self.lexical = LexicalFeatures([passage.text for passage in self.passages], bank)
        self.id_order = np.argsort(np.argsort(np.array([expert.id for expert in self.experts], dtype=str)))
        self._layout = _lay_out(self.experts, self.passages)
        # Half precision, as the encoder's cache has them; the indexes propose, these decide.
        self._vectors = vectors.astype(np.float16)
        self.indexes: dict[Language, VectorIndex] = {}
        for language in LANGUAGES:
            rows = np.flatnonzero(self._layout.is_english == (language == "en")).astype(np.int64)
            if len(rows):
                self.indexes[language] = make_index(vectors.shape[1])
                self.indexes[language].add(rows, vectors[rows])

    @classmethod
    def build(
        cls, experts: Sequence[Expert], encoder: Encoder, bank: TermBank, progress: Progress | None = None
    ) -> Pool:
        """Cuts the experts into passages and encodes them (through the encoder's cache)."""
        passages = [passage for expert in experts for passage in passages_of(expert)]
        vectors = encoder.passages([passage.text for passage in passages], progress)
        return cls(experts, passages, vectors, bank=bank)

    def owner(self, rows: Rows) -> Rows:
        """The expert number of each passage row."""
        return self._layout.owner[rows]

    def allowed_rows(self, allowed: Mask) -> Rows:
        """All rows of the allowed experts, ascending."""
        return np.flatnonzero(allowed[self._layout.owner]).astype(np.int64)

    def candidate_rows(self, query: npt.NDArray[np.float32], allowed: Mask, spread: Spread) -> Rows:
        """Rows to score, ascending: all of the allowed experts', or all of those whom the index proposes."""
        everybody = bool(allowed.all())
        if everybody and len(self.passages) > EXACT_PASSAGES:
            rows = np.zeros(0, np.int64)  # not looked at: 500,000 of them would cost more than the search
        else:
            rows = self.allowed_rows(allowed)
            if len(rows) <= EXACT_PASSAGES:
                return rows
        proposed = []
        for language, index in self.indexes.items():
            own = None if everybody else rows[self._layout.is_english[rows] == (language == "en")]
            scores, ids = index.search(query[None, :], CANDIDATES, allowed=own)
            found = ids[0] >= 0
            comparable = (scores[0][found] - spread.centre[language]) / spread.scale[language]
            proposed.append((comparable, ids[0][found]))
        scores_all = np.concatenate([scores for scores, _ in proposed])
        ids_all = np.concatenate([ids for _, ids in proposed])
        best = ids_all[np.argsort(-scores_all, kind="stable")[:CANDIDATES]]
        return self.rows_of(np.unique(self._layout.owner[best]))

    def number_of(self, expert_id: str) -> int:
        """The expert's number. Raises UnknownChoiceError, which names some experts of the pool."""
        for number, expert in enumerate(self.experts):
            if expert.id == expert_id:
                return number
        raise UnknownChoiceError("expert", expert_id, tuple(expert.id for expert in self.experts[:10]))

    def rows_of(self, owners: Rows) -> Rows:
        """All passage rows of these experts, in their order."""
        first = self._layout.first_row[owners]
        counts = self._layout.first_row[owners + 1] - first
        before = np.cumsum(counts) - counts
        return np.repeat(first - before, counts) + np.arange(counts.sum())

    def meaning(self, query: npt.NDArray[np.float32], rows: Rows, spread: Spread) -> npt.NDArray[np.float64]:
        """The encoder's normalised score of each row, `(len(rows),)`."""
        if not len(rows):
            return np.zeros(0)
        # Not `@`: its sums depend on where a row stands, and equal passages must score equally.
        scores = np.einsum("ij,j->i", self._vectors[rows].astype(np.float32), query)
        return normalise_scores(scores, self._layout.is_english[rows], spread)


def _lay_out(experts: Sequence[Expert], passages: Sequence[Passage]) -> _Layout:
    number = {expert.id: i for i, expert in enumerate(experts)}
    owner = np.array([number[passage.expert_id] for passage in passages], np.int64)
    is_english = np.array([passage.language == "en" for passage in passages], bool)
    first_row = np.searchsorted(owner, np.arange(len(experts) + 1)).astype(np.int64)
    return _Layout(owner, is_english, first_row)
