"""The board: all pairings on which a manager decides, in every state; searched, filtered, counted, sorted, by pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models import Expert, Need, Organisation, Pairing, Task
from models.choices import PairingState, Role, Side
from models.columns import utc_now
from models.pairing import OPEN_PAIRINGS, WAITING_PAIRINGS
from web.services.access import Actor
from web.services.areas import Areas, areas_for
from web.services.desk_needs import NO_PROGRAMME
from web.services.faceted import MOST_WORDS, Makers, Wanted, conditions
from web.services.paging import Page, page_of
from web.services.pairing_time import REMINDER_DAYS
from web.services.pairing_waits import awaiting, on_side
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


def pairings_page(session: Session, wanted: Wanted, *, by: Actor, number: int = 1) -> Page[Pairing]:
    """A page of them. Raises NotAllowedError for whom is no manager."""
    by.require(Role.MANAGER)
    chosen = conditions(wanted, _makers(areas_for(session, by), by))
    statement = _joined(select(Pairing)).where(*_found(wanted, by), *chosen).order_by(*_order(wanted, by))
    shown = (*parts(), joinedload(Pairing.institution))
    return page_of(session, statement.options(*shown), number=number)


def board_counts(session: Session, wanted: Wanted, *, by: Actor) -> dict[str, Counter[str]]:
    """Per filter, how many pairings each of its values would leave beside the other filters."""
    areas = areas_for(session, by)
    columns = (
        _flag(waits_for(by)),
        _flag(overdue()),
        Pairing.state,
        Pairing.mode_code,
        Organisation.region_code,
        Organisation.is_xpcc,
        Task.programme_code,
    )
    labelled = [column.label(f"c{place}") for place, column in enumerate(columns)]
    statement = _joined(select(*labelled, func.count())).where(*_found(wanted, by)).group_by(*labelled)
    chosen = {name: set(wanted.values(name)) for name in FACETS}
    found: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for waits, late, state, mode, region, is_xpcc, programme, count in session.execute(statement):
        values = (waits, late, state.value, mode, areas.of(region, is_xpcc), programme or NO_PROGRAMME)
        fact = dict(zip(FACETS, values, strict=True))
        failed = [name for name in FACETS if chosen[name] and fact[name] not in chosen[name]]
        for name in FACETS:
            if not failed or failed == [name]:
                found[name][fact[name]] += count
    return found


def count_waiting_for(session: Session, *, by: Actor) -> int:
    """How many pairings wait for this manager's decision."""
    if not by.has(Role.MANAGER):
        return 0
    return session.scalar(select(func.count(Pairing.id)).where(waits_for(by), on_side(Side.MANAGER, by))) or 0


def waits_for(by: Actor) -> ColumnElement[bool]:
    """Pairings that wait for a manager's decision which this one may make: not their own, nor endorsed by them."""
    own = by.organisations(Role.EMPLOYER), by.organisations(Role.INSTITUTION)
    return and_(
        awaiting(Side.MANAGER),
        or_(Pairing.endorsed_by_id.is_(None), Pairing.endorsed_by_id != by.user_id),
        Pairing.need.has(Need.organisation_id.not_in(own[0] | own[1])),
        or_(Pairing.institution_id.is_(None), Pairing.institution_id.not_in(own[0] | own[1])),
        Pairing.expert.has(or_(Expert.user_id.is_(None), Expert.user_id != by.user_id)),
    )


def overdue(*, now: datetime | None = None) -> ColumnElement[bool]:
    """Pairings in which nobody has acted for so long that the second reminder was due."""
    late = (now or utc_now()) - timedelta(days=OVERDUE_DAYS)
    return and_(Pairing.state.in_(WAITING_PAIRINGS), Pairing.state_since <= late)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[str]:
    return case((condition, literal(YES)), else_=literal(""))


_Home = aliased(Organisation, name="home")


def _joined(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(Pairing)
        .join(Pairing.need)
        .join(Need.organisation)
        .join(Pairing.expert)
        .outerjoin(_Home, Pairing.institution)
        .outerjoin(Need.task)
    )


def _order(wanted: Wanted, by: Actor) -> tuple[Any, ...]:
    if wanted.sort == "next":
        first = case((waits_for(by), 0), (Pairing.state.in_(OPEN_PAIRINGS), 1), else_=2)
        closed_last_first = case((Pairing.state.in_(OPEN_PAIRINGS), None), else_=Pairing.state_since).desc()
        return first, closed_last_first, Pairing.state_since, Pairing.id
    column = SORTS[wanted.sort]
    return (column.desc() if wanted.descending else column), Pairing.id.desc()


def _found(wanted: Wanted, by: Actor) -> tuple[ColumnElement[bool], ...]:
    words = wanted.q.split()[:MOST_WORDS]
    return on_side(Side.MANAGER, by), *(_has_word(word) for word in words)


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
