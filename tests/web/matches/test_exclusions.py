"""Everybody whom a rule keeps out is named under it, and what a relaxed wish would change is counted, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from factories import Maker
from sqlalchemy.orm import Session

from matcher.eligibility import check, is_eligible
from models import AvailabilityWindow, Expert, Need
from models.choices import ExpertKind, Place
from web.matching import Matching
from web.services.errors import NotFoundError
from web.services.match_exclusions import excluded_group, excluded_groups
from web.services.ranking import Board, board_of

Boards = Callable[[Need], Board]
Many = Callable[[int], list[Expert]]


@pytest.fixture
def strict(make: Maker) -> Need:
    """A need with a wish of every kind."""
    return make.need(
        modes=("service_mission", "talent_enclave"),
        min_title="正高",
        min_degree="博士",
        days_per_year=20.0,
        altitude_m=4200.0,
        exclude_institutions=("江淮农业大学9", "江淮农业大学10"),
        starts=date(2027, 3, 1),
        ends=date(2028, 12, 31),
    )


@pytest.fixture
def crowd(make: Maker, many: Many) -> list[Expert]:
    """Experts of whom every rule keeps somebody out, some by one rule alone."""
    experts = many(60)
    fits = {"title": "教授", "degree": "博士", "days_per_year": 40.0, "modes": ("service_mission",)}
    graduate = make.expert(kind=ExpertKind.GRADUATE, **{**fits, "modes": ("apprenticeship",)})
    low = make.expert(altitude_ok=False, **fits)
    late = make.expert(**fits)
    late.windows = [AvailabilityWindow(starts=date(2031, 1, 1), ends=date(2031, 12, 31))]
    few = [make.expert(**{**fits, "days_per_year": days}) for days in (19.0, 12.0, 12.0, 6.0, 0.0)]
    lower = [make.expert(**{**fits, "title": title}) for title in ("副教授", "讲师", "讲师")]
    other = [make.expert(**{**fits, "modes": modes}) for modes in (("training",), ("training",), ("dual_appointment",))]
    kept_out = make.expert(institution="江淮农业大学9医学院", **fits)
    return [*experts, graduate, low, late, *few, *lower, *other, kept_out]


def test_every_excluded_expert_stands_under_each_rule_that_fails(
    crowd: list[Expert], strict: Need, board: Boards
) -> None:
    got = board(strict)
    named = {(group.rule, one.expert.id) for group in excluded_groups(got) for one in group.excluded}
    brute = {
        (rule.rule, expert.id)
        for expert in got.pool.experts
        for rule in check(got.need, expert)
        if rule.outcome == "fail"
    }
    assert named == brute
    assert {rule for rule, _ in named} == {
        "kind", "mode", "dates", "days_per_year", "min_title", "min_degree", "altitude", "excluded_institution",
    }  # fmt: skip
    assert len(got.exclusions) + got.eligible == len(crowd)


def test_the_sentence_under_a_rule_is_that_rules_own(crowd: list[Expert], strict: Need, board: Boards) -> None:
    for group in excluded_groups(board(strict)):
        assert {one.rule.rule for one in group.excluded} == {group.rule}
        assert {one.rule.outcome for one in group.excluded} == {"fail"}


def test_each_relaxation_lets_in_as_many_as_it_says(crowd: list[Expert], strict: Need, board: Boards) -> None:
    got = board(strict)
    found = [one for group in excluded_groups(got) for one in group.relaxations]
    assert {one.wish for one in found} == {
        "min_title", "min_degree", "days_per_year", "dates", "modes", "exclude_institutions",
    }  # fmt: skip
    for one in found:
        need = got.with_wishes(one.wishes)
        now = {e.id for e in got.pool.experts if is_eligible(check(need, e))}
        before = {e.id for e in got.pool.experts if is_eligible(check(got.need, e))}
        assert one.gain == len(now - before) > 0, one
        assert before <= now, one


def test_trying_a_relaxation_out_gives_a_list_longer_by_its_gain(
    crowd: list[Expert], strict: Need, session: Session, indexed: Callable[[], Matching]
) -> None:
    matching = indexed()
    got = board_of(session, matching=matching, need=strict)
    for group in excluded_groups(got):
        for one in group.relaxations:
            tried = board_of(session, matching=matching, need=strict, wishes=one.wishes)
            assert tried.eligible == got.eligible + one.gain


def test_fewer_days_are_proposed_from_what_is_offered(crowd: list[Expert], strict: Need, board: Boards) -> None:
    days = [(one.value, one.gain) for one in excluded_group(board(strict), "days_per_year").relaxations]
    assert (19.0, 1) in days or days[0][1] >= 1
    assert [value for value, _ in days] == sorted((value for value, _ in days), reverse=True)
    assert [gain for _, gain in days] == sorted(gain for _, gain in days)
    assert days[-1][0] == 6.0


def test_a_lower_title_is_proposed_only_where_it_lets_more_in(crowd: list[Expert], strict: Need, board: Boards) -> None:
    ranks = [(one.value, one.gain) for one in excluded_group(board(strict), "min_title").relaxations]
    assert [gain for _, gain in ranks] == sorted({gain for _, gain in ranks})
    assert ranks[0][0] == "副高"


def test_work_on_site_is_relaxed_by_letting_it_be_done_from_afar(make: Maker, board: Boards) -> None:
    elsewhere = make.expert(regions_served=("54",))
    make.expert(regions_served=())
    (one,) = excluded_group(board(make.need(place=Place.ONSITE, region_code="640521")), "region").relaxations
    assert (one.wish, one.value, one.gain) == ("place", Place.EITHER.value, 1)
    assert one.wishes.place == Place.EITHER, elsewhere.code


def test_altitude_is_a_fact_and_cannot_be_relaxed(crowd: list[Expert], strict: Need, board: Boards) -> None:
    assert excluded_group(board(strict), "altitude").relaxations == ()


def test_a_rule_that_keeps_nobody_out_has_no_group(make: Maker, many: Many, board: Boards) -> None:
    many(3)
    got = board(make.need(modes=(), days_per_year=None, starts=None, ends=None))
    assert excluded_groups(got) == ()
    with pytest.raises(NotFoundError):
        excluded_group(got, "mode")
