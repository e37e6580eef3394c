"""A place in a ranked list, and the share of the list that stands behind it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """Place `rank` of `of`, both counted from 1. Every list says it in the same way."""

    rank: int
    of: int

    @property
    def percentile(self) -> int | None:
        """The share of all `of` that stand behind, in whole percent, rounded down: 1 to 99; None where it is below 1.

        Nobody stands ahead of themselves, so that it is never 100.
        """
        return 100 * (self.of - self.rank) // self.of or None if self.of > 0 else None
