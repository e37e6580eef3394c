"""Needs kept ready, for experts who ask which of them fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.eligibility import NeedEligibilityTable
from matcher.errors import UnknownChoiceError
from matcher.features import LexicalStatistics
from matcher.prepared import PreparedNeed
from matcher.recent import Recent
from matcher.searchable import Mask, Rows
from matcher.types import LANGUAGES, Need

Floats = npt.NDArray[np.float64]
STATISTICS_KEPT = 2
"""The statistics of words in use, and those that a reader who began before may still use."""


class KnownWords:
    """The numbers of needs' words under statistics, kept as long as the need is, whatever other needs come and go."""

    def __init__(self) -> None:
        self._kept: Recent[int, tuple[LexicalStatistics, WeakKeyDictionary[PreparedNeed, Rows]]] = Recent(
            STATISTICS_KEPT
        )

    def of(self, needs: Sequence[PreparedNeed], statistics: LexicalStatistics) -> list[Rows]:
        """Every need's known words, by number, ascending."""
        # The statistics stand beside what was made of them, so that no other object gets their id meanwhile.
        _, kept = self._kept.of(id(statistics), lambda _: (statistics, WeakKeyDictionary()))
        found = []
        for need in needs:
            known = kept.get(need)
            if known is None:
                known = kept[need] = statistics.words.known(need.words)
            found.append(known)
        return found


class NeedWords:
    """What the needs ask for in words and concepts, weighed by one pool's statistics; `known`: their words' numbers."""

    def __init__(self, needs: Sequence[PreparedNeed], known: Sequence[Rows], statistics: LexicalStatistics) -> None:
        words = statistics.words
        self._words = _indicator(known, len(words.best)).astype(np.float32)
        self._best = np.array([words.best_of(one) for one in known], np.float32)
        concepts = _indicator([np.array(need.concepts, np.int64) for need in needs], len(statistics.rarity))
        concepts.data = statistics.rarity[concepts.indices]
        self._concepts = concepts

    def share_of_words(self, words: Rows, weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Of every need the share of its words that a passage of these words has; see LexicalIndex.share."""
        passage = np.zeros(self._words.shape[1], np.float32)
        passage[words] = weights
        scores = self._words @ passage
        share = np.divide(scores, self._best, out=np.zeros_like(scores), where=self._best != 0)
        return np.asarray(np.minimum(share, np.float32(1)), np.float32)

    def rarity_of_concepts(self, concepts: Rows) -> Floats:
        """Of every need the summed rarity of its concepts that a passage names."""
        passage = np.zeros(self._concepts.shape[1])
        passage[concepts] = 1.0
        return np.asarray(self._concepts @ passage, np.float64)


class NeedTable:
    """Prepared needs by number, immutable: everything that a search from the expert's side asks of them."""

    def __init__(self, prepared: Sequence[PreparedNeed] = (), known: KnownWords | None = None) -> None:
        self.prepared = tuple(prepared)
        self._known = known or KnownWords()
        self._under: Recent[int, tuple[LexicalStatistics, NeedWords]] = Recent(STATISTICS_KEPT)

    def __len__(self) -> int:
        return len(self.prepared)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Need number → need."""
        return tuple(one.need for one in self.prepared)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Need id → number."""
        return {need.id: number for number, need in enumerate(self.needs)}

    @cached_property
    def eligibility(self) -> NeedEligibilityTable:
        """The hard rules from the needs' side."""
        return NeedEligibilityTable(self.needs)

    @cached_property
    def queries(self) -> npt.NDArray[np.float32]:
        """The query vectors, `(n_needs, dim)`."""
        return np.stack([one.query for one in self.prepared])

    @cached_property
    def centres(self) -> Floats:
        """The centre of every need's scores by language, `(n_needs, 2)` in the order of LANGUAGES."""
        return np.array([[one.spread.centre[language] for language in LANGUAGES] for one in self.prepared])

    @cached_property
    def scales(self) -> Floats:
        """The scale of every need's scores by language, as `centres`."""
        return np.array([[one.spread.scale[language] for language in LANGUAGES] for one in self.prepared])

    def number_of(self, need_id: str) -> int:
        """The need's number. Raises UnknownChoiceError, which names some needs of the table."""
        if need_id not in self.numbers:
            raise UnknownChoiceError("need", need_id, tuple(need.id for need in self.needs[:10]))
        return self.numbers[need_id]

    def get(self, need_id: str) -> PreparedNeed | None:
        """The need of that id, None when there is none."""
        number = self.numbers.get(need_id)
        return None if number is None else self.prepared[number]

    def where(self, test: Callable[[Need], bool]) -> Mask:
        """The needs of which the test is true, `(len(needs),)`: a filter, or a facet to be counted."""
        return np.fromiter(map(test, self.needs), bool, len(self.needs))

    def under(self, statistics: LexicalStatistics) -> NeedWords:
        """The needs' words and concepts weighed by these statistics."""

        def make(_: int) -> tuple[LexicalStatistics, NeedWords]:
            return statistics, NeedWords(self.prepared, self._known.of(self.prepared, statistics), statistics)

        return self._under.of(id(statistics), make)[1]


class NeedPool:
    """Needs that come, change and go while others search: every change makes another `NeedTable`."""

    def __init__(self, prepared: Iterable[PreparedNeed] = ()) -> None:
        self._lock, self._known = Lock(), KnownWords()
        self._table = NeedTable(tuple({one.need.id: one for one in prepared}.values()), self._known)
        self.version = 0

    def __len__(self) -> int:
        return len(self._table)

    def snapshot(self) -> NeedTable:
        """The needs as they are now."""
        return self._table

    def upsert(self, prepared: Iterable[PreparedNeed]) -> None:
        """Adds needs, or puts them in the place of those with their ids."""
        self._change({one.need.id: one for one in prepared}, frozenset())

    def remove(self, need_ids: Iterable[str]) -> None:
        """Takes needs out; ids that are not there do no harm."""
        self._change({}, frozenset(need_ids))

    def _change(self, new: Mapping[str, PreparedNeed], gone: frozenset[str]) -> None:
        with self._lock:
            kept = {one.need.id: one for one in self._table.prepared if one.need.id not in gone}
            self._table = NeedTable(tuple({**kept, **new}.values()), self._known)
            self.version += 1


def _indicator(columns: Sequence[Rows], width: int) -> sparse.csr_matrix:
    """Rows of ones at these columns, `(len(columns), width)`, float64."""
    bounds = np.cumsum([0, *map(len, columns)])
    places = np.concatenate([*columns, np.zeros(0, np.int64)])
    return sparse.csr_matrix((np.ones(len(places)), places, bounds), shape=(len(columns), width))
