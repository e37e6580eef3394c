import numpy as np
import numpy.typing as npt
import pytest

from matcher.background import Background
from matcher.fusion import Spread, estimate_spread, normalise_scores

RNG = np.random.default_rng(11)
DIM = 16
ZH = (RNG.normal(0.5, 1.0, (400, DIM))).astype(np.float32)
EN = (RNG.normal(-0.2, 0.3, (300, DIM))).astype(np.float32)
BACKGROUND = Background({"zh": ZH, "en": EN})
QUERY = RNG.normal(size=DIM).astype(np.float32)


def normalised(own_centre: float, own_scale: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The background's own scores, normalised: Chinese ones, English ones."""
    spread = estimate_spread(QUERY, BACKGROUND, own_centre=own_centre, own_scale=own_scale)
    return (
        normalise_scores(ZH @ QUERY, np.zeros(len(ZH), bool), spread),
        normalise_scores(EN @ QUERY, np.ones(len(EN), bool), spread),
    )


def test_with_its_own_centre_and_scale_each_language_is_a_z_score() -> None:
    for scores in normalised(1, 1):
        assert scores.mean() == pytest.approx(0, abs=1e-4)
        assert scores.std() == pytest.approx(1, abs=1e-4)


def test_with_nothing_of_its_own_both_languages_share_one_affine_map() -> None:
    spread = estimate_spread(QUERY, BACKGROUND, own_centre=0, own_scale=0)
    assert spread.centre["zh"] == spread.centre["en"] == pytest.approx(((ZH @ QUERY).mean() + (EN @ QUERY).mean()) / 2)
    assert spread.scale["zh"] == spread.scale["en"] == pytest.approx(((ZH @ QUERY).std() + (EN @ QUERY).std()) / 2)


def test_own_centre_leaves_the_scale_alone_and_own_scale_the_centre() -> None:
    zh, en = normalised(1, 0)
    assert (zh.mean(), en.mean()) == pytest.approx((0, 0), abs=1e-4)
    assert zh.std() / en.std() == pytest.approx((ZH @ QUERY).std() / (EN @ QUERY).std(), rel=1e-4)
    spread = estimate_spread(QUERY, BACKGROUND, own_centre=0, own_scale=1)
    assert spread.centre["zh"] == spread.centre["en"]
    assert spread.scale["zh"] == pytest.approx((ZH @ QUERY).std(), rel=1e-5)
    assert spread.scale["en"] == pytest.approx((EN @ QUERY).std(), rel=1e-5)


def test_half_of_its_own_lies_half_way() -> None:
    none, half, all_ = (estimate_spread(QUERY, BACKGROUND, own_centre=own, own_scale=own) for own in (0, 0.5, 1))
    for language in ("zh", "en"):
        assert half.centre[language] == pytest.approx((none.centre[language] + all_.centre[language]) / 2)
        assert half.scale[language] == pytest.approx((none.scale[language] + all_.scale[language]) / 2)


def test_the_order_within_a_language_never_changes() -> None:
    for own_centre, own_scale in ((0, 0), (0.5, 1), (1, 0), (1, 1)):
        zh, en = normalised(own_centre, own_scale)
        assert (np.argsort(zh) == np.argsort(ZH @ QUERY)).all()
        assert (np.argsort(en) == np.argsort(EN @ QUERY)).all()


def test_a_passages_score_does_not_depend_on_the_pool_around_it() -> None:
    spread = estimate_spread(QUERY, BACKGROUND, own_centre=0.5, own_scale=0.5)
    pool, is_english = RNG.normal(size=50).astype(np.float32), RNG.random(50) < 0.5
    together = normalise_scores(pool, is_english, spread)
    alone = [float(normalise_scores(pool[[row]], is_english[[row]], spread)[0]) for row in range(50)]
    assert together.tolist() == alone


def test_each_score_is_normalised_by_its_own_language() -> None:
    spread = Spread(centre={"zh": 0.8, "en": 0.7}, scale={"zh": 0.1, "en": 0.05})
    scores = normalise_scores(np.array([0.9, 0.9], np.float32), np.array([False, True]), spread)
    assert scores.tolist() == pytest.approx([1.0, 4.0], rel=1e-5)


def test_a_background_without_variation_gives_finite_scores() -> None:
    flat = Background({language: np.ones((3, DIM), np.float32) for language in ("zh", "en")})
    spread = estimate_spread(QUERY, flat, own_centre=1, own_scale=1)
    assert np.isfinite(normalise_scores(np.array([0.3, 0.3], np.float32), np.array([False, True]), spread)).all()
