"""The needs that fit an expert, with the scores and reasons that the needs' employers see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matcher.standing import Position
from matcher.types import Match, RuleResult
from models import Expert, Need, Task
from models.choices import ExpertState, NeedState
from models.need import NEED_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.errors import NotFoundError
from web.services.need_submission import today_in_china
from web.services.paging import Page
from web.services.profile_board import profile_board
from web.services.profiles import own_profile
from web.services.recommend_filters import NeedFacts, NeedWishes, facet_counts, filtered, published_facts
from web.services.values import expert_value

if TYPE_CHECKING:
    from web.matching import Matching

PAGE_SIZE = 10
MOST_NAMED = 3
"""Needs that a group of excluded ones names."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """One need with its match; `position` among all needs that are open to the expert and not dismissed."""

    need: Need
    match: Match
    position: Position

    @property
    def rank(self) -> int:
        """The place in the list, from 1."""
        return self.position.rank


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Needs that one rule keeps from the expert: how many, how many of them this rule alone, and some by name."""

    rule: str
    count: int
    alone: int
    named: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class NeedWhy:
    """One need and the expert. `rank` None: rules keep it from the expert, the list does not show it, or no text."""

    need: Need
    match: Match | None
    rules: tuple[RuleResult, ...]
    rank: int | None
    of: int
    is_dismissed: bool

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """The rules that keep the need from the expert."""
        return tuple(rule for rule in self.rules if rule.outcome == "fail")


class Outlook:
    """Everything that is published, seen by one expert against one state of the index; made for one request."""

    def __init__(self, session: Session, *, matching: Matching, expert: Expert) -> None:
        self._session, self.expert, self.value = session, expert, expert_value(expert)
        self.board = profile_board(matching, self.value, is_public=expert.state == ExpertState.PUBLIC)
        self.facts: dict[str, NeedFacts] = {
            code: facts
            for code, facts in published_facts(session, expert_id=expert.id).items()
            if code in self.board.table.numbers and not _is_over(facts)
        }

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The needs that are open to the expert, best first, without the dismissed ones."""
        assessment = self.board.assessment
        return tuple(filter(self._is_shown, assessment.ids())) if assessment is not None else ()

    @cached_property
    def excluded(self) -> tuple[str, ...]:
        """The needs that rules keep from the expert, without the dismissed ones."""
        return tuple(filter(self._is_shown, self.board.excluded))

    @property
    def has_text(self) -> bool:
        """Whether there is a word of the profile to match by."""
        return bool(self.value.bio or self.value.keywords or self.value.works)

    def page(self, wishes: NeedWishes, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Recommended]:
        """A page of the needs within the filters; a number past the end gives the last page."""
        codes = filtered(self.codes, self.facts, wishes)
        number = min(max(1, number), max(1, -(-len(codes) // size)))
        return Page(self._recommended(codes[(number - 1) * size : number * size]), number, size, len(codes))

    def counts(self, wishes: NeedWishes) -> dict[str, Counter[str]]:
        """Per filter and value, how many needs there would be."""
        return facet_counts(self.codes, self.facts, wishes)

    def groups(self) -> tuple[RuleGroup, ...]:
        """What rules keep from the expert, by rule, the largest group first."""
        failed = {code: [result.rule for result in self.failed(code)] for code in self.excluded}
        counts = Counter(rule for rules in failed.values() for rule in rules)
        alone = Counter(rules[0] for rules in failed.values() if len(rules) == 1)
        named = {
            rule: sorted((code for code in failed if rule in failed[code]), key=lambda code: (len(failed[code]), code))
            for rule in counts
        }
        rows = self.rows([code for codes in named.values() for code in codes[:MOST_NAMED]])
        return tuple(
            RuleGroup(rule, count, alone[rule], tuple(rows[c] for c in named[rule][:MOST_NAMED] if c in rows))
            for rule, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )

    def why(self, code: str) -> NeedWhy:
        """Why, or why not, one need. Raises NotFoundError for one that is not published."""
        need = self.rows([code]).get(code)
        if need is None:
            raise NotFoundError("没有这条需求，或它已不再公开", "There is no such need, or it is no longer public")
        is_known = code in self.board.table.numbers
        matches = self.board.matches([code]) if is_known else ()
        rules = matches[0].rules if matches else self.board.check(code) if is_known else ()
        rank = self.codes.index(code) + 1 if code in self.codes else None
        is_dismissed = code in self.facts and self.facts[code].is_dismissed
        return NeedWhy(need, matches[0] if matches else None, rules, rank, len(self.codes), is_dismissed)

    @property
    def is_all_weak(self) -> bool:
        """Whether there are needs and the best of them fits weakly."""
        matches = self.board.matches(self.codes[:1])
        return bool(matches) and matches[0].band == "weak"

    def position(self, rank: int) -> Position:
        """The place of a rank among all needs that are open to the expert."""
        return Position(rank, len(self.codes))

    def _recommended(self, codes: Sequence[str]) -> tuple[Recommended, ...]:
        rows, places = self.rows(codes), {code: rank for rank, code in enumerate(self.codes, 1)}
        return tuple(
            Recommended(rows[m.need_id], m, self.position(places[m.need_id]))
            for m in self.board.matches(codes)
            if m.need_id in rows
        )

    def _is_shown(self, code: str) -> bool:
        return code in self.facts and not self.facts[code].is_dismissed

    def failed(self, code: str) -> tuple[RuleResult, ...]:
        """The rules that keep a need of the table from the expert."""
        return tuple(result for result in self.board.check(code) if result.outcome == "fail")

    def rows(self, codes: Sequence[str]) -> dict[str, Need]:
        """The published needs of these codes, without their contacts."""
        parts = (joinedload(Need.organisation), joinedload(Need.task).joinedload(Task.programme))
        statement = select(Need).where(Need.code.in_(codes), Need.state == NeedState.PUBLISHED)
        return {need.code: need for need in self._session.scalars(statement.options(*parts, *NEED_WITHOUT_CONTACT))}


def outlook(session: Session, *, matching: Matching, by: Actor) -> Outlook | None:
    """What is published, as the person's profile meets it; None before there is a profile. Raises NotReadyError."""
    matching.require_ready()
    expert = own_profile(session, by=by)
    return None if expert.id is None else Outlook(session, matching=matching, expert=expert)


def _is_over(facts: NeedFacts) -> bool:
    return facts.deadline is not None and facts.deadline < today_in_china()
