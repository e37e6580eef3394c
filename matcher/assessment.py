"""What one search found, as arrays: who may, how they score, who comes first. Reasons come later, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matcher.needs import NeedTable
from matcher.prepared import PreparedNeed, Vector
from matcher.searchable import Mask, Rows, Searchable
from matcher.standing import Position
from matcher.types import Expert, Need

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an expert stands for a need: `rank` of `of` among all eligible experts, and after the extra filter.

    `rank_within` is None when the filter leaves the expert out.
    """

    rank: int
    of: int
    rank_within: int | None
    of_within: int

    @property
    def position(self) -> Position:
        """The place among all eligible experts."""
        return Position(self.rank, self.of)


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Every expert of a pool for one need. Masks and scores are `(len(pool.experts),)`, by expert number.

    `allowed`: whom the hard rules let stand; `within`: the extra filter, None for none. `raw` and `probability` are NaN
    where nothing was scored. `eligible`: numbers of the scored experts that are allowed, best first, ties by id.
    `is_complete`: every allowed expert with text is scored; else only whom the index proposed.
    """

    prepared: PreparedNeed
    pool: Searchable
    allowed: Mask
    within: Mask | None
    raw: Floats
    probability: Floats
    eligible: Rows
    is_complete: bool

    @property
    def need(self) -> Need:
        """The need that was assessed."""
        return self.prepared.need

    @property
    def query(self) -> Vector:
        """The need's query vector."""
        return self.prepared.query

    @property
    def order(self) -> Rows:
        """Numbers of the eligible experts within the filter, best first."""
        return self.eligible if self.within is None else self.eligible[self.within[self.eligible]]

    def experts(self, start: int = 0, stop: int | None = None) -> tuple[Expert, ...]:
        """The experts in these places of `order`."""
        return tuple(self.pool.experts[number] for number in self.order[start:stop])

    def ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        """The ids of the experts in these places of `order`."""
        return tuple(expert.id for expert in self.experts(start, stop))

    def restricted(self, within: Mask | None) -> Assessment:
        """The same scores under another filter. In a pool that is not completely scored, assess again instead."""
        return replace(self, within=within)

    def rank_at(self, number: int, raw: float) -> int:
        """The rank among the eligible of an expert of this raw score, whether or not it is one of them."""
        return 1 + _ahead(self.eligible, self.raw, raw, self._id_of, self.pool.experts[number].id)

    def standing(self, expert_id: str) -> Standing | None:
        """Where an expert stands; None for one that is excluded, not scored or not in the pool."""
        expert = self.pool.get(expert_id)
        number = None if expert is None else self.pool.number_of(expert_id)
        if number is None or not self.allowed[number] or np.isnan(self.raw[number]):
            return None
        raw, order = float(self.raw[number]), self.order
        inside = self.within is None or bool(self.within[number])
        rank_within = 1 + _ahead(order, self.raw, raw, self._id_of, expert_id) if inside else None
        counted = self.allowed & self.pool.has_text
        of_within = counted if self.within is None else counted & self.within
        return Standing(self.rank_at(number, raw), int(counted.sum()), rank_within, int(of_within.sum()))

    def _id_of(self, number: int) -> str:
        return self.pool.experts[number].id


@dataclass(frozen=True, slots=True, eq=False)
class NeedAssessment:
    """Every need for one expert, as `Assessment` from the other side. Masks and scores are `(len(table),)`."""

    expert: Expert
    number: int
    pool: Searchable
    table: NeedTable
    allowed: Mask
    within: Mask | None
    raw: Floats
    probability: Floats
    eligible: Rows

    @property
    def order(self) -> Rows:
        """Numbers of the eligible needs within the filter, best first."""
        return self.eligible if self.within is None else self.eligible[self.within[self.eligible]]

    def ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        """The ids of the needs in these places of `order`."""
        return tuple(self.table.needs[number].id for number in self.order[start:stop])

    def restricted(self, within: Mask | None) -> NeedAssessment:
        """The same scores under another filter."""
        return replace(self, within=within)

    def rank_at(self, number: int, raw: float) -> int:
        """The place among the eligible needs of a need of this raw score, whether or not it is one of them."""
        needs = self.table.needs
        return 1 + _ahead(self.eligible, self.raw, raw, lambda other: needs[other].id, needs[number].id)

    def rank_of(self, need_id: str) -> int | None:
        """The place of a need among those that are eligible, None when it is not."""
        number = self.table.numbers.get(need_id)
        if number is None or not self.allowed[number] or np.isnan(self.raw[number]):
            return None
        return self.rank_at(number, float(self.raw[number]))


def best_first(candidates: Mask, raw: Floats, id_of: Callable[[int], str]) -> Rows:
    """The numbers of the candidates that have a score, highest first, ties by id."""
    numbers = np.flatnonzero(candidates & ~np.isnan(raw))
    order = numbers[np.argsort(-raw[numbers], kind="stable")]
    scores = raw[order]
    bounds = [0, *(np.flatnonzero(np.diff(scores)) + 1).tolist(), len(order)]
    if len(bounds) <= len(order):  # else every score stands alone
        for start, end in pairwise(bounds):
            if end - start > 1:
                order[start:end] = sorted(order[start:end].tolist(), key=id_of)
    return order


def _ahead(order: Rows, raw: Floats, mine: float, id_of: Callable[[int], str], my_id: str) -> int:
    """How many of these, who stand best first, come before one of this score and id."""
    scores = raw[order]
    first = int(np.searchsorted(-scores, -mine, side="left"))
    tied = order[first : int(np.searchsorted(-scores, -mine, side="right"))]
    return first + sum(id_of(int(number)) < my_id for number in tied)
