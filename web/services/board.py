"""The board: all pairings on which a manager decides, in every state; searched, filtered, counted, sorted, by pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal, not_, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased, joinedload

from models import Expert, Need, Organisation, Pairing, PairingMember, Task
from models.choices import PairingState, Role, Side
from models.columns import utc_now
from models.pairing import OPEN_PAIRINGS, WAITING_PAIRINGS
from web.services.access import Actor
from web.services.areas import Areas, areas_for
from web.services.desk_needs import NO_PROGRAMME
from web.services.faceted import MOST_WORDS, Makers, Wanted, conditions
from web.services.jurisdiction import joined_within
from web.services.paging import PAGE_SIZE, Page
from web.services.pairing_time import REMINDER_DAYS
from web.services.pairing_waits import awaiting
from web.services.pairings import UNNAMED, parts
from web.services.searching import matches

FACETS = ("waits", "overdue", "state", "mode", "region", "programme")
YES = "1"
"""The value of the filters that are only on or off."""
OVERDUE_DAYS = REMINDER_DAYS[1]
"""Days without a move after which a pairing counts as overdue: the second reminder was given."""
SORTS: Mapping[str, Any] = {
    "next": None,
    "since": Pairing.state_since,
    "state": Pairing.state,
    "starts": Pairing.starts,
    "employer": Organisation.name,
    "code": Pairing.code,
}
"""`next` is the order of work: what waits for the manager, then what is open, each the longest-waiting first."""


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the board, and per filter how many pairings each of its values would leave beside the others."""

    page: Page[Pairing]
    counts: Mapping[str, Counter[str]]


def board_of(session: Session, wanted: Wanted, *, by: Actor, number: int = 1) -> Board:
    """The page and its counts, in a few queries whatever the number of pairings. Raises NotAllowedError for others.

    The rows of the page are found by their ids first, so that only twenty are read in full.
    """
    by.require(Role.MANAGER)
    areas = areas_for(session, by)
    counts, sizes = _counted(session, wanted, by, areas)
    total = sum(sizes)
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    chosen = conditions(wanted, _makers(areas, by))
    found = _joined(select(Pairing.id), wanted).where(*_found(wanted, by), *chosen)
    first = (number - 1) * PAGE_SIZE
    if wanted.sort == "next":
        ids = _in_sections(session, found, _sections(by), sizes, first)
    else:
        column = SORTS[wanted.sort]
        ordered = found.order_by(column.desc() if wanted.descending else column, Pairing.id.desc())
        ids = list(session.scalars(ordered.limit(PAGE_SIZE).offset(first)))
    rows = session.scalars(
        select(Pairing).where(Pairing.id.in_(ids)).options(*parts(), joinedload(Pairing.institution))
    )
    by_id = {pairing.id: pairing for pairing in rows}
    return Board(Page([by_id[one] for one in dict.fromkeys(ids) if one in by_id], number, PAGE_SIZE, total), counts)


def _sections(by: Actor) -> tuple[tuple[ColumnElement[bool], ColumnElement[Any]], ...]:
    """The order of work as (condition, what comes first in it): what waits, what else is open, what is closed."""
    waits, is_open = waits_for(by), Pairing.state.in_(OPEN_PAIRINGS)
    return (
        (waits, Pairing.state_since.asc()),
        (and_(waits.is_not(True), is_open), Pairing.state_since.asc()),
        (not_(is_open), Pairing.state_since.desc()),
    )


def _in_sections(
    session: Session,
    found: Select[int],
    sections: Sequence[tuple[ColumnElement[bool], ColumnElement[Any]]],
    sizes: Sequence[int],
    first: int,
) -> list[int]:
    """A page's ids. Only the sections that it reaches into are put in order, not all pairings there are.

    A pairing that moves on meanwhile may be found in two of them.
    """
    ids: list[int] = []
    for (condition, order), size in zip(sections, sizes, strict=True):
        if first < size and len(ids) < PAGE_SIZE:
            part = found.where(condition).order_by(order, Pairing.id)
            ids += session.scalars(part.limit(PAGE_SIZE - len(ids)).offset(first))
        first = max(0, first - size)
    return ids


