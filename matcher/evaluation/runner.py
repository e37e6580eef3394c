"""Runs a judged set through the engine, whole and with one part taken away at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.engine import Engine
from matcher.evaluation.judgements import JudgedSet
from matcher.evaluation.metrics import Interval, bootstrap, calibration_error, mrr, ndcg, recall
from matcher.pool import Pool
from matcher.ranker import RankerProfile
from matcher.text import need_text


def _weights(profile: RankerProfile, **changed: float) -> RankerProfile:
    return replace(profile, weights={**profile.weights, **changed})


VARIANTS: Mapping[str, Callable[[RankerProfile], RankerProfile]] = {
    "whole": lambda profile: profile,
    "without dense": lambda profile: _weights(profile, meaning=0.0),
    "without lexical": lambda profile: _weights(profile, words=0.0, terms=0.0),
    "no language norm.": lambda profile: replace(profile, own_centre=0.0, own_scale=0.0),
    "without ranker": lambda profile: replace(
        _weights(profile, meaning=1.0, words=1.0, terms=1.0), best=(1.0, 1.0, 1.0)
    ),
}
"""Name → the profile with that part taken away (without ranker: the plain sum of the features, mean of the best 3)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one variant reached. `curve`: (mean probability, share that came true, count) per bin."""

    ndcg10: Interval
    mrr: Interval
    recall50: Interval
    calibration_error: float
    curve: tuple[tuple[float, float, int], ...]


def evaluate(engine: Engine, pool: Pool, judged: JudgedSet, variant: str = "whole") -> Report:
    """Ranks every need's whole pool (eligibility included) and measures it; calibration is over the judged pairs."""
    profile = VARIANTS[variant](engine.profile)
    changed = Engine(
        encoder=engine.encoder,
        background=engine.background,
        bank=engine.bank,
        profile=profile,
        explainer=engine.explainer,
    )
    values: dict[str, list[float]] = {"ndcg": [], "mrr": [], "recall": []}
    said: list[float] = []
    true: list[bool] = []
    queries = engine.encoder.queries([need_text(need) for need in judged.needs])
    for need, query in zip(judged.needs, queries, strict=True):
        scored = changed.score(need, query, pool, pool.table.mask(need))
        ranked = [pool.experts[scored.aggregate.owners[place]].id for place in scored.order]
        grades = judged.grades[need.id]
        values["ndcg"].append(ndcg(ranked, grades))
        values["mrr"].append(mrr(ranked, grades))
        values["recall"].append(recall(ranked, grades))
        chance = profile.calibration.probability(scored.aggregate.raw[scored.order])
        for expert, probability in zip(ranked, chance, strict=True):
            if expert in grades:
                said.append(float(probability))
                true.append(grades[expert] >= 2)
    error, curve = calibration_error(np.array(said), np.array(true, bool))
    intervals = {name: bootstrap(column) for name, column in values.items()}
    return Report(intervals["ndcg"], intervals["mrr"], intervals["recall"], error, tuple(curve))
