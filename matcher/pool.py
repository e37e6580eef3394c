"""Experts made searchable: passages, vectors, lexical evidence and eligibility, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matcher.eligibility import EligibilityTable
from matcher.encoded import EncodedExpert
from matcher.encoders import Encoder, Progress
from matcher.features import LexicalFeatures
from matcher.fusion import Spread, normalise_scores
from matcher.index import FaissIndex, VectorIndex
from matcher.lexical import TermBank
from matcher.searchable import Mask, Rows, Searchable, Segment
from matcher.text import passages_of
from matcher.types import LANGUAGES, Expert, Language, Passage

AnyVectors = npt.NDArray[np.float16] | npt.NDArray[np.float32]
IndexFactory = Callable[[int], VectorIndex]

EXACT_PASSAGES = 20_000
"""Up to this many passages every one is scored; above, the index proposes experts first."""
CANDIDATES = 1_000
"""Passages that the index proposes per language; all passages of their experts are then scored."""
_WIDENED = 2_048
"""Rows that are widened to single precision at a time: 250,000 at once take twice as long, for they leave the cache."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Passage row → expert number and language; each expert's rows stand together."""

    owner: Rows
    is_english: Mask
    first_row: Rows


class Pool(Searchable):
    """The experts of one search. Passage rows and expert numbers are positions in `passages` and `experts`.

    `id_order[number]` is where the expert's id stands among all ids; it breaks ties. `lexical`: the passages' words and
    concepts where they are counted already. `make_index` None: no index, for a pool that is small for good.
    """

    def __init__(
        self,
        experts: Sequence[Expert],
        passages: Sequence[Passage],
        vectors: AnyVectors,
        *,
        bank: TermBank,
        make_index: IndexFactory | None = FaissIndex,
        lexical: LexicalFeatures | None = None,
    ) -> None:
        self._experts, self.passages = tuple(experts), tuple(passages)
        self.table = EligibilityTable(self._experts)
        self.lexical = lexical or LexicalFeatures([passage.text for passage in self.passages], bank)
        self.id_order = np.argsort(np.argsort(np.array([expert.id for expert in self.experts], dtype=str)))
        self.numbers: dict[str, int] = {}  # of two experts with one id the first
        for number, expert in enumerate(self._experts):
            self.numbers.setdefault(expert.id, number)
        self._layout = _lay_out(self.experts, self.passages)
        # Half precision, as the encoder's cache has them; the indexes propose, these decide.
        self.vectors: npt.NDArray[np.float16] = vectors.astype(np.float16)
        self.indexes: dict[Language, VectorIndex] = {}
        for language in LANGUAGES:
            rows = np.flatnonzero(self._layout.is_english == (language == "en")).astype(np.int64)
            if len(rows) and make_index:
                self.indexes[language] = make_index(vectors.shape[1])
                self.indexes[language].add(rows, vectors[rows].astype(np.float32))

    @classmethod
    def build(
        cls, experts: Sequence[Expert], encoder: Encoder, bank: TermBank, progress: Progress | None = None
    ) -> Pool:
        """Cuts the experts into passages and encodes them (through the encoder's cache)."""
        passages = [passage for expert in experts for passage in passages_of(expert)]
        vectors = encoder.passages([passage.text for passage in passages], progress)
        return cls(experts, passages, vectors, bank=bank)

    @classmethod
    def of(
        cls,
        encoded: Sequence[EncodedExpert],
        bank: TermBank,
        *,
        make_index: IndexFactory | None = FaissIndex,
        lexical: LexicalFeatures | None = None,
    ) -> Pool:
        """A pool of experts whose vectors are there already."""
        filled = [one.vectors for one in encoded if len(one.vectors)]
        return cls(
            [one.expert for one in encoded],
            [passage for one in encoded for passage in one.passages],
            np.concatenate(filled) if filled else np.zeros((0, 0), np.float16),
            bank=bank,
            make_index=make_index,
            lexical=lexical,
        )

    @property
    def experts(self) -> tuple[Expert, ...]:
        """Expert number → expert."""
        return self._experts

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The pool itself, whole."""
        return (Segment(self, 0, np.ones(len(self.experts), bool)),)

    @cached_property
    def has_passages(self) -> Mask:
        """Who has a passage, `(len(experts),)`."""
        return np.asarray(np.diff(self._layout.first_row) > 0, bool)

    def encoded(self, number: int) -> EncodedExpert:
        """One expert with its passages and vectors, as it came."""
        start, end = (int(row) for row in self._layout.first_row[number : number + 2])
        return EncodedExpert(self.experts[number], self.passages[start:end], self.vectors[start:end])

    def owner(self, rows: Rows) -> Rows:
        """The expert number of each passage row."""
        return self._layout.owner[rows]

    def is_english(self, rows: Rows) -> Mask:
        """The language of each passage row."""
        return self._layout.is_english[rows]

    def allowed_rows(self, allowed: Mask) -> Rows:
        """All rows of the allowed experts, ascending."""
        return np.flatnonzero(allowed[self._layout.owner]).astype(np.int64)

    def count_rows(self, allowed: Mask) -> int:
        """How many rows the allowed experts have."""
        return int(np.diff(self._layout.first_row)[allowed].sum())

    def candidate_rows(self, query: npt.NDArray[np.float32], allowed: Mask, spread: Spread) -> Rows:
        """Rows to score, ascending: all of the allowed experts', or all of those whom the index proposes."""
        n_allowed = self.count_rows(allowed)
        if n_allowed <= EXACT_PASSAGES or not self.indexes:
            return self.allowed_rows(allowed)
        # Few who are kept out cost less when they are found and dropped than when 500,000 others are listed.
        n_out = len(self.passages) - n_allowed
        rows = self.allowed_rows(allowed) if n_out > CANDIDATES else None
        proposed = []
        for language, index in self.indexes.items():
            own = None if rows is None else rows[self._layout.is_english[rows] == (language == "en")]
            scores, ids = index.search(query[None, :], CANDIDATES + (n_out if rows is None else 0), allowed=own)
            found = ids[0] >= 0
            found[found] &= allowed[self._layout.owner[ids[0][found]]]
            comparable = (scores[0][found] - spread.centre[language]) / spread.scale[language]
            proposed.append((comparable, ids[0][found]))
        scores_all = np.concatenate([scores for scores, _ in proposed])
        ids_all = np.concatenate([ids for _, ids in proposed])
        best = ids_all[np.argsort(-scores_all, kind="stable")[:CANDIDATES]]
        return self.rows_of(np.unique(self._layout.owner[best]))

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
        starts = range(0, len(rows), _WIDENED)
        parts = [np.einsum("ij,j->i", self.wide(rows[start : start + _WIDENED]), query) for start in starts]
        return normalise_scores(np.concatenate(parts), self._layout.is_english[rows], spread)

    def wide(self, rows: Rows) -> npt.NDArray[np.float32]:
        """The rows' vectors in single precision, `(len(rows), dim)`."""
        if len(self.passages) > EXACT_PASSAGES:
            return self.vectors[rows].astype(np.float32)
        return self._all_wide[rows]

    @cached_property
    def _all_wide(self) -> npt.NDArray[np.float32]:
        """A small pool's vectors widened once, for widening costs six times as much as the products."""
        return self.vectors.astype(np.float32)


def _lay_out(experts: Sequence[Expert], passages: Sequence[Passage]) -> _Layout:
    number = {expert.id: i for i, expert in enumerate(experts)}
    owner = np.array([number[passage.expert_id] for passage in passages], np.int64)
    is_english = np.array([passage.language == "en" for passage in passages], bool)
    first_row = np.searchsorted(owner, np.arange(len(experts) + 1)).astype(np.int64)
    return _Layout(owner, is_english, first_row)