def _counted(
    session: Session, wanted: Wanted, by: Actor, areas: Areas
) -> tuple[dict[str, Counter[str]], tuple[int, int, int]]:
    """(counts per filter, pairings that pass every filter by section); grouped in the database by what filters see."""
    width = 2 if areas.prefectures is None else 6
    columns = (
        _flag(waits_for(by)),
        _flag(overdue()),
        type_coerce(Pairing.state, String),
        Pairing.mode_code,
        func.substr(Organisation.region_code, 1, width),
        Organisation.is_xpcc,
        Task.programme_code,
    )
    labelled: list[Any] = [column.label(f"c{place}") for place, column in enumerate(columns)]
    statement = _joined(select(*labelled, func.count()), wanted).where(*_found(wanted, by)).group_by(*labelled)
    area = cache(areas.of)
    rows = [
        (waits, late, state, mode, area(region, is_xpcc), programme or NO_PROGRAMME, count)
        for waits, late, state, mode, region, is_xpcc, programme, count in session.execute(statement)
    ]
    passing, sizes = _passing(rows, wanted), [0, 0, 0]
    for waits, _late, state, *_others, count in passing:
        sizes[0 if waits else 1 if state in OPEN_PAIRINGS else 2] += count
    counts = {
        name: _tally(_passing(rows, wanted, but=name) if wanted.values(name) else passing, place)
        for place, name in enumerate(FACETS)
    }
    return counts, (sizes[0], sizes[1], sizes[2])


def _passing(rows: Sequence[tuple[Any, ...]], wanted: Wanted, *, but: str = "") -> Sequence[tuple[Any, ...]]:
    """The rows that pass every filter that is on, leaving out one."""
    for place, name in enumerate(FACETS):
        if name != but and (wished := set(wanted.values(name))):
            rows = [row for row in rows if row[place] in wished]
    return rows


def _tally(rows: Sequence[tuple[Any, ...]], place: int) -> Counter[str]:
    """How many pairings have each value; `Counter` itself is slow at thousands of additions."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        found[row[place]] += row[-1]
    return Counter(found)


def count_waiting_for(session: Session, *, by: Actor) -> int:
    """How many pairings wait for this manager's decision."""
    return (session.scalar(_counting(by)) or 0) if by.has(Role.MANAGER) else 0


@lru_cache(maxsize=256)
def _counting(by: Actor) -> Select[int]:
    """Kept, for each page of a manager counts, and to put the question takes longer than to answer it."""
    return _joined(select(func.count(Pairing.id)), Wanted()).where(waits_for(by), joined_within(by))


def waits_for(by: Actor) -> ColumnElement[bool]:
    """Pairings that wait for a manager's decision which this one may make: not their own, nor endorsed by them.

    For a query that has joined the need.
    """
    own = by.organisations(Role.EMPLOYER) | by.organisations(Role.INSTITUTION)
    mine = select(Expert.id).where(Expert.user_id == by.user_id)
    return and_(
        Pairing.state.in_((PairingState.ACCEPTED, PairingState.CONSENTED)),
        awaiting(Side.MANAGER),
        or_(Pairing.endorsed_by_id.is_(None), Pairing.endorsed_by_id != by.user_id),
        Need.organisation_id.not_in(own),
        or_(Pairing.institution_id.is_(None), Pairing.institution_id.not_in(own)),
        Pairing.expert_id.not_in(mine),
        Pairing.id.not_in(select(PairingMember.pairing_id).where(PairingMember.expert_id.in_(mine))),
    )


def overdue(*, now: datetime | None = None) -> ColumnElement[bool]:
    """Pairings in which nobody has acted for so long that the second reminder was due."""
    late = (now or utc_now()) - timedelta(days=OVERDUE_DAYS)
    return and_(Pairing.state.in_(WAITING_PAIRINGS), Pairing.state_since <= late)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[str]:
    return case((condition, literal(YES)), else_=literal(""))


_Home = aliased(Organisation, name="home")


def _joined(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    """With what the conditions look at; experts and home institutions only where words are looked for."""
    found = statement.select_from(Pairing).join(Pairing.need).join(Need.organisation).outerjoin(Need.task)
    return found.join(Pairing.expert).outerjoin(_Home, Pairing.institution) if wanted.q else found


def _found(wanted: Wanted, by: Actor) -> tuple[ColumnElement[bool], ...]:
    words = wanted.q.split()[:MOST_WORDS]
    return joined_within(by), *(_has_word(word) for word in words)


def _has_word(word: str) -> ColumnElement[bool]:
    """By code, need, host, home institution or expert; an expert who stands under a code is not found by name."""
    is_hidden = and_(Need.hides_names.is_(True), Pairing.state.in_(UNNAMED))
    return or_(
        func.lower(Pairing.code).contains(word.lower(), autoescape=True),
        matches(Need.search_text, word),
        matches(Organisation.search_text, word),
        matches(_Home.search_text, word),
        and_(not_(is_hidden), matches(Expert.search_text, word)),
    )


def _makers(areas: Areas, by: Actor) -> Makers:
    return {
        "waits": lambda _yes: waits_for(by),
        "overdue": lambda _yes: overdue(),
        "state": lambda state: Pairing.state == PairingState(state),
        "mode": lambda mode: Pairing.mode_code == mode,
        "region": areas.condition,
        "programme": lambda code: Task.programme_code == (None if code == NO_PROGRAMME else code),
    }
