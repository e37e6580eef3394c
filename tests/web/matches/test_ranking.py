"""The list is the engine's ranking; filters act inside it; orders and percentiles are arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from factories import Maker
from sqlalchemy.orm import Session

from matcher.vocabulary import title_rank
from models import Expert, Need, User
from models.choices import ExpertState, Subject
from web.matching import Matching
from web.services.journal import note_change
from web.services.match_filters import CHOICES, Filters
from web.services.match_wishes import Wishes
from web.services.ranking import Board, board_of, ordered, ranked_page
from web.services.values import need_value

Boards = Callable[[Need], Board]
Many = Callable[[int], list[Expert]]
ALL = 10_000


@pytest.fixture
def need(make: Maker) -> Need:
    return make.need(min_title="", days_per_year=None, modes=(), starts=None, ends=None)


def codes(session: Session, board: Board, filters: Filters | None = None, **more: object) -> list[str]:
    page = ranked_page(session, board=board, filters=filters or Filters(), size=ALL, **more)  # type: ignore[arg-type]
    return [one.expert.code for one in page.items]


def passes(expert: Expert, filters: Filters) -> bool:
    """The filters as their docstring says, one expert at a time."""
    rank = str(title_rank(expert.title) or 0)
    english = any(work.title.isascii() for work in expert.works)
    in_time = any(
        (filters.ends is None or w.starts <= filters.ends) and (filters.starts is None or w.ends >= filters.starts)
        for w in expert.windows
    )
    return all(
        (
            not filters.province or (expert.region_code or "")[:2] in filters.province,
            not filters.mode or bool(set(filters.mode) & set(expert.modes)),
            not filters.title or rank in filters.title,
            not filters.language or bool(set(filters.language) & set(expert.languages)),
            not filters.english or english,
            (filters.starts is None and filters.ends is None) or in_time,
            filters.days is None or (expert.days_per_year is not None and expert.days_per_year >= filters.days),
            filters.institution in expert.institution,
        )
    )


FILTERS = (
    Filters(province=("31", "44")),
    Filters(mode=("training",)),
    Filters(title=("4", "0")),
    Filters(language=("en",)),
    Filters(english=("1",)),
    Filters(starts=date(2025, 3, 1), ends=date(2025, 3, 31)),
    Filters(starts=date(2027, 1, 1)),
    Filters(days=30.0),
    Filters(institution="江淮农业大学1"),
    Filters(province=("31",), title=("4",), days=10.0, english=("1",)),
)


def test_the_list_is_the_engines_ranking(session: Session, many: Many, need: Need, board: Boards) -> None:
    many(40)
    got = board(need)
    ranking = got.engine.rank(need_value(need), got.pool, top=0)
    assert codes(session, got) == [match.expert_id for match in ranking.matches]
    shown = ranked_page(session, board=got, filters=Filters(), size=20).items
    assert [one.match for one in shown] == list(ranking.matches[:20])


@pytest.mark.parametrize("filters", FILTERS, ids=lambda f: "+".join(f.active()))
def test_a_filter_keeps_the_order_and_leaves_out_nobody_who_passes(
    session: Session, many: Many, need: Need, board: Boards, filters: Filters
) -> None:
    experts = {expert.code: expert for expert in many(60)}
    got = board(need)
    expected = [code for code in codes(session, got) if passes(experts[code], filters)]
    assert 0 < len(expected) < 60
    assert codes(session, got, filters) == expected


def test_a_filter_finds_an_expert_at_place_400_of_the_whole_list(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    many(420)
    got = board(need)
    far = got.pool.experts[ordered(got, Filters())[399]]
    found = ranked_page(session, board=got, filters=Filters(institution=far.institution), size=20)
    assert far.id in [one.expert.code for one in found.items]
    assert {one.expert.code: one.match.rank for one in found.items}[far.id] == 400


def test_counts_are_what_each_option_would_give_beside_the_other_filters(many: Many, need: Need, board: Boards) -> None:
    experts = many(60)
    got, filters = board(need), Filters(province=("31", "32"), days=12.0)
    counted = got.roster.counts(got.countable, filters)
    assert set(counted) == set(CHOICES)
    for group, options in counted.items():
        assert options, group
        for option in options:
            alone = replace(filters, **{group: (option.value,)})
            assert option.count == sum(passes(expert, alone) for expert in experts), (group, option)
            assert option.is_chosen == (option.value in filters.chosen(group))


def test_options_stay_where_they_are_while_other_filters_change(many: Many, need: Need, board: Boards) -> None:
    many(40)
    got = board(need)
    names = {
        tuple(
            (group, tuple(o.value for o in options)) for group, options in got.roster.counts(got.countable, f).items()
        )
        for f in (Filters(), Filters(days=40.0), Filters(province=("31",)))
    }
    assert len(names) == 1


def test_a_chosen_option_that_nobody_has_is_listed_with_zero(many: Many, need: Need, board: Boards) -> None:
    many(8)
    got = board(need)
    options = got.roster.counts(got.countable, Filters(province=("62",)))["province"]
    assert [(o.count, o.is_chosen) for o in options if o.value == "62"] == [(0, True)]


def test_percentile_is_the_share_of_all_candidates_that_stand_behind(many: Many, need: Need, board: Boards) -> None:
    many(13)
    got = board(need)
    order = ordered(got, Filters()).tolist()
    for place, _number in enumerate(order):
        behind = len(order[place + 1 :])
        assert got.position(place + 1).percentile == (int(100 * behind / 13) or None)
    assert got.position(1).percentile == 92 and got.position(13).percentile is None


def test_a_single_candidate_is_above_nobody_and_has_no_percentile(many: Many, need: Need, board: Boards) -> None:
    many(1)
    assert board(need).position(1).percentile is None


def test_orders_sort_by_what_they_name_and_keep_the_match_among_equals(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    experts = {expert.code: expert for expert in many(40)}
    got = board(need)
    by_match = codes(session, got)
    days = {code: expert.days_per_year or -1.0 for code, expert in experts.items()}
    ranks = {code: title_rank(expert.title) or 0 for code, expert in experts.items()}
    assert codes(session, got, sort="days") == sorted(by_match, key=lambda code: -days[code])
    assert codes(session, got, sort="title") == sorted(by_match, key=lambda code: -ranks[code])
    assert codes(session, got, sort="code") == sorted(by_match)
    surnames = [experts[code].name[0] for code in codes(session, got, sort="name")]
    assert list(dict.fromkeys(surnames)) == list("陈黄李刘王吴杨张赵周")


def test_pages_add_up_to_the_list_and_a_page_past_the_end_is_the_last(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    many(45)
    got = board(need)
    pages = [ranked_page(session, board=got, filters=Filters(), number=number, size=20) for number in (1, 2, 3, 99)]
    assert [one.expert.code for page in pages[:3] for one in page.items] == codes(session, got)
    assert (pages[3].number, len(pages[3].items), pages[3].total) == (3, 5, 45)


def test_an_expert_who_hid_the_profile_a_moment_ago_is_not_shown(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    first, *_ = many(5)
    got = board(need)
    assert first.code in codes(session, got)
    first.state = ExpertState.HIDDEN
    session.commit()
    assert first.code not in codes(session, got)


def test_wishes_that_are_tried_out_give_the_ranking_of_a_need_with_those_wishes(
    session: Session, many: Many, employer: tuple[User, Need], indexed: Callable[[], Matching]
) -> None:
    many(40)
    need = employer[1]
    tried = Wishes(modes=("training",), min_title="中级", days_per_year=3.0)
    got = board_of(session, matching=indexed(), need=need, wishes=tried)
    asked = {f.name: getattr(tried, f.name) for f in fields(Wishes) if f.name != "place"}
    other = replace(need_value(need), **asked)
    assert codes(session, got) == [m.expert_id for m in got.engine.rank(other, got.pool, top=0).matches]
    assert got.is_trial and got.own == Wishes.of(need)
    assert need.min_title == "副高"


def test_a_board_is_made_once_for_a_need_and_a_state_of_the_index(
    session: Session, many: Many, need: Need, indexed: Callable[[], Matching]
) -> None:
    many(5)
    matching = indexed()
    first = board_of(session, matching=matching, need=need)
    assert board_of(session, matching=matching, need=need).assessment is first.assessment
    many(1)
    later = board_of(session, matching=indexed(), need=need)
    assert later.assessment is not first.assessment
    assert later.eligible == first.eligible + 1


def test_a_changed_window_is_filtered_by_as_soon_as_it_is_indexed(
    session: Session, many: Many, need: Need, indexed: Callable[[], Matching]
) -> None:
    expert = many(3)[0]
    march = Filters(starts=date(2031, 3, 1), ends=date(2031, 3, 31))
    assert codes(session, board_of(session, matching=indexed(), need=need), march) == []
    expert.windows[0].ends = date(2031, 12, 31)
    note_change(session, Subject.EXPERT, expert.id)
    assert codes(session, board_of(session, matching=indexed(), need=need), march) == [expert.code]


def test_scores_do_not_depend_on_filters_or_wishes(
    many: Many, session: Session, need: Need, indexed: Callable[[], Matching]
) -> None:
    many(30)
    whole = board_of(session, matching=indexed(), need=need)
    some = board_of(session, matching=indexed(), need=need, wishes=Wishes(min_title="正高"))
    both = some.assessment.allowed
    assert both.any()
    assert np.array_equal(whole.assessment.raw[both], some.assessment.raw[both])
