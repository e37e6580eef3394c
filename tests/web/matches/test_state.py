"""The URL is the state: what it says is read back the same, what it has wrong is left out."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from models.choices import Mode
from web.matches.fields import month_end, read_month, read_number
from web.matches.forms import PREFIX, WishesForm
from web.matches.state import ListState, tidied, wishes_pairs
from web.services.match_filters import Filters
from web.services.match_wishes import Wishes
from web.services.ranking import SORTS

months = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(lambda day: day.replace(day=1))
days = st.integers(1, 732).map(lambda halves: halves / 2)


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


filters = st.builds(
    Filters,
    province=some(["31", "32", "11"]),
    mode=some([mode.value for mode in Mode]),
    title=some(["0", "1", "4"]),
    language=some(["zh", "en", "bo"]),
    english=some(["1"]),
    starts=st.none() | months,
    ends=st.none() | months.map(month_end),
    days=st.none() | days,
    institution=st.sampled_from(["", "江南大学", "a b&c=1+2"]),
)
wishes = st.builds(
    Wishes,
    modes=some([mode.value for mode in Mode]),
    min_title=st.sampled_from(["", "副高", "正高"]),
    min_degree=st.sampled_from(["", "博士"]),
    days_per_year=st.none() | days,
    starts=st.none() | st.just(date(2027, 3, 1)),
    ends=st.none() | st.just(date(2028, 12, 31)),
    place=st.sampled_from(["onsite", "either"]),
    exclude_institutions=some(["江南大学", "Zhejiang University, School of Medicine"]),
)
states = st.builds(
    ListState,
    filters=filters,
    sort=st.sampled_from(SORTS),
    page=st.integers(1, 400),
    compare=some(["ZJ1", "ZJ2", "ZJ3", "ZJ4"]),
)


def query(pairs: list[tuple[str, str]]) -> MultiDict[str, str]:
    return MultiDict(pairs)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(states)
def test_a_state_is_read_back_from_its_own_query(state: ListState) -> None:
    assert ListState.read(query(state.pairs())) == state


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(wishes)
def test_wishes_that_are_tried_out_are_read_back_from_their_own_query(migrated_app: Flask, asked: Wishes) -> None:
    with migrated_app.test_request_context("/"):
        form = WishesForm(query(wishes_pairs(asked)), prefix=PREFIX, meta={"csrf": False})
        assert form.validate(), form.errors
        assert form.wishes(Wishes()) == asked


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet="abc=&'\"<>%;\x00省31-9", max_size=20),
    st.sampled_from(["province", "mode", "title", "page", "days", "from", "sort", "language"]),
)
def test_what_a_url_has_wrong_is_left_out(value: str, key: str) -> None:
    state = ListState.read(query([(key, value)]))
    assert state in (ListState(), ListState.read(query(state.pairs())))


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2027-03", "2027-03"),
        ("2027/3", "2027-03"),
        ("２０２７-０３", "2027-03"),
        ("2027年3月", "2027-03"),
        ("202703", "2027-03"),
    ],
)
def test_months_are_read_as_people_write_them(written: str, month: str) -> None:
    found = read_month(written)
    assert found is not None and found.isoformat() == f"{month}-01"


@pytest.mark.parametrize(("written", "number"), [("１５", 15.0), (" 0.5 天", 0.5), ("", None), ("1e2", 100.0)])
def test_days_are_read_with_full_width_digits(written: str, number: float | None) -> None:
    assert read_number(written) == number


@pytest.mark.parametrize("written", ["inf", "nan", "十五", "1,5", "--1", "1e99"])
def test_what_is_no_number_of_days_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read_number(written)


def test_empty_and_unknown_parts_of_a_query_are_dropped() -> None:
    given_query = "province=31&province=&days=&csrf_token=x&utm=1&try=1&try_min_title=&try_days_per_year=5&page=2"
    kept = tidied(query(parse_qsl(given_query, keep_blank_values=True)))
    assert kept == [("province", "31"), ("try", "1"), ("try_days_per_year", "5"), ("page", "2")]


def test_a_month_that_is_still_the_needs_own_keeps_the_needs_day(migrated_app: Flask) -> None:
    own = Wishes(starts=date(2027, 3, 15), ends=date(2028, 6, 10))
    with migrated_app.test_request_context("/"):
        form = WishesForm(
            query([("try_starts", "2027-03"), ("try_ends", "2028-07")]), prefix=PREFIX, meta={"csrf": False}
        )
        assert (form.wishes(own).starts, form.wishes(own).ends) == (date(2027, 3, 15), date(2028, 7, 31))
