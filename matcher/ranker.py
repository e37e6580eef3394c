"""The ranker: what scikit-learn learned (`scripts/fit_ranker.py`) as plain, additive arithmetic.

A passage's score is a weighted sum of its features, so that no part of it can hide; an expert's score is a weighted
mean of the best passages. `data/ranker.json` holds one profile for the built-in encoder and one for any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from matcher.errors import UnknownChoiceError
from matcher.types import Band

FEATURES = ("meaning", "words", "terms")
"""`meaning`: normalised inner product of the encoder; `words`: share of the need's words found (BM25);
`terms`: concepts of the term bank that both name."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: probability = 1 / (1 + exp(-(slope * raw + intercept))); bands by probability."""

    slope: float
    intercept: float
    strong: float
    medium: float

    def probability(self, raw: Floats) -> Floats:
        """Raw scores as probabilities that a judge would call the expert suitable (grade 2 or 3), same shape."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * raw + self.intercept))), np.float64)

    def band(self, probability: float) -> Band:
        """The word for a probability."""
        if probability >= self.strong:
            return "strong"
        return "medium" if probability >= self.medium else "weak"


@dataclass(frozen=True, slots=True)
class RankerProfile:
    """What was learned for one kind of encoder. `best` weighs an expert's best passages, the best one first."""

    own_centre: float
    own_scale: float
    weights: Mapping[str, float]
    best: tuple[float, ...]
    calibration: Calibration

    def weight_vector(self) -> Floats:
        """The features' weights in the order of FEATURES."""
        return np.array([self.weights[name] for name in FEATURES], np.float64)


def load_profile(name: str) -> RankerProfile:
    """The profile of that name. Raises UnknownChoiceError, which lists the profiles there are."""
    profiles = json.loads((files("matcher") / "data" / "ranker.json").read_text("utf-8"))["profiles"]
    if name not in profiles:
        raise UnknownChoiceError("ranker profile", name, tuple(sorted(profiles)))
    raw = profiles[name]
    return RankerProfile(
        own_centre=float(raw["own_centre"]),
        own_scale=float(raw["own_scale"]),
        weights={feature: float(raw["weights"][feature]) for feature in FEATURES},
        best=tuple(float(weight) for weight in raw["best"]),
        calibration=Calibration(**{key: float(value) for key, value in raw["calibration"].items()}),
    )


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Experts' scores and the passages that made them.

    `owners` (n,) are the experts that have passages, ascending; `raw` (n,) their scores. Passage `rows[i]` belongs to
    `owners[group[i]]` and counts with weight `share[i]`; within a group the best passage stands first.
    """

    owners: npt.NDArray[np.int64]
    raw: Floats
    rows: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    share: Floats


def aggregate(passage_scores: Floats, owner: npt.NDArray[np.int64], best: tuple[float, ...]) -> Aggregate:
    """Weighted mean of each owner's best passages; an owner with fewer passages shares the weights it uses.

    `passage_scores` and `owner` have shape `(n_passages,)`. Ties between passages go to the earlier one.
    """
    order = np.lexsort((np.arange(len(owner)), -passage_scores, owner))
    owners, starts, group = np.unique(owner[order], return_index=True, return_inverse=True)
    place = np.arange(len(order)) - starts[group]
    kept = place < len(best)
    rows, group, place = order[kept], group[kept], place[kept]
    share = np.array(best)[place]
    share = share / np.bincount(group, weights=share, minlength=len(owners))[group]
    raw = np.bincount(group, weights=share * passage_scores[rows], minlength=len(owners)).astype(np.float64)
    return Aggregate(owners, raw, rows, group, share)
