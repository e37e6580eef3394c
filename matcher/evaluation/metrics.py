"""Metrics over one need's ranked list, and how sure their mean is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Grades = Mapping[str, int]
"""Expert id → grade 0–3; an expert that is not named counts as 0."""


def ndcg(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """nDCG@k with gain 2^grade - 1 and discount log2(rank + 1) (Burges et al. 2005); 0 when nothing is graded."""
    gains = np.array([2.0 ** grades.get(expert, 0) - 1 for expert in ranked[:k]])
    ideal = np.sort([2.0**grade - 1 for grade in grades.values()])[::-1][:k]
    best = float((ideal / np.log2(np.arange(2, len(ideal) + 2))).sum())
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum()) / best if best else 0.0


def mrr(ranked: Sequence[str], grades: Grades, relevant: int = 3) -> float:
    """1 / rank of the first expert of grade `relevant` or higher; 0 when none is there."""
    return next((1.0 / rank for rank, expert in enumerate(ranked, 1) if grades.get(expert, 0) >= relevant), 0.0)


def recall(ranked: Sequence[str], grades: Grades, k: int = 50, relevant: int = 2) -> float:
    """The share of experts of grade `relevant` or higher among the first k; 1 when there are none to find."""
    wanted = {expert for expert, grade in grades.items() if grade >= relevant}
    return len(wanted & set(ranked[:k])) / len(wanted) if wanted else 1.0


def calibration_error(
    probabilities: npt.NDArray[np.float64], outcomes: npt.NDArray[np.bool_], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error (Naeini et al. 2015) over bins of equal width, and the reliability curve.

    The curve has (mean probability, share that came true, count) for each bin that is not empty.
    """
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    curve, error = [], 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            said, true = float(probabilities[inside].mean()), float(outcomes[inside].mean())
            error += abs(said - true) * float(inside.mean())
            curve.append((said, true, int(inside.sum())))
    return error, curve


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def bootstrap(values: Sequence[float], *, seed: int = 0, draws: int = 2000) -> Interval:
    """The mean over needs, with the 2.5 and 97.5 percentiles of resampled means."""
    sample = np.asarray(values, float)
    picks = np.random.default_rng(seed).integers(0, len(sample), (draws, len(sample)))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return Interval(float(sample.mean()), float(low), float(high))
