"""What the engine searches: experts by number, in one segment or in several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.errors import UnknownChoiceError
from matcher.types import Expert, Need

if TYPE_CHECKING:
    from matcher.pool import Pool

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A part of what is searched: its experts have the numbers from `first` on; those not in `live` are superseded."""

    pool: Pool
    first: int
    live: Mask

    @property
    def span(self) -> slice:
        """Where the segment's experts stand among all."""
        return slice(self.first, self.first + len(self.pool.experts))


class Searchable:
    """Experts by number. Immutable: whatever is read twice is the same twice, from any thread."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The parts; an expert's passages stand in one of them."""
        raise NotImplementedError

    @property
    def experts(self) -> Sequence[Expert]:
        """Expert number → expert; a superseded one keeps its number and is never allowed."""
        raise NotImplementedError

    @cached_property
    def live(self) -> Mask:
        """Who is neither superseded nor removed, `(len(experts),)`."""
        return _joined([segment.live for segment in self.segments])

    @cached_property
    def has_text(self) -> Mask:
        """Who has a passage at all; the others cannot be ranked."""
        return _joined([segment.pool.has_passages for segment in self.segments])

    def mask(self, need: Need) -> Mask:
        """Whom the hard rules allow, `(len(experts),)`."""
        return _joined([segment.pool.table.mask(need) & segment.live for segment in self.segments])

    def where(self, test: Callable[[Expert], bool]) -> Mask:
        """The experts of whom the test is true, `(len(experts),)`: a filter, or a facet to be counted."""
        return np.fromiter(map(test, self.experts), bool, len(self.experts)) & self.live

    def number_of(self, expert_id: str) -> int:
        """The expert's number. Raises UnknownChoiceError, which names some experts of the pool."""
        for segment in reversed(self.segments):
            number = segment.pool.numbers.get(expert_id)
            if number is not None and segment.live[number]:
                return segment.first + number
        some = (self.experts[number].id for number in np.flatnonzero(self.live)[:10])
        raise UnknownChoiceError("expert", expert_id, tuple(some))

    def get(self, expert_id: str) -> Expert | None:
        """The expert of that id, None when there is none."""
        try:
            return self.experts[self.number_of(expert_id)]
        except UnknownChoiceError:
            return None

    def place_of(self, number: int) -> tuple[Segment, int]:
        """The segment where an expert stands, and its number there."""
        for segment in reversed(self.segments):
            if number >= segment.first:
                return segment, number - segment.first
        raise IndexError(number)


def _joined(masks: Sequence[Mask]) -> Mask:
    return masks[0] if len(masks) == 1 else np.concatenate(masks)
