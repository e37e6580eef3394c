"""Filters of a ranked list: masks over the experts, so that they act inside the search, and counts for each option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.eligibility.rules import spans_of
from matcher.recent import Recent
from matcher.searchable import Mask, Searchable
from matcher.text import detect_language, normalise
from matcher.types import Expert as ExpertValue
from matcher.vocabulary import title_rank
from models import Expert
from models.choices import ExpertState
from web.services.searching import search_text

CHOICES = ("province", "mode", "title", "language", "english")
"""Groups whose options stand in a list; an expert passes a group with any option that is chosen."""
GROUPS = (*CHOICES, "time", "days", "institution")
"""Every group of filters; an expert must pass all that are on."""
ROSTERS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader wants to see of a list; empty values want nothing.

    `province`: first two digits of adcodes; `title`: ranks from 4 (正高) to 1, and 0 for titles that are not
    recognised; `english`: `("1",)` wants works in English; `starts`, `ends`: the expert has stated a window that shares
    a day with this span; `days`: at least so many days a year left, stated; `institution`: words of its name or pinyin.
    """

    province: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    days: float | None = None
    institution: str = ""

    def chosen(self, group: str) -> tuple[str, ...]:
        """The chosen options of one of CHOICES."""
        values: tuple[str, ...] = getattr(self, group)
        return values

    def active(self) -> tuple[str, ...]:
        """The groups that are on."""
        on = {
            "time": self.starts is not None or self.ends is not None,
            "days": self.days is not None,
            "institution": bool(self.institution),
        }
        return tuple(group for group in GROUPS if (self.chosen(group) if group in CHOICES else on[group]))


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a group: how many experts it would give beside the other groups, and whether it is chosen."""

    value: str
    count: int
    is_chosen: bool


class Roster:
    """What filters and orders look at, by expert number of one state of the index."""

    def __init__(
        self,
        experts: Sequence[ExpertValue],
        provinces: Mapping[str, str],
    ) -> None:
        self.experts = experts
        self.provinces = tuple(provinces.get(expert.id, "") for expert in experts)
        self.ranks = np.array([title_rank(expert.title) or 0 for expert in experts], np.int8)
        self.days = np.array([np.nan if e.days_per_year is None else e.days_per_year for e in experts], float)
        self.options: dict[str, dict[str, Mask]] = {
            "province": _masks([(code,) if code else () for code in self.provinces]),
            "mode": _masks([expert.modes for expert in experts]),
            "title": _masks([(str(rank),) for rank in self.ranks.tolist()]),
            "language": _masks([expert.languages for expert in experts]),
            "english": _masks([("1",) if has_english_works(expert) else () for expert in experts]),
        }
        spans = [(n, a.toordinal(), b.toordinal()) for n, expert in enumerate(experts) for a, b in spans_of(expert)]
        self._spans = np.array(spans, np.int64).reshape(len(spans), 3)

    def mask(self, filters: Filters, *, but: str = "") -> Mask | None:
        """Who passes every group that is on, leaving out one group; None when nothing is on."""
        masks = [self._passes(group, filters) for group in filters.active() if group != but]
        return np.asarray(np.logical_and.reduce(masks), bool) if masks else None

    def counts(self, base: Mask, filters: Filters) -> dict[str, tuple[Option, ...]]:
        """Of every group of CHOICES the options that somebody in `base` has, most frequent there first.

        A chosen option stands there also where nobody has it. Which options there are does not depend on the filters.
        """
        return {group: self._options_of(group, base, filters) for group in CHOICES}

    def _options_of(self, group: str, base: Mask, filters: Filters) -> tuple[Option, ...]:
        others, chosen, masks = self.mask(filters, but=group), filters.chosen(group), self.options[group]
        beside = base if others is None else base & others
        whole = {value: int((mask & base).sum()) for value, mask in masks.items()}
        listed = [value for value, count in whole.items() if count]
        listed += [value for value in chosen if value not in listed]
        listed.sort(key=lambda value: (0 if group == "title" else -whole.get(value, 0), value))
        if group == "title":
            listed.reverse()  # by rank, the highest first
        counts = {value: int((masks[value] & beside).sum()) if value in masks else 0 for value in listed}
        return tuple(Option(value, counts[value], value in chosen) for value in listed)

    def _passes(self, group: str, filters: Filters) -> Mask:
        if group in CHOICES:
            options = self.options[group]
            return self._any([options[value] for value in filters.chosen(group) if value in options])
        if group == "days":
            return np.asarray(self.days >= (filters.days or 0), bool)
        if group == "time":
            owner, first, last = self._spans.T
            starts, ends = filters.starts or date.min, filters.ends or date.max
            shared = (first <= ends.toordinal()) & (last >= starts.toordinal())
            mask = self._any([])
            mask[owner[shared]] = True
            return mask
        words = normalise(filters.institution).lower().split()
        known = (institution_words(expert.institution) for expert in self.experts)
        return np.fromiter((all(word in own for word in words) for own in known), bool, len(self.experts))

    def _any(self, masks: Sequence[Mask]) -> Mask:
        return np.asarray(np.logical_or.reduce([np.zeros(len(self.experts), bool), *masks]), bool)


_rosters: Recent[int, tuple[Searchable, Roster]] = Recent(ROSTERS_KEPT)


def roster_of(session: Session, pool: Searchable) -> Roster:
    """The roster of one state of the index; made once for each, from the pool and a query for the provinces."""

    def make(_: int) -> tuple[Searchable, Roster]:
        rows = session.execute(select(Expert.code, Expert.region_code).where(Expert.state == ExpertState.PUBLIC))
        return pool, Roster(pool.experts, {code: (adcode or "")[:2] for code, adcode in rows})

    # The pool stands beside what was made of it, so that no other one gets its id meanwhile.
    return _rosters.of(id(pool), make)[1]


def has_english_works(expert: ExpertValue) -> bool:
    """Whether the title of a work is in English."""
    return any(detect_language(work.title) == "en" for work in expert.works)


@lru_cache(maxsize=8192)
def institution_words(name: str) -> str:
    """The institution's name as it is searched: in lower case, with pinyin and initials."""
    return search_text(name)


def _masks(values: Sequence[Sequence[str]]) -> dict[str, Mask]:
    """Of every value that occurs a mask of who has it."""
    masks: dict[str, Mask] = {}
    for number, own in enumerate(values):
        for value in own:
            masks.setdefault(value, np.zeros(len(values), bool))[number] = True
    return masks
