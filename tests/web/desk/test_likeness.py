"""How alike texts are: Jaccard's index over neighbouring characters."""

from __future__ import annotations

import pytest

from web.services.likeness import LikeTexts, grams, likeness


def test_grams_leave_out_spaces_punctuation_and_case() -> None:
    assert grams("ＡＢ c，d") == {"abc", "bcd"}
    assert grams("枸杞") == {"枸杞"}
    assert grams("。") == frozenset()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("枸杞黑果病", "枸杞黑果病", 1),
        ("枸杞黑果病", "风机叶片结冰", 0),
        ("abcd", "bcde", 1 / 3),
        ("", "", 0),
        ("", "abc", 0),
    ],
)
def test_likeness_is_shared_grams_over_all(first: str, second: str, expected: float) -> None:
    assert likeness(first, second) == likeness(second, first) == pytest.approx(expected)


def test_like_texts_are_those_that_comparing_each_pair_finds() -> None:
    texts = {str(number): "枸杞黑果病怎么治理才好"[number % 4 : 6 + number % 5] for number in range(20)}
    like = LikeTexts(texts)
    for text in texts.values():
        expected = {key for key, other in texts.items() if likeness(text, other) >= 0.5}
        assert set(like.of(text, least=0.5)) == expected


def test_the_most_alike_come_first_and_those_left_out_do_not_come() -> None:
    like = LikeTexts({"a": "枸杞黑果病怎么治", "b": "枸杞黑果病", "c": "枸杞黑果病怎么治"})
    assert like.of("枸杞黑果病怎么治", least=0.4, but=("a",)) == ("c", "b")
