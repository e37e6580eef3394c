"""The ranked experts of a need: who may ask, the search itself, its filters, orders and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matcher.recent import Recent
from matcher.searchable import Mask, Rows, Searchable
from matcher.standing import Position
from matcher.text import normalise
from matcher.types import Exclusion, Match
from matcher.types import Need as NeedValue
from models import Expert, Need, Organisation
from models.choices import ExpertState, NeedState
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.errors import NotFoundError
from web.services.match_filters import Filters, Roster, roster_of
from web.services.match_wishes import Wishes, places_of
from web.services.paging import Page
from web.services.pinyin import syllables

if TYPE_CHECKING:  # the engine takes a second to import
    from matcher.assessment import Assessment
    from matcher.engine import Engine
    from web.matching import Matching

PAGE_SIZE = 10
"""Experts of a page: each card quotes its evidence, so twenty would be a scroll without an end."""
SORTS = ("match", "days", "title", "name", "code")
BOARDS_KEPT = 24


@dataclass(frozen=True, eq=False)
class Board:
    """One need, perhaps with other wishes, against one state of the index; kept for a while and shared by readers.

    `own`: the wishes that stand in the record; `wishes`: those that count here; `places`: codes of where the need lies.
    """

    engine: Engine
    assessment: Assessment
    roster: Roster
    own: Wishes
    wishes: Wishes
    places: tuple[str, ...]
    _matches: dict[str, Match] = field(default_factory=dict, repr=False)

    @property
    def need(self) -> NeedValue:
        """The need with the wishes that count here."""
        return self.assessment.need

    @property
    def is_trial(self) -> bool:
        """Whether the wishes are others than the record's."""
        return self.wishes != self.own

    def with_wishes(self, wishes: Wishes) -> NeedValue:
        """The need if it had these wishes."""
        return wishes.applied(self.need, self.places)

    @property
    def pool(self) -> Searchable:
        """The experts."""
        return self.assessment.pool

    @property
    def countable(self) -> Mask:
        """Whom the list can hold: whom the rules allow, and who have text to be ranked by."""
        return self.assessment.allowed & self.pool.has_text

    @property
    def eligible(self) -> int:
        """How many experts the rules allow, of those who can be ranked."""
        return len(self.assessment.eligible)

    @cached_property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Everybody whom rules keep out."""
        return self.engine.exclusions(self.assessment)

    def matches(self, codes: Sequence[str]) -> Mapping[str, Match]:
        """The matches of these experts of the pool by code, but for those who have no text."""
        new = [code for code in codes if code not in self._matches]
        for match in self.engine.matches(self.assessment, new) if new else ():
            self._matches[match.expert_id] = match
        return {code: self._matches[code] for code in codes if code in self._matches}

    @property
    def is_all_weak(self) -> bool:
        """Whether there are eligible experts and not one matches even fairly."""
        best = self.assessment.probability[self.assessment.eligible[:1]]
        return bool((best < self.engine.profile.calibration.medium).any())

    def position(self, rank: int) -> Position:
        """The place of a rank among all eligible experts."""
        return Position(rank, self.eligible)


BoardKey = tuple[int, int, int, bool, Wishes]
"""Pool by its id in memory, need, its version, whether its employer is of the Corps, wishes."""
_boards: Recent[BoardKey, Board] = Recent(BOARDS_KEPT)


def board_of(session: Session, *, matching: Matching, need: Need, wishes: Wishes | None = None) -> Board:
    """The need's board; `wishes` are tried out in place of its own. The need has some text (see `can_be_matched`).

    Raises NotReadyError.
    """
    pool, own = matching.snapshot(), Wishes.of(need)
    wishes = wishes or own

    def make(_: BoardKey) -> Board:
        # Wishes are no part of the text that is searched by.
        prepared, places = matching.prepare(session, need), places_of(need)
        prepared = replace(prepared, need=wishes.applied(prepared.need, places))
        assessment = matching.engine.assess(prepared, pool, everybody=True)
        return Board(matching.engine, assessment, roster_of(session, pool), own, wishes, places)

    # A board holds its pool, so no other pool gets the id of one that is kept here.
    return _boards.of((id(pool), need.id, need.version, need.organisation.is_xpcc, wishes), make)


def can_be_matched(need: Need) -> bool:
    """Whether there is a word to search by."""
    return any(map(normalise, (need.title, need.problem, need.indicators, need.goal, *need.keywords)))


def need_to_match(session: Session, *, code: str, by: Actor) -> Need:
    """The need, for its employer or a manager who answers for it (drafts are the employer's alone).

    Raises NotFoundError for everybody else.
    """
    parts = (joinedload(Need.organisation).joinedload(Organisation.region), joinedload(Need.task))
    need = session.scalar(select(Need).where(Need.code == code).options(*parts))
    if need is None or not (is_employer_of(need, by) or _answers_for(need, by)):
        raise NotFoundError("没有这条需求，或它不归您管", "There is no such need, or it is not yours to see")
    return need


def is_employer_of(need: Need, by: Actor) -> bool:
    """Whether the person acts for the need's organisation."""
    return need.organisation_id in by.organisations()


def _answers_for(need: Need, by: Actor) -> bool:
    return need.state != NeedState.DRAFT and by.manages(need.jurisdiction_code, need.programme_code)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One expert of a list: the public row, and the match with rank among all eligible."""

    expert: Expert
    match: Match


def ranked_page(
    session: Session, *, board: Board, filters: Filters, sort: str = "match", number: int = 1, size: int = PAGE_SIZE
) -> Page[Ranked]:
    """A page of the eligible experts within the filters. A number past the end gives the last page."""
    order = ordered(board, filters, sort)
    number = min(max(1, number), max(1, -(-len(order) // size)))
    codes = [board.pool.experts[n].id for n in order[(number - 1) * size : number * size].tolist()]
    return Page(with_rows(session, board, codes), number, size, len(order))


def ordered(board: Board, filters: Filters, sort: str = "match") -> Rows:
    """The numbers of the eligible experts within the filters; equal ones stay in the order of the match.

    Unstated days and unrecognised titles stand last.
    """
    order = board.assessment.restricted(board.roster.mask(filters)).order
    if sort == "days":
        return order[np.argsort(-np.nan_to_num(board.roster.days[order], nan=-1.0), kind="stable")]
    if sort == "title":
        return order[np.argsort(-board.roster.ranks[order], kind="stable")]
    if sort == "name":
        experts = board.pool.experts
        return np.array(sorted(order.tolist(), key=lambda n: _name_key(experts[n].name)), np.int64)
    if sort == "code":
        return np.array(sorted(order.tolist(), key=lambda n: board.pool.experts[n].id), np.int64)
    return order


def with_rows(session: Session, board: Board, codes: Sequence[str]) -> tuple[Ranked, ...]:
    """These experts of the pool with their rows, in this order; who is no longer public or has no text is left out."""
    rows, matches = public_experts(session, codes), board.matches(codes)
    return tuple(Ranked(rows[code], matches[code]) for code in codes if code in rows and code in matches)


def public_experts(session: Session, codes: Iterable[str]) -> dict[str, Expert]:
    """The public experts of these codes, by code, read without their personal data, which cannot be reached."""
    public = Expert.state == ExpertState.PUBLIC
    rows = session.scalars(select(Expert).where(Expert.code.in_(list(codes)), public).options(*EXPERT_WITHOUT_CONTACT))
    return {row.code: row for row in rows}


@lru_cache(maxsize=16384)
def _name_key(name: str) -> tuple[str, ...]:
    return (*syllables(name), name)
