"""Who is kept out by which rule, and whom a relaxed wish would let in: counted by masks, nobody is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from matcher.eligibility.rules import RULES
from matcher.types import Expert, RuleResult
from matcher.vocabulary import RANK_DEGREES_ZH, RANK_TITLES_ZH, wanted_degree_rank, wanted_title_rank
from models.choices import Mode, Place
from web.services.errors import NotFoundError
from web.services.match_wishes import Wishes
from web.services.ranking import Board

MOST_RELAXATIONS = 3


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One wish made weaker: which, what it would be then (empty or None: given up), and how many more could be ranked.

    `wishes` are all wishes with this one relaxed.
    """

    wish: str
    value: str | float | None
    wishes: Wishes
    gain: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """An expert whom a rule keeps out, and what it says of them."""

    expert: Expert
    rule: RuleResult


@dataclass(frozen=True, slots=True)
class ExcludedGroup:
    """Everybody whom one rule keeps out, and what would let some of them in. Who fails two rules is in two groups."""

    rule: str
    excluded: tuple[Excluded, ...]
    relaxations: tuple[Relaxation, ...]


_groups: WeakKeyDictionary[Board, tuple[ExcludedGroup, ...]] = WeakKeyDictionary()


def excluded_groups(board: Board) -> tuple[ExcludedGroup, ...]:
    """The groups of the rules that keep somebody out, the largest first; worked out once a board."""
    groups = _groups.get(board)
    if groups is None:
        groups = _groups[board] = _grouped(board)
    return groups


def _grouped(board: Board) -> tuple[ExcludedGroup, ...]:
    found: dict[str, list[Excluded]] = {}
    for exclusion in board.exclusions:
        expert = board.pool.experts[board.pool.number_of(exclusion.expert_id)]
        for rule in exclusion.rules:
            found.setdefault(rule.rule, []).append(Excluded(expert, rule))
    order = [rule.__name__ for rule in RULES]
    rules = sorted(found, key=lambda rule: (-len(found[rule]), order.index(rule)))
    return tuple(ExcludedGroup(rule, tuple(found[rule]), relaxations(board, rule)) for rule in rules)


def excluded_group(board: Board, rule: str) -> ExcludedGroup:
    """The group of one rule. Raises NotFoundError when the rule keeps nobody out."""
    for group in excluded_groups(board):
        if group.rule == rule:
            return group
    raise NotFoundError("这一条件没有排除任何专家", "This rule keeps nobody out")


def relaxations(board: Board, rule: str) -> tuple[Relaxation, ...]:
    """The ways to relax the rule's wish alone that let somebody in: the most telling ones, smallest gain first."""
    found = []
    for wish, value, wishes in _weaker(board, rule):
        gain = _gain(board, wishes)
        if gain:
            found.append(Relaxation(wish, value, wishes, gain))
    if rule in ("mode", "excluded_institution"):
        found = sorted(found, key=lambda one: (-one.gain, str(one.value)))[:MOST_RELAXATIONS]
    return tuple(sorted(_distinct(found), key=lambda one: (one.gain, str(one.value))))


def _gain(board: Board, wishes: Wishes) -> int:
    """How many more of those who have text the rules would allow."""
    allowed = board.pool.mask(board.with_wishes(wishes))
    return int((allowed & ~board.assessment.allowed & board.pool.has_text).sum())


def _distinct(found: list[Relaxation]) -> list[Relaxation]:
    """Without those that go further than the one before and gain no more: a lower title, fewer days."""
    kept: dict[tuple[object, ...], Relaxation] = {}
    for one in found:
        is_step = one.wish not in ("modes", "exclude_institutions")
        kept.setdefault((one.wish, None if is_step else one.value, one.gain), one)
    return list(kept.values())


def _weaker(board: Board, rule: str) -> Iterator[tuple[str, str | float | None, Wishes]]:
    """Ways to relax a rule's wish, gentle ones first: (wish, new value, all wishes)."""
    wishes = board.wishes
    if rule == "min_title":
        yield from _ranks(wishes, "min_title", RANK_TITLES_ZH, wanted_title_rank(wishes.min_title))
    elif rule == "min_degree":
        yield from _ranks(wishes, "min_degree", RANK_DEGREES_ZH, wanted_degree_rank(wishes.min_degree))
    elif rule == "days_per_year":
        for days in _fewer_days(board):
            yield "days_per_year", days, replace(wishes, days_per_year=days)
    elif rule == "dates":
        yield "dates", None, replace(wishes, starts=None, ends=None)
    elif rule == "region":
        yield "place", Place.EITHER.value, replace(wishes, place=Place.EITHER.value)
    elif rule == "mode":
        for mode in Mode:
            if mode.value not in wishes.modes:
                yield "modes", mode.value, replace(wishes, modes=(*wishes.modes, mode.value))
    elif rule == "kind":
        code = Mode.APPRENTICESHIP.value
        yield "modes", code, replace(wishes, modes=(*wishes.modes, code))
    elif rule == "excluded_institution":
        for name in wishes.exclude_institutions:
            rest = tuple(other for other in wishes.exclude_institutions if other != name)
            yield "exclude_institutions", name, replace(wishes, exclude_institutions=rest)


def _ranks(
    wishes: Wishes, wish: str, names: dict[int, str], wanted: int | None
) -> Iterator[tuple[str, str | float | None, Wishes]]:
    for rank in range((wanted or 1) - 1, -1, -1):
        name = names.get(rank, "")
        lowered = replace(wishes, min_title=name) if wish == "min_title" else replace(wishes, min_degree=name)
        yield wish, name, lowered


def _fewer_days(board: Board) -> list[float | None]:
    """Days to come down to, from what those offer who are short of them: so that some, half and all of them come in."""
    allowed = board.pool.mask(board.with_wishes(replace(board.wishes, days_per_year=None)))
    offered = board.roster.days[allowed & ~board.assessment.allowed & board.pool.has_text]
    steps = np.unique(offered[offered >= 0.5])[::-1]
    if not len(steps):
        return [None]
    return [float(steps[place]) for place in dict.fromkeys((0, len(steps) // 2, len(steps) - 1))]
