"""The grade is what the formula says, by its data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.choices import Grade
from models.grading import Performance, Scheme, grade

SCHEME = Scheme(
    "test",
    {"days": 0.5, "outcomes": 0.25, "employer": 0.25},
    outcomes_full=4,
    timely_within_days=7,
    grades=((Grade.EXCELLENT, 85), (Grade.GOOD, 70), (Grade.PASS, 60), (Grade.FAIL, 0)),
)
PERFECT = Performance(30, 30, 4, 5.0, 5.0, 1.0)


def test_score_is_the_weighted_mean_and_names_its_parts() -> None:
    found = grade(SCHEME, Performance(15, 30, 2, 3.0, None, None))
    assert found.score == 50.0  # 0.5 in every part
    assert found.grade == Grade.FAIL
    assert found.parts == {"days": (0.5, 0.5), "outcomes": (0.5, 0.25), "employer": (0.5, 0.25)}


def test_more_than_promised_counts_as_all() -> None:
    assert grade(SCHEME, replace(PERFECT, confirmed_days=90, confirmed_outcomes=40)).score == 100.0


def test_part_that_does_not_apply_leaves_its_weight_to_the_others() -> None:
    found = grade(SCHEME, Performance(30, 30, 0, None, None, None))
    assert found.parts["days"] == (1.0, pytest.approx(2 / 3))
    assert found.score == pytest.approx(66.7)


@pytest.mark.parametrize(
    ("score", "expected"), [(85.0, "优秀"), (84.9, "良好"), (70.0, "良好"), (60.0, "合格"), (59.9, "不合格")]
)
def test_grade_begins_at_its_lowest_score(score: float, expected: str) -> None:
    scheme = replace(SCHEME, weights={"timely": 1.0})
    assert grade(scheme, replace(PERFECT, timely_logs=score / 100)).grade == expected


@given(
    days=st.floats(0, 400),
    promised=st.floats(0, 400),
    outcomes=st.integers(0, 20),
    mark=st.none() | st.floats(1, 5),
    timely=st.none() | st.floats(0, 1),
)
def test_score_lies_between_0_and_100(
    days: float, promised: float, outcomes: int, mark: float | None, timely: float | None
) -> None:
    found = grade(SCHEME, Performance(days, promised, outcomes, mark, mark, timely))
    assert 0 <= found.score <= 100


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"weights": {"luck": 1.0}}, "unknown parts"),
        ({"weights": {"days": -1.0}}, "weights"),
        ({"weights": {"days": 0.0}}, "weights"),
        ({"outcomes_full": 0}, "outcomes_full"),
        ({"grades": ((Grade.FAIL, 0), (Grade.EXCELLENT, 85))}, "best first"),
        ({"grades": ((Grade.EXCELLENT, 85),)}, "begins at 0"),
    ],
)
def test_formula_that_makes_no_sense_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        replace(SCHEME, **changes)  # type: ignore[arg-type]  # the values are those under test
