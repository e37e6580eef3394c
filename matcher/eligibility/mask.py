"""The hard rules of `rules` over many experts at once, so that eligibility acts inside the search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from matcher.eligibility.rules import HIGH_ALTITUDE_M, goes_there, institution_key, is_part_of, spans_of
from matcher.types import Expert, Need
from matcher.vocabulary import MODES, degree_rank, title_rank, wanted_degree_rank, wanted_title_rank

_BIT = {code: 1 << i for i, code in enumerate(MODES)}
_ALWAYS = ((date.min, date.max),)

Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
Spans = tuple[tuple[date, date], ...]


def mode_bits(codes: tuple[str, ...]) -> int:
    """The modes as one number, a bit each."""
    return sum(_BIT[code] for code in set(codes))


class EligibilityTable:
    """One column a fact; 0, NaN or -1 stand for "not stated", which never excludes."""

    def __init__(self, experts: Sequence[Expert]) -> None:
        self._graduate = np.array([expert.kind == "graduate" for expert in experts], bool)
        self._modes = np.array([mode_bits(expert.modes) for expert in experts], np.int64)
        self._days = np.array([np.nan if e.days_per_year is None else e.days_per_year for e in experts], float)
        self._from, self._to = _span_columns([spans_of(expert) or _ALWAYS for expert in experts])
        regions = [expert.regions for expert in experts]
        self._region_sets = tuple(dict.fromkeys(regions))
        number = {served: place for place, served in enumerate(self._region_sets)}
        self._region = np.array([number[served] for served in regions], np.int64)
        self._title = np.array([title_rank(expert.title) or 0 for expert in experts], np.int8)
        self._degree = np.array([degree_rank(expert.degree) or 0 for expert in experts], np.int8)
        self._altitude = np.array([-1 if e.altitude_ok is None else int(e.altitude_ok) for e in experts], np.int8)
        keys = [institution_key(expert.institution) for expert in experts]
        names, self._institution = np.unique(np.array(keys, dtype=object), return_inverse=True)
        self._institutions: list[str] = [str(name) for name in names]

    def __len__(self) -> int:
        return len(self._graduate)

    def mask(self, need: Need) -> Mask:
        """Who may be matched with the need, shape `(len(experts),)`; the same answer as `rules.check`."""
        allowed = np.ones(len(self), bool)
        if "apprenticeship" not in need.modes:
            allowed &= ~self._graduate
        if need.modes:
            allowed &= (self._modes == 0) | ((self._modes & mode_bits(need.modes)) != 0)
        if need.starts or need.ends:
            starts, ends = (need.starts or date.min).toordinal(), (need.ends or date.max).toordinal()
            allowed &= ((self._from <= ends) & (self._to >= starts)).any(axis=1)
        if need.places and len(self):
            goes = [not served or goes_there(need.places, served) for served in self._region_sets]
            allowed &= np.array(goes, bool)[self._region]
        if need.days_per_year is not None:
            allowed &= ~(self._days < need.days_per_year)
        ranks = wanted_title_rank(need.min_title), wanted_degree_rank(need.min_degree)
        for wanted, column in zip(ranks, (self._title, self._degree), strict=True):
            if wanted:
                allowed &= (column == 0) | (column >= wanted)
        if need.altitude_m is not None and need.altitude_m > HIGH_ALTITUDE_M:
            allowed &= self._altitude != 0
        return allowed & self._outside(need.exclude_institutions)

    def _outside(self, excluded: tuple[str, ...]) -> Mask:
        names = [key for key in map(institution_key, excluded) if key]
        if not names:
            return np.ones(len(self), bool)
        kept_out = np.array([any(is_part_of(own, name) for name in names) for own in self._institutions], bool)
        return np.asarray(~kept_out[self._institution], bool)


def _span_columns(spans: Sequence[Spans]) -> tuple[Days, Days]:
    """First and last days as ordinals, `(len(spans), most spans)`; an expert with fewer repeats the last one."""
    most = max(map(len, spans), default=1)
    padded = [(*own, *(own[-1:] * (most - len(own)))) for own in spans]
    days = np.array([[(a.toordinal(), b.toordinal()) for a, b in row] for row in padded], np.int64)
    days = days.reshape(len(spans), most, 2)
    return days[:, :, 0], days[:, :, 1]
