"""Scores turned into matches: parts that add up, the passages that carried them, phrases that correspond, rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.eligibility import check
from matcher.explain import Explainer
from matcher.pool import Pool
from matcher.prepared import PreparedNeed
from matcher.ranker import FEATURES, RankerProfile
from matcher.scoring import score_rows
from matcher.searchable import Searchable
from matcher.types import Evidence, Expert, Match, Part, Passage

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """What carried one expert's raw score: passages, best first, and what each feature of each gave, `(n, 3)`."""

    raw: float
    passages: tuple[Passage, ...]
    given: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A need and an expert about whom reasons are wanted; `by_meaning`: phrases are linked by the encoder too."""

    need: PreparedNeed
    expert: Expert
    carried: Carried
    rank: int
    by_meaning: bool


def carried_by(
    need: PreparedNeed, pool: Searchable, numbers: Sequence[int], profile: RankerProfile
) -> dict[int, Carried]:
    """What carries the scores of the experts of these numbers; those without text are left out."""
    found: dict[int, Carried] = {}
    for segment in pool.segments:
        own = sorted({n - segment.first for n in numbers if segment.span.start <= n < segment.span.stop})
        if own:
            carried = _carried_in(need, segment.pool, own, profile)
            found.update((segment.first + number, one) for number, one in carried.items())
    return found


def _carried_in(need: PreparedNeed, pool: Pool, numbers: Sequence[int], profile: RankerProfile) -> dict[int, Carried]:
    scored = score_rows(need, pool, pool.rows_of(np.array(numbers, np.int64)), profile)
    total, found = scored.aggregate, {}
    given = scored.features[total.rows] * profile.weight_vector() * total.share[:, None]
    bounds = np.searchsorted(total.group, np.arange(len(total.owners) + 1)).tolist()
    for place, owner in enumerate(total.owners.tolist()):
        mine = slice(bounds[place], bounds[place + 1])
        passages = tuple(pool.passages[row] for row in scored.rows[total.rows[mine]])
        found[owner] = Carried(float(total.raw[place]), passages, given[mine])
    return found


def matches_of(
    pairs: Sequence[Pair], profile: RankerProfile, explainer: Explainer, *, keep: bool = True
) -> tuple[Match, ...]:
    """One match a pair, in the order given. `keep` False leaves the cache on disk as it is (a need being typed)."""
    explained = [pair for pair in pairs if pair.by_meaning]
    explainer.prepare([passage.text for pair in explained for passage in pair.carried.passages])
    explainer.prepare(dict.fromkeys(pair.need.text for pair in explained), keep=keep)
    return tuple(_match(pair, profile, explainer) for pair in pairs)


def _match(pair: Pair, profile: RankerProfile, explainer: Explainer) -> Match:
    carried, calibration = pair.carried, profile.calibration
    score = float(calibration.probability(np.array([carried.raw]))[0])
    return Match(
        need_id=pair.need.need.id,
        expert_id=pair.expert.id,
        rank=pair.rank,
        score=score,
        raw_score=carried.raw,
        band=calibration.band(score),
        parts=tuple(Part(name, float(value)) for name, value in zip(FEATURES, carried.given.sum(axis=0), strict=True)),
        evidence=tuple(
            Evidence(
                field=passage.field,
                text=passage.text,
                language=passage.language,
                given=float(value),
                links=explainer.links(pair.need.text, passage.text, by_meaning=pair.by_meaning),
            )
            for passage, value in zip(carried.passages, carried.given.sum(axis=1), strict=True)
        ),
        rules=check(pair.need.need, pair.expert),
    )
