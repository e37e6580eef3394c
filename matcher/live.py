"""Experts that change while others search: a large base that stays, a small part that changes, one swap a change."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from threading import Lock, Thread

import numpy as np

from matcher.encoded import EncodedExpert
from matcher.features import LexicalFeatures
from matcher.index import FaissIndex
from matcher.lexical import TermBank
from matcher.pool import IndexFactory, Pool
from matcher.searchable import Mask, Searchable, Segment
from matcher.types import Expert

COMPACT_FROM, COMPACT_SHARE = 32, 0.02
"""A new base is made once more experts than this, and this share of the base, have changed."""

_log = logging.getLogger(__name__)


class Snapshot(Searchable):
    """One state of a live pool: the base, whose superseded experts are not live, and after it those that changed.

    Words are weighed by the base's statistics throughout; a word that no text of the base or the background has
    counts for nothing until the next base. `version` names the state; None for one that is its maker's alone.
    """

    def __init__(self, base: Pool, live: Mask, changed: Pool, bank: TermBank, version: int | None) -> None:
        self.base, self.changed, self.version = base, changed, version
        self._live, self._bank = live, bank

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The base and the changed experts."""
        new = Segment(self.changed, len(self.base.experts), np.ones(len(self.changed.experts), bool))
        return (Segment(self.base, 0, self._live), *([new] if self.changed.experts else []))

    @cached_property
    def experts(self) -> Sequence[Expert]:
        """Expert number → expert, those of the base first."""
        return (*self.base.experts, *self.changed.experts)

    @property
    def count_changed(self) -> int:
        """How many experts of the base are superseded, or stand beside it."""
        return max(len(self.changed.experts), int((~self._live).sum()))

    def plus(self, encoded: Iterable[EncodedExpert]) -> Snapshot:
        """This state with experts added or replaced, for one reader alone: a profile that is being written."""
        return self.replaced({one.expert.id: one for one in encoded}, frozenset(), None)

    def replaced(self, new: Mapping[str, EncodedExpert], gone: frozenset[str], version: int | None) -> Snapshot:
        """Another state, in which experts are new and others gone. Raises ValueError for vectors of another length."""
        for one in new.values():
            if len(one.vectors) and one.vectors.shape[1] != self._dim(one):
                raise ValueError(
                    f"expert {one.expert.id!r} has vectors of {one.vectors.shape[1]} numbers, the pool's have "
                    f"{self._dim(one)}: another encoder made them"
                )
        live = self._live.copy()
        touched = [self.base.numbers[expert_id] for expert_id in (*new, *gone) if expert_id in self.base.numbers]
        live[touched] = False
        kept = [n for n, expert in enumerate(self.changed.experts) if expert.id not in new and expert.id not in gone]
        changed = _joined(self.changed, kept, list(new.values()), self._bank)
        return Snapshot(self.base, live, changed, self._bank, version)

    def compacted(self, make_index: IndexFactory) -> Snapshot:
        """The same experts in a new base, with statistics made anew. Texts of the old base are not read again."""
        base = self.base
        kept = np.flatnonzero(self._live)
        encoded = [base.encoded(number) for number in kept.tolist()]
        encoded += [self.changed.encoded(number) for number in range(len(self.changed.experts))]
        texts = [passage.text for passage in self.changed.passages]
        lexical = base.lexical.changed(base.rows_of(kept), texts, recount=True)
        whole = Pool.of(encoded, self._bank, make_index=make_index, lexical=lexical)
        return Snapshot.of(whole, self._bank, None)

    @classmethod
    def of(cls, base: Pool, bank: TermBank, version: int | None) -> Snapshot:
        """A state in which nothing has changed yet."""
        nobody = LexicalFeatures((), bank, base.lexical.statistics)
        changed = Pool.of((), bank, make_index=None, lexical=nobody)
        return cls(base, np.ones(len(base.experts), bool), changed, bank, version)

    def _dim(self, one: EncodedExpert) -> int:
        """The length of this state's vectors; before the first, that of the expert who comes."""
        known = [pool.vectors.shape[1] for pool in (self.base, self.changed) if len(pool.passages)]
        return int((*known, one.vectors.shape[1])[0])


