import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnknownChoiceError
from matcher.ranker import FEATURES, Calibration, RankerProfile, aggregate, load_profile

PROFILE = RankerProfile(
    own_centre=0.5,
    own_scale=1.0,
    weights={"terms": 3.0, "words": 2.0, "meaning": 1.0},
    best=(1.0, 0.5, 0.25),
    calibration=Calibration(slope=1.5, intercept=-2.0, strong=0.6, medium=0.3),
)


def brute_force(scores: list[float], owners: list[int], best: tuple[float, ...]) -> dict[int, tuple[float, list[int]]]:
    """Owner → weighted mean of its best scores, and the rows of those, best first, ties by row."""
    found = {}
    for owner in sorted(set(owners)):
        rows = [row for row in range(len(owners)) if owners[row] == owner]
        chosen = sorted(rows, key=lambda row: (-scores[row], row))[: len(best)]
        used = best[: len(chosen)]
        mean = sum(weight * scores[row] for weight, row in zip(used, chosen, strict=True)) / sum(used)
        found[owner] = (mean, chosen)
    return found


PASSAGES = st.lists(
    st.tuples(st.sampled_from([-1.5, -0.25, 0.0, 0.25, 1.0, 1.125, 7.0]), st.integers(0, 5)), max_size=20
)


@given(passages=PASSAGES, best=st.sampled_from([(1.0,), (1.0, 1.0, 1.0), (1.0, 0.5, 0.25), (0.7, 0.2)]))
@settings(max_examples=200, deadline=None)
def test_an_owners_score_is_the_weighted_mean_of_its_best_passages(
    passages: list[tuple[float, int]], best: tuple[float, ...]
) -> None:
    scores, owners = [score for score, _ in passages], [owner for _, owner in passages]
    total = aggregate(np.array(scores), np.array(owners, np.int64), best)
    expected = brute_force(scores, owners, best)
    assert total.owners.tolist() == list(expected)
    np.testing.assert_allclose(total.raw, [mean for mean, _ in expected.values()], atol=1e-12)
    assert [total.rows[total.group == i].tolist() for i in range(len(expected))] == [r for _, r in expected.values()]


@given(passages=PASSAGES)
@settings(max_examples=60, deadline=None)
def test_shares_are_one_in_all_and_give_the_score_back(passages: list[tuple[float, int]]) -> None:
    scores = np.array([score for score, _ in passages])
    total = aggregate(scores, np.array([owner for _, owner in passages], np.int64), PROFILE.best)
    for place, raw in enumerate(total.raw):
        mine = total.group == place
        assert total.share[mine].sum() == pytest.approx(1.0)
        assert (total.share[mine] * scores[total.rows[mine]]).sum() == pytest.approx(raw)


def test_equal_passages_stand_in_the_order_of_their_rows() -> None:
    scores, owners = np.array([1.0, 2.0, 2.0, 2.0, 2.0]), np.array([7, 3, 7, 7, 3])
    total = aggregate(scores, owners, (1.0, 0.5))
    assert total.owners.tolist() == [3, 7]
    assert total.rows.tolist() == [1, 4, 2, 3]
    assert total.group.tolist() == [0, 0, 1, 1]


def test_one_passage_counts_fully_and_the_rest_do_not_count() -> None:
    total = aggregate(np.array([4.0, 9.0, 6.0, 1.0]), np.array([0, 1, 1, 1]), (1.0, 0.5))
    assert total.raw.tolist() == [4.0, pytest.approx((9 + 0.5 * 6) / 1.5)]


def test_aggregating_nothing_gives_nobody() -> None:
    total = aggregate(np.zeros(0), np.zeros(0, np.int64), PROFILE.best)
    assert [len(array) for array in (total.owners, total.raw, total.rows, total.group, total.share)] == [0] * 5


def test_the_parts_of_the_features_add_up_to_the_score() -> None:
    features = np.random.default_rng(3).normal(size=(9, len(FEATURES)))
    weights = PROFILE.weight_vector()
    total = aggregate(features @ weights, np.array([0, 0, 0, 0, 1, 1, 2, 2, 2]), PROFILE.best)
    for place, raw in enumerate(total.raw):
        mine = total.group == place
        parts = (features[total.rows[mine]] * weights * total.share[mine][:, None]).sum(axis=0)
        assert parts.sum() == pytest.approx(raw)


def test_weights_stand_in_the_order_of_the_features() -> None:
    assert FEATURES == ("meaning", "words", "terms")
    assert PROFILE.weight_vector().tolist() == [1.0, 2.0, 3.0]


def test_a_profile_without_a_features_weight_is_refused() -> None:
    with pytest.raises(KeyError, match="terms"):
        RankerProfile(0, 0, {"meaning": 1, "words": 1}, (1,), PROFILE.calibration).weight_vector()


def test_a_raw_score_becomes_platts_probability() -> None:
    raw = np.array([[-1.0, 0.0], [4 / 3, 3.0]])
    expected = [[1 / (1 + math.exp(-(1.5 * x - 2.0))) for x in row] for row in raw]
    np.testing.assert_allclose(PROFILE.calibration.probability(raw), expected)
    assert PROFILE.calibration.probability(np.array([4 / 3]))[0] == pytest.approx(0.5)


@pytest.mark.parametrize("raw", [-1e6, 1e6])
def test_extreme_raw_scores_stay_probabilities(raw: float) -> None:
    with np.errstate(over="ignore", under="ignore"):
        assert PROFILE.calibration.probability(np.array([raw]))[0] == pytest.approx(float(raw > 0))


@pytest.mark.parametrize(
    ("probability", "band"),
    [(1.0, "strong"), (0.6, "strong"), (0.599, "medium"), (0.3, "medium"), (0.299, "weak"), (0.0, "weak")],
)
def test_a_band_begins_at_its_threshold(probability: float, band: str) -> None:
    assert PROFILE.calibration.band(probability) == band


@pytest.mark.parametrize("name", ["builtin", "generic"])
def test_a_learned_profile_is_complete_and_sane(name: str) -> None:
    profile = load_profile(name)
    assert 0 <= profile.own_centre <= 1 and 0 <= profile.own_scale <= 1
    assert profile.weight_vector().min() >= 0 and profile.weights["meaning"] > 0
    assert profile.best[0] > 0 and list(profile.best) == sorted(profile.best, reverse=True)
    assert profile.calibration.slope > 0
    assert 0 < profile.calibration.medium < profile.calibration.strong < 1


def test_an_unknown_profile_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(UnknownChoiceError, match=r"'bge'; valid: builtin, generic") as caught:
        load_profile("bge")
    assert caught.value.valid == ("builtin", "generic")
