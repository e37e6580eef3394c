"""Raw rows, as a file states them before anything is understood, and what makes a whole file unusable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from matcher.errors import MatcherError

T = TypeVar("T")

MAX_BYTES = 512 * 2**20
MAX_ROWS = 1_048_576
"""What one spreadsheet holds, its heading row included."""


class SourceError(MatcherError):
    """A file of which no row can be used: what was found, what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"got {found}, expected {expected}")
        self.found, self.expected = found, expected


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row that states something; `number` is the line of JSONL, or the row that a spreadsheet shows."""

    number: int
    cells: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be taken apart: what stands there, what was expected."""

    number: int
    found: str
    expected: str


def numbered(rows: Iterable[T]) -> Iterator[tuple[int, T]]:
    """The rows with their numbers from 1. Raises SourceError after MAX_ROWS."""
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise SourceError(f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,}; split the file")
        yield number, row
