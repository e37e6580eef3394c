"""Why an expert stands where they stand for a need, or why not; and experts found by name to ask that of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.eligibility import check
from matcher.errors import UnknownChoiceError
from matcher.types import Match, RuleResult
from models import Expert
from models.choices import ExpertState
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.errors import NotFoundError
from web.services.match_filters import institution_words
from web.services.ranking import Board, public_experts
from web.services.searching import matches, search_text

MOST_FOUND = 10
_READ_FIRST = 200
"""Experts whom the database finds before the words are checked against what may be searched by."""


@dataclass(frozen=True, slots=True)
class Why:
    """One expert and one need.

    `match` None: the profile has no text, or is not in the index yet (`is_indexed`). `match.rank` of an excluded one is
    the rank if the failed rules were lifted, `of` then counts the expert too. `leader`: the first of the list.
    """

    expert: Expert
    match: Match | None
    rules: tuple[RuleResult, ...]
    is_indexed: bool
    is_eligible: bool
    of: int
    leader: Match | None

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """The rules that keep the expert out."""
        return tuple(rule for rule in self.rules if rule.outcome == "fail")


def why(session: Session, *, board: Board, code: str) -> Why:
    """Why, or why not. Raises NotFoundError for an expert who is not public."""
    expert = public_experts(session, [code]).get(code)
    if expert is None:
        raise NotFoundError("没有这位专家，或其资料未公开", "There is no such expert, or the profile is not public")
    return reasons(board, [expert])[0]


def reasons(board: Board, experts: Sequence[Expert]) -> tuple[Why, ...]:
    """Why, or why not, of each of these public experts, in this order."""
    numbers = {expert.code: _number(board, expert.code) for expert in experts}
    first = board.assessment.ids(0, 1)
    found = board.matches([*first, *(code for code, number in numbers.items() if number is not None)])
    leader = found[first[0]] if first else None
    return tuple(_why(board, expert, numbers[expert.code], found.get(expert.code), leader) for expert in experts)


def _why(board: Board, expert: Expert, number: int | None, match: Match | None, leader: Match | None) -> Why:
    if number is None:
        return Why(expert, None, (), False, False, board.eligible, leader)
    is_eligible = bool(board.assessment.allowed[number])
    of = board.eligible + (not is_eligible)
    rules = match.rules if match else check(board.need, board.pool.experts[number])
    return Why(expert, match, rules, True, is_eligible, of, leader)


def _number(board: Board, code: str) -> int | None:
    try:
        return board.pool.number_of(code)
    except UnknownChoiceError:
        return None


def find_experts(session: Session, query: str, *, hides_names: bool = False) -> tuple[Expert, ...]:
    """The public experts whose name, pinyin, institution or code has every word; at most MOST_FOUND, by code.

    Those whose name or code begins with the query come first. `hides_names`: only by institution and code, so that
    nobody finds out who stands behind a code.
    """
    if not query.strip():
        return ()
    statement = select(Expert).where(Expert.state == ExpertState.PUBLIC, matches(Expert.search_text, query))
    rows = session.scalars(statement.options(*EXPERT_WITHOUT_CONTACT).order_by(Expert.code).limit(_READ_FIRST))
    found = [row for row in rows if not hides_names or _is_found_without_name(row, query)]
    found.sort(key=lambda row: not _begins_with(row, query, hides_names=hides_names))
    return tuple(found[:MOST_FOUND])


def _begins_with(expert: Expert, query: str, *, hides_names: bool) -> bool:
    names = search_text(expert.code, person="" if hides_names else expert.name).split(" ")
    return any(name.startswith(query.strip().lower()) for name in names)


def _is_found_without_name(expert: Expert, query: str) -> bool:
    known = f"{institution_words(expert.institution)} {expert.code.lower()}"
    return all(word in known for word in query.lower().split())
