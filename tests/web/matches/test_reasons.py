"""Why and why not: the ranks and rules are the engine's, and only public profiles are found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Expert, Need, User
from models.choices import ExpertState
from web.services.comparing import MOST_COMPARED, compared
from web.services.errors import NotFoundError
from web.services.match_filters import Filters
from web.services.match_reasons import find_experts, reasons, why
from web.services.ranking import Board, ordered

Boards = Callable[[Need], Board]
Many = Callable[[int], list[Expert]]


@pytest.fixture
def need(make: Maker) -> Need:
    return make.need(min_title="副高", days_per_year=10.0)


def test_reasons_are_those_of_the_engines_own_explanation(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    experts = many(40)
    got = board(need)
    for expert in experts:
        mine, engines = why(session, board=got, code=expert.code), got.engine.explain(got.need, got.pool, expert.code)
        assert engines is not None and mine.match is not None and mine.leader is not None
        assert (mine.is_eligible, mine.of) == (engines.is_eligible, engines.of)
        assert (mine.match.rank, mine.match.raw_score) == (engines.match.rank, engines.match.raw_score)
        assert mine.rules == engines.match.rules
        if mine.is_eligible or mine.match.rank > 1:  # else the engine compares an excluded one with itself
            assert mine.leader.expert_id == engines.leader.expert_id
        assert {rule.outcome for rule in mine.failed} <= {"fail"} and bool(mine.failed) != mine.is_eligible


def test_the_parts_add_up_to_the_score(session: Session, many: Many, need: Need, board: Boards) -> None:
    experts = many(6)
    for one in reasons(board(need), experts):
        assert one.match is not None
        assert sum(part.value for part in one.match.parts) == pytest.approx(one.match.raw_score)
        assert sum(evidence.given for evidence in one.match.evidence) == pytest.approx(one.match.raw_score)


def test_a_profile_without_text_has_rules_but_no_rank(
    session: Session, make: Maker, many: Many, need: Need, board: Boards
) -> None:
    many(3)
    silent = make.expert(bio="", keywords=(), title="讲师")
    silent.works = []
    session.flush()
    got = why(session, board=board(need), code=silent.code)
    assert got.match is None and got.is_indexed
    assert [rule.rule for rule in got.failed] == ["min_title"]


def test_a_public_profile_that_is_not_indexed_yet_says_so(
    session: Session, make: Maker, many: Many, need: Need, board: Boards
) -> None:
    many(3)
    got = board(need)
    late = make.expert()
    assert not why(session, board=got, code=late.code).is_indexed


@pytest.mark.parametrize("state", [ExpertState.HIDDEN, ExpertState.DRAFT])
def test_nobody_may_ask_about_a_profile_that_is_not_public(
    session: Session, make: Maker, many: Many, need: Need, board: Boards, state: ExpertState
) -> None:
    many(2)
    hidden = make.expert(state=state, name="隐名士")
    got = board(need)
    with pytest.raises(NotFoundError):
        why(session, board=got, code=hidden.code)
    assert find_experts(session, "隐名士") == ()
    assert compared(session, board=got, codes=[hidden.code]) == ()


@pytest.mark.parametrize(
    "query", ["欧阳清源", "ouyangqingyuan", "oyqy", "江畔大学", "jiangpandaxue", "{code}", "江畔 清源"]
)
def test_an_expert_is_found_by_name_pinyin_institution_and_code(
    session: Session, make: Maker, many: Many, query: str
) -> None:
    many(5)
    expert = make.expert(name="欧阳清源", institution="江畔大学")
    found = find_experts(session, query.format(code=expert.code.lower()))
    assert [one.code for one in found] == [expert.code]


@pytest.mark.parametrize("query", ["欧阳", "ouyang", "oyqy"])
def test_where_names_are_hidden_a_name_finds_nobody(session: Session, make: Maker, query: str) -> None:
    expert = make.expert(name="欧阳清源", institution="江畔大学")
    assert find_experts(session, query, hides_names=True) == ()
    assert find_experts(session, "江畔", hides_names=True) == (expert,)
    assert find_experts(session, expert.code, hides_names=True) == (expert,)


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "' OR 1=1 --", "\\", "😀" * 40])
def test_strange_queries_find_nobody_and_break_nothing(session: Session, many: Many, query: str) -> None:
    many(3)
    assert find_experts(session, query) == ()


def test_at_most_four_are_compared_each_once_in_the_order_of_the_url(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    codes = [expert.code for expert in many(7)]
    got = board(need)
    asked = [codes[3], codes[1], codes[3], "ZJ-none", codes[5], codes[0], codes[2]]
    assert [one.expert.code for one in compared(session, board=got, codes=asked)] == [codes[3], codes[1], codes[5]]
    assert len(compared(session, board=got, codes=codes)) == MOST_COMPARED


def test_the_leader_is_the_first_of_the_list_whatever_the_order(
    session: Session, many: Many, need: Need, board: Boards
) -> None:
    experts = many(30)
    got = board(need)
    first = got.pool.experts[ordered(got, Filters())[0]].id
    assert {one.leader.expert_id for one in reasons(got, experts) if one.leader} == {first}


def test_the_comparison_with_the_first_says_how_far_behind_with_a_real_minus(
    session: Session, employer: tuple[User, Need], many: Many, board: Boards, browser: Callable[[User], FlaskClient]
) -> None:
    many(30)
    user, need = employer
    last = ordered(got := board(need), Filters())[-1]
    client = browser(user)
    page = client.get(f"/employer/needs/{need.code}/matches/{got.pool.experts[last].id}").text
    assert "比第一名" in page and "领先" not in page
    sum_row = page.split("与第一名相比")[-1].split("合计")[1].split("</tr>")[0]
    mine, first, gap = (float(cell.replace("−", "-")) for cell in re.findall(r">([+−]?\d+\.\d\d)<", sum_row))
    assert gap == pytest.approx(mine - first, abs=0.011)
    assert gap < 0 and "-" not in re.sub("<[^>]+>", "", sum_row)
