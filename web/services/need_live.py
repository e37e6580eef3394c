"""What a need that is being written would find: who is eligible, which wish keeps out how many, who comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

import models
from matcher.standing import Position
from matcher.types import Expert, Match, Need
from models.choices import Degree, Mode, Place, TitleRank
from web.services.values import need_value

if TYPE_CHECKING:  # the engine takes a second to import, and pages without search do not wait for it
    from matcher.engine import Engine
    from matcher.prepared import PreparedNeed
    from matcher.searchable import Searchable

BEST_SHOWN = 3
LEAST_TEXT = 4
"""Characters from which a need has enough text to rank by."""
MOST_RELAXATIONS = 4
DATES_WIDENED = timedelta(days=183)
_ALL_MODES = tuple(mode.value for mode in Mode)
_WISHES: Mapping[str, tuple[str, ...]] = {
    "mode": ("modes",),
    "dates": ("starts", "ends"),
    "region": ("places",),
    "days_per_year": ("days_per_year",),
    "min_title": ("min_title",),
    "min_degree": ("min_degree",),
    "altitude": ("altitude_m",),
    "excluded_institution": ("exclude_institutions",),
}
"""The engine's rule → the fields of a need that set it."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A wish that could ask for less: what it would be then, and how many more experts would be eligible."""

    wish: str
    to: Any
    gained: int


@dataclass(frozen=True, slots=True)
class Eligible:
    """How many experts the rules allow of how many; per rule how many it keeps out (one may fail several)."""

    count: int
    of: int
    kept_out: Mapping[str, int]
    relaxations: Sequence[Relaxation]


@dataclass(frozen=True, slots=True)
class Best:
    """One of the first experts and the place among all eligible ones."""

    expert: Expert
    match: Match
    position: Position


def value_in_writing(session: Session, need: models.Need) -> Need:
    """The engine's need of one that is in no session, exactly as it would be of a saved one; nothing is saved."""
    with session.no_autoflush:
        session.add(need)
        value = need_value(need)
        session.expunge(need)
    return value


def has_text(need: Need) -> bool:
    """Whether there is enough to rank by."""
    return len(need.title + need.problem + need.goal + need.indicators + "".join(need.keywords)) >= LEAST_TEXT


def eligible(need: Need, pool: Searchable) -> Eligible:
    """Counts by masks alone: nothing is encoded."""
    allowed = int(pool.mask(need).sum())
    # A need without modes lets no graduate in; one with all modes tests neither kind nor mode.
    among = pool.live if Mode.APPRENTICESHIP.value in need.modes else pool.mask(Need(""))
    kept_out = {}
    for rule, fields in _WISHES.items():
        only = _with(Need("", modes=_ALL_MODES), {field: getattr(need, field) for field in fields})
        if count := int((among & ~pool.mask(only)).sum()):
            kept_out[rule] = count
    found = [Relaxation(wish, to, int(pool.mask(other).sum()) - allowed) for wish, to, other in _less_demanding(need)]
    gaining = sorted((one for one in found if one.gained > 0), key=lambda one: -one.gained)
    best: dict[str, Relaxation] = {}
    for one in gaining:
        best.setdefault(one.wish, one)
    return Eligible(allowed, int(among.sum()), kept_out, tuple(best.values())[:MOST_RELAXATIONS])


def best_experts(prepared: PreparedNeed, pool: Searchable, engine: Engine) -> tuple[Best, ...]:
    """The first eligible experts with their reasons; nothing of the need goes to the cache on disk."""
    assessment = engine.assess(prepared, pool)
    # Linking phrases by meaning would encode each phrase of the text anew at every pause: half a second of work.
    matches = engine.matches(assessment, assessment.ids(0, BEST_SHOWN), by_meaning=False, keep=False)
    of = int((assessment.allowed & pool.has_text).sum())
    return tuple(Best(pool.experts[pool.number_of(m.expert_id)], m, Position(m.rank, of)) for m in matches)


def strong_count(prepared: PreparedNeed, pool: Searchable, engine: Engine) -> int:
    """How many eligible experts match strongly."""
    assessment = engine.assess(prepared, pool)
    return int((assessment.probability[assessment.eligible] >= engine.profile.calibration.strong).sum())


def _less_demanding(need: Need) -> Iterator[tuple[str, Any, Need]]:
    """(wish, what it would be, the need with that) for everything that could ask for less."""
    for wish, ranks in (("min_title", list(TitleRank)), ("min_degree", list(Degree))):
        asked = getattr(need, wish)
        if asked:
            lower = ranks[[rank.value for rank in ranks].index(asked) - 1]
            yield wish, lower, _with(need, {wish: lower.value})
    if need.days_per_year is not None:
        fewer = max(0.5, floor(need.days_per_year) / 2)
        yield "days_per_year", fewer, replace(need, days_per_year=fewer)
    for mode in Mode if need.modes else ():
        if mode.value not in need.modes and mode != Mode.APPRENTICESHIP:
            yield "modes", mode, replace(need, modes=(*need.modes, mode.value))
    if need.starts or need.ends:
        starts, ends = _moved(need.starts, -DATES_WIDENED), _moved(need.ends, DATES_WIDENED)
        yield "dates", (starts, ends), replace(need, starts=starts, ends=ends)
    if need.places:
        yield "place", Place.EITHER, replace(need, places=())
    if need.exclude_institutions:
        yield "exclude_institutions", (), replace(need, exclude_institutions=())


def _with(need: Need, changes: Mapping[str, Any]) -> Need:
    return replace(need, **changes)


def _moved(day: date | None, by: timedelta) -> date | None:
    return None if day is None else day + by
