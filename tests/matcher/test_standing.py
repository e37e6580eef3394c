"""A place in a list as the share that stands behind: the same everywhere, and never all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matcher.standing import Position

PLACES = st.integers(1, 100_000).flatmap(lambda of: st.builds(Position, st.integers(1, of), st.just(of)))


@given(PLACES)
def test_nobody_is_above_a_hundred_percent_and_nothing_is_said_as_zero(place: Position) -> None:
    assert place.percentile is None or 1 <= place.percentile <= 99


@given(PLACES)
def test_the_share_counts_those_behind_among_all_and_is_rounded_down(place: Position) -> None:
    behind = place.of - place.rank
    share = place.percentile or 0
    assert share * place.of <= 100 * behind < (share + 1) * place.of


def test_the_last_and_the_only_one_stand_above_no_share() -> None:
    assert Position(1, 1).percentile is None
    assert Position(500, 500).percentile is None
    assert Position(1, 500).percentile == 99
