"""The grade of an assignment (绩效等次) by a formula that is data: see `grading` in `seed_data/indicators.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.choices import Grade

PARTS = ("days", "outcomes", "employer", "expert", "timely")


@dataclass(frozen=True, slots=True)
class Scheme:
    """Weights of the parts (they need not sum to 1) and the grades by their lowest score, best first."""

    version: str
    weights: Mapping[str, float]
    outcomes_full: int
    timely_within_days: int
    grades: tuple[tuple[Grade, float], ...]

    def __post_init__(self) -> None:
        """Raises ValueError, naming what is wrong."""
        if unknown := set(self.weights) - set(PARTS):
            raise ValueError(f"unknown parts {sorted(unknown)}; known are {', '.join(PARTS)}")
        if any(weight < 0 for weight in self.weights.values()) or not any(self.weights.values()):
            raise ValueError("weights are numbers of 0 or more, and one of them is more")
        if self.outcomes_full < 1 or self.timely_within_days < 0:
            raise ValueError("outcomes_full is at least 1 and timely_within_days at least 0")
        lowest = [score for _, score in self.grades]
        if lowest != sorted(lowest, reverse=True) or not lowest or lowest[-1] != 0:
            raise ValueError("grades stand best first, and the last begins at 0")


@dataclass(frozen=True, slots=True)
class Performance:
    """What the formula looks at. Days with halves; marks from 1 to 5; None where there is nothing to look at."""

    confirmed_days: float
    promised_days: float
    confirmed_outcomes: int
    """How many different indicators host and manager have confirmed."""
    employer_mark: float | None
    expert_mark: float | None
    timely_logs: float | None
    """Share of the log entries that were made in time, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The score from 0 to 100, its grade, and the parts: name → (value from 0 to 1, weight that counted)."""

    score: float
    grade: Grade
    parts: Mapping[str, tuple[float, float]]


def grade(scheme: Scheme, performance: Performance) -> Graded:
    """The weighted mean of the parts that apply, times 100; the grade is the best one whose lowest score is reached."""
    values = {name: value for name, value in _values(scheme, performance).items() if value is not None}
    weights = {name: scheme.weights.get(name, 0.0) for name in values}
    whole = sum(weights.values())
    if not whole:
        raise ValueError("none of the parts that have a weight applies")
    parts = {name: (value, weights[name] / whole) for name, value in values.items()}
    score = round(100 * sum(value * weight for value, weight in parts.values()), 1)
    return Graded(score, next(name for name, lowest in scheme.grades if score >= lowest), parts)


def _values(scheme: Scheme, performance: Performance) -> dict[str, float | None]:
    promised = performance.promised_days
    return {
        "days": min(1.0, performance.confirmed_days / promised) if promised > 0 else None,
        "outcomes": min(1.0, performance.confirmed_outcomes / scheme.outcomes_full),
        "employer": _of_mark(performance.employer_mark),
        "expert": _of_mark(performance.expert_mark),
        "timely": performance.timely_logs,
    }


def _of_mark(mark: float | None) -> float | None:
    return None if mark is None else (mark - 1) / 4