class LivePool:
    """A pool to change. Readers take a `snapshot`, wait for nobody and never see half a change; writers take turns.

    Once enough has changed, a thread of its own makes a new base while searching and changing go on. `make_index`
    makes the base's vector indexes.
    """

    def __init__(
        self, encoded: Iterable[EncodedExpert], *, bank: TermBank, make_index: IndexFactory = FaissIndex
    ) -> None:
        first = {one.expert.id: one for one in encoded}
        self._bank, self._make_index = bank, make_index
        self._writing, self._compacting = Lock(), Lock()
        self._snapshot = Snapshot.of(Pool.of(tuple(first.values()), bank, make_index=make_index), bank, 1)
        self._version = 1
        self._meanwhile: dict[str, EncodedExpert | None] | None = None
        self._thread: Thread | None = None

    def __len__(self) -> int:
        return int(self._snapshot.live.sum())

    def __contains__(self, expert_id: object) -> bool:
        return isinstance(expert_id, str) and self._snapshot.get(expert_id) is not None

    @property
    def version(self) -> int:
        """Grows with every change and every new base."""
        return self._version

    def snapshot(self) -> Snapshot:
        """The experts as they are now; it stays as it is."""
        return self._snapshot

    def upsert(self, encoded: Iterable[EncodedExpert]) -> None:
        """Adds experts, or puts them in the place of those with their ids. All at once, searchable on return.

        Raises ValueError, and changes nothing, where vectors are of another length than the pool's.
        """
        self._change({one.expert.id: one for one in encoded}, frozenset())

    def remove(self, expert_ids: Iterable[str]) -> None:
        """Takes experts out, all at once; ids that are not there do no harm."""
        self._change({}, frozenset(expert_ids))

    def compact(self) -> None:
        """Makes a new base of everybody, and so new statistics. Nobody waits but the caller."""
        with self._compacting:
            with self._writing:
                old, self._meanwhile = self._snapshot, {}
            try:
                new = old.compacted(self._make_index)
                with self._writing:
                    changed = {expert_id: one for expert_id, one in self._meanwhile.items() if one is not None}
                    gone = frozenset(self._meanwhile.keys() - changed.keys())
                    self._publish(new.replaced(changed, gone, self._version + 1))
            finally:
                self._meanwhile = None

    def close(self) -> None:
        """Waits until no new base is being made."""
        if self._thread is not None:
            self._thread.join()

    def _change(self, new: Mapping[str, EncodedExpert], gone: frozenset[str]) -> None:
        with self._writing:
            self._publish(self._snapshot.replaced(new, gone, self._version + 1))
            if self._meanwhile is not None:
                self._meanwhile.update({**dict.fromkeys(gone), **new})
            self._compact_when_due()

    def _publish(self, snapshot: Snapshot) -> None:
        """One assignment: a reader has the state before or the state after."""
        self._version += 1
        self._snapshot = snapshot

    def _compact_when_due(self) -> None:
        snapshot, busy = self._snapshot, self._thread is not None and self._thread.is_alive()
        most = max(COMPACT_FROM, COMPACT_SHARE * len(snapshot.base.experts))
        if busy or snapshot.count_changed <= most:
            return
        _log.info("%d changed experts: a new base is being made", snapshot.count_changed)
        self._thread = Thread(target=self.compact, name="new base of experts", daemon=True)
        self._thread.start()


def _joined(pool: Pool, kept: Sequence[int], new: Sequence[EncodedExpert], bank: TermBank) -> Pool:
    """A small pool of experts that are kept and experts that are new, by the same statistics."""
    rows = pool.rows_of(np.array(kept, np.int64))
    texts = [passage.text for one in new for passage in one.passages]
    lexical = pool.lexical.changed(rows, texts, recount=False)
    return Pool.of([*map(pool.encoded, kept), *new], bank, make_index=None, lexical=lexical)
