"""Per-language normalisation: scores of Chinese and English passages made comparable before they meet.

With plain cosine an expert who publishes in English is never found by a Chinese need: a query's
cosines to the two languages have different means and spreads. Both are estimated, query by query, on the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.background import Background
from matcher.types import LANGUAGES, Language

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a query's scores lie, per language: `(score - centre) / scale` is comparable across languages."""

    centre: Mapping[Language, float]
    scale: Mapping[Language, float]


def estimate_spread(
    query: npt.NDArray[np.float32], background: Background, *, own_centre: float, own_scale: float
) -> Spread:
    """The spread of one query `(dim,)` over the background sample.

    `own_centre` in [0, 1] says how far each language keeps its own mean (1: a z-score per language, right for an
    encoder that prefers the query's language; 0: one mean for both, right for one that learned not to);
    `own_scale` says the same of the standard deviation.
    """
    scores = {language: background.vectors[language] @ query for language in LANGUAGES}
    means = {language: float(scores[language].mean()) for language in LANGUAGES}
    deviations = {language: max(float(scores[language].std()), 1e-6) for language in LANGUAGES}
    return Spread(centre=_toward_own(means, own_centre), scale=_toward_own(deviations, own_scale))


def _toward_own(values: Mapping[Language, float], own: float) -> dict[Language, float]:
    shared = sum(values.values()) / len(values)
    return {language: own * value + (1 - own) * shared for language, value in values.items()}


def normalise_scores(scores: npt.NDArray[np.float32], is_english: npt.NDArray[np.bool_], spread: Spread) -> Scores:
    """Raw inner products of one query and passages, shape `(n,)`, as comparable numbers of the same shape."""
    zh, en = LANGUAGES
    centre = np.where(is_english, spread.centre[en], spread.centre[zh])
    scale = np.where(is_english, spread.scale[en], spread.scale[zh])
    return np.asarray((scores - centre) / scale, np.float64)


def normalise_many(scores: npt.NDArray[np.float32], centres: Scores, scales: Scores, *, is_english: bool) -> Scores:
    """As `normalise_scores`, of many queries and one passage; `centres` and `scales`: `(n, 2)`, as LANGUAGES."""
    language = int(is_english)
    return np.asarray((scores - centres[:, language]) / scales[:, language], np.float64)
