from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.recent import Recent


def test_the_value_not_asked_for_the_longest_goes_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)


def test_a_kept_value_is_not_made_again() -> None:
    made: list[str] = []
    recent: Recent[str, str] = Recent(5)
    for _ in range(2):
        assert recent.of("key", lambda key: made.append(key) or key.upper()) == "KEY"
    assert made == ["key"]


def test_room_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        Recent(0)


@given(keys=st.lists(st.integers(0, 9), max_size=60), most=st.integers(1, 6))
def test_the_last_keys_asked_for_are_those_kept(keys: list[int], most: int) -> None:
    recent: Recent[int, int] = Recent(most)
    for key in keys:
        assert recent.of(key, lambda key: key * key) == key * key
    last = list(dict.fromkeys(reversed(keys)))
    assert [recent.get(key) for key in last[:most]] == [key * key for key in last[:most]]
    assert all(recent.get(key) is None for key in last[most:])


def test_many_threads_never_keep_more_than_there_is_room_for() -> None:
    recent: Recent[int, int] = Recent(7)

    def work(start: int) -> bool:
        return all(recent.of(k % 40, lambda k: k + 1) == k % 40 + 1 for k in range(start, start + 3000))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(8)))
    assert len(recent) == 7
