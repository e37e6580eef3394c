"""The hard rules of `rules` over many needs at once, for one expert who asks which needs are open to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from matcher.eligibility.mask import Mask, mode_bits
from matcher.eligibility.rules import HIGH_ALTITUDE_M, goes_there, institution_key, is_part_of, spans_of
from matcher.types import Expert, Need
from matcher.vocabulary import degree_rank, title_rank, wanted_degree_rank, wanted_title_rank

_BEGINNING, _END = date.min.toordinal(), date.max.toordinal()


class NeedEligibilityTable:
    """One column a wish; 0 or NaN stand for "no such wish", which never excludes."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self._apprenticeship = np.array(["apprenticeship" in need.modes for need in needs], bool)
        self._modes = np.array([mode_bits(need.modes) for need in needs], np.int64)
        self._starts = np.array([need.starts.toordinal() if need.starts else _BEGINNING for need in needs], np.int64)
        self._ends = np.array([need.ends.toordinal() if need.ends else _END for need in needs], np.int64)
        self._days = np.array([np.nan if n.days_per_year is None else n.days_per_year for n in needs], float)
        self._title = np.array([wanted_title_rank(need.min_title) or 0 for need in needs], np.int8)
        self._degree = np.array([wanted_degree_rank(need.min_degree) or 0 for need in needs], np.int8)
        self._is_high = np.array([n.altitude_m is not None and n.altitude_m > HIGH_ALTITUDE_M for n in needs], bool)
        places = [need.places for need in needs]
        self._place_sets = tuple(dict.fromkeys(places))
        number = {named: place for place, named in enumerate(self._place_sets)}
        self._place = np.array([number[named] for named in places], np.int64)
        self._kept_out = [
            (number, tuple(key for key in map(institution_key, need.exclude_institutions) if key))
            for number, need in enumerate(needs)
            if need.exclude_institutions
        ]

    def __len__(self) -> int:
        return len(self._modes)

    def mask(self, expert: Expert) -> Mask:
        """Which needs the expert may be matched with, `(len(needs),)`; the same answer as `rules.check`."""
        allowed = np.ones(len(self), bool)
        if expert.kind == "graduate":
            allowed &= self._apprenticeship
        if expert.modes:
            allowed &= (self._modes == 0) | ((self._modes & mode_bits(expert.modes)) != 0)
        spans = spans_of(expert)
        if spans:
            there = [(first.toordinal() <= self._ends) & (last.toordinal() >= self._starts) for first, last in spans]
            allowed &= np.any(there, axis=0)
        if expert.regions:
            goes = [not places or goes_there(places, expert.regions) for places in self._place_sets]
            allowed &= np.array(goes, bool)[self._place]
        if expert.days_per_year is not None:
            allowed &= ~(expert.days_per_year < self._days)
        for had, column in ((title_rank(expert.title), self._title), (degree_rank(expert.degree), self._degree)):
            if had:
                allowed &= column <= had
        if expert.altitude_ok is False:
            allowed &= ~self._is_high
        own = institution_key(expert.institution)
        for number, keys in self._kept_out:
            allowed[number] &= not any(is_part_of(own, key) for key in keys)
        return allowed
