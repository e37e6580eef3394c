import math

import numpy as np
import pytest

from matcher.evaluation.metrics import bootstrap, calibration_error, mrr, ndcg, recall

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}
LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("ranked", "k", "expected"),
    [
        (["a", "b", "c", "d"], 10, 1.0),
        (["a", "b", "c", "d"], 2, 1.0),
        (["b", "a"], 2, (3 + 7 / LOG3) / (7 + 3 / LOG3)),
        (["x", "a"], 10, (7 / LOG3) / (7 + 3 / LOG3 + 1 / 2)),
        (["c", "x", "b"], 10, (1 + 3 / 2) / (7 + 3 / LOG3 + 1 / 2)),
        (["c", "x", "b"], 2, 1 / (7 + 3 / LOG3)),
        (["x", "d"], 10, 0.0),
        ([], 10, 0.0),
    ],
)
def test_ndcg_discounts_gains_by_rank_and_compares_with_the_best_order(
    ranked: list[str], k: int, expected: float
) -> None:
    assert ndcg(ranked, GRADES, k) == pytest.approx(expected)


@pytest.mark.parametrize("grades", [{}, {"a": 0}])
def test_ndcg_is_nothing_when_nobody_is_graded(grades: dict[str, int]) -> None:
    assert ndcg(["a"], grades) == 0.0


def test_ndcg_looks_at_ten_unless_told() -> None:
    ranked = [f"x{i}" for i in range(9)]
    assert ndcg([*ranked, "a"], {"a": 3}) == pytest.approx(1 / math.log2(11))
    assert ndcg([*ranked, "x9", "a"], {"a": 3}) == 0.0


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [(["a"], 3, 1.0), (["b", "x", "a"], 3, 1 / 3), (["b", "x", "a"], 2, 1.0), (["b", "c", "x"], 3, 0.0), ([], 3, 0.0)],
)
def test_mrr_is_one_over_the_rank_of_the_first_relevant_expert(
    ranked: list[str], relevant: int, expected: float
) -> None:
    assert mrr(ranked, GRADES, relevant) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranked", "k", "relevant", "expected"),
    [
        (["a", "x", "b"], 50, 2, 1.0),
        (["a", "x", "b"], 2, 2, 0.5),
        (["a", "x", "b"], 50, 1, 2 / 3),
        (["x", "c"], 50, 2, 0.0),
    ],
)
def test_recall_is_the_share_of_relevant_experts_found(
    ranked: list[str], k: int, relevant: int, expected: float
) -> None:
    assert recall(ranked, GRADES, k, relevant) == pytest.approx(expected)


def test_recall_is_complete_when_there_is_nobody_to_find() -> None:
    assert recall(["x"], {"x": 1}) == 1.0


def test_calibration_error_weighs_each_bins_gap_by_its_size() -> None:
    probabilities = np.array([0.1, 0.3, 0.75, 0.75, 1.0])
    outcomes = np.array([False, True, True, False, True])
    error, curve = calibration_error(probabilities, outcomes, bins=2)
    assert error == pytest.approx(2 / 5 * abs(0.2 - 0.5) + 3 / 5 * abs(2.5 / 3 - 2 / 3))
    assert curve == [(pytest.approx(0.2), 0.5, 2), (pytest.approx(2.5 / 3), pytest.approx(2 / 3), 3)]


def test_bins_begin_at_their_lower_end_and_empty_ones_are_left_out() -> None:
    _, curve = calibration_error(np.array([0.0, 0.5, 1.0]), np.array([False, True, True]))
    assert curve == [(0.0, 0.0, 1), (0.5, 1.0, 1), (1.0, 1.0, 1)]
    _, curve = calibration_error(np.array([0.5, 0.59, 0.6]), np.array([True, False, True]))
    assert [count for _, _, count in curve] == [2, 1]


def test_a_forecast_that_comes_true_as_often_as_said_has_no_error() -> None:
    probabilities = np.repeat([0.25, 0.75], 4)
    outcomes = np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)
    assert calibration_error(probabilities, outcomes)[0] == pytest.approx(0)


def test_the_bootstrap_is_repeatable_and_contains_the_mean() -> None:
    values = [0.0, 0.2, 0.5, 0.9, 1.0, 0.4]
    first = bootstrap(values, seed=4)
    assert first == bootstrap(values, seed=4) != bootstrap(values, seed=5)
    assert first.mean == pytest.approx(0.5)
    assert min(values) < first.low < first.mean < first.high < max(values)


def test_the_bootstrap_interval_has_the_width_that_the_central_limit_gives() -> None:
    values = np.random.default_rng(0).normal(3.0, 2.0, 400)
    interval = bootstrap(values.tolist())
    expected = 2 * 1.96 * values.std() / math.sqrt(len(values))
    assert interval.high - interval.low == pytest.approx(expected, rel=0.1)


def test_equal_values_leave_no_doubt() -> None:
    interval = bootstrap([0.5, 0.5, 0.5])
    assert (interval.mean, interval.low, interval.high) == (0.5, 0.5, 0.5)
