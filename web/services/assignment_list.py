"""Lists of assignments: one's own on each side, and all that a manager answers for; searched, filtered, sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Expert, Need, Organisation, Pairing, ServiceLog, Task
from models.choices import AssignmentState, LogState, Role, Side
from web.services.access import Actor
from web.services.areas import Areas, areas_for
from web.services.assignments import served_by
from web.services.desk_needs import NO_PROGRAMME
from web.services.faceted import Makers, Wanted, conditions, counts, has_words, ordered
from web.services.jurisdiction import needs_within
from web.services.paging import Page, page_of

FACETS = ("state", "mode", "region", "programme", "waiting")
WAITING = "logs"
"""The filter's value for assignments with days that wait for their host."""
SORTS = {
    "starts": Assignment.starts,
    "ends": Assignment.ends,
    "host": Organisation.name,
    "state": Assignment.state,
    "since": Assignment.state_since,
}
LIST_SIDES: tuple[tuple[Side, Role], ...] = (
    (Side.EMPLOYER, Role.EMPLOYER),
    (Side.EXPERT, Role.EXPERT),
    (Side.INSTITUTION, Role.INSTITUTION),
)


@dataclass(frozen=True, slots=True)
class DaySums:
    """Days of one assignment that are confirmed, and how many logs wait."""

    confirmed: float = 0.0
    waiting: int = 0
    disputed: int = 0


def sides_with_lists(by: Actor) -> tuple[Side, ...]:
    """The sides on which the person has a list of their own."""
    return tuple(side for side, role in LIST_SIDES if by.has(role))


def listed(session: Session, wanted: Wanted, *, side: Side, by: Actor, number: int = 1) -> Page[Assignment]:
    """A page of the assignments on that side of the person; for managers those of the jurisdiction."""
    chosen = conditions(wanted, _makers(areas_for(session, by)))
    parts = (
        joinedload(Assignment.expert),
        joinedload(Assignment.pairing).joinedload(Pairing.need).joinedload(Need.organisation),
        joinedload(Assignment.pairing).joinedload(Pairing.mode),
    )
    statement: Select[Assignment] = _joined(select(Assignment)).where(*_found(wanted, side, by), *chosen)
    return page_of(
        session, statement.order_by(*ordered(wanted, SORTS, Assignment.id.desc())).options(*parts), number=number
    )


def list_counts(session: Session, wanted: Wanted, *, side: Side, by: Actor) -> dict[str, Counter[str]]:
    """Per filter, how many assignments each value would leave."""
    areas = areas_for(session, by)
    waits = _waits().label("waits")
    columns = (
        Assignment.state,
        Assignment.mode_code,
        Organisation.region_code,
        Organisation.is_xpcc,
        Task.programme_code,
        waits,
    )
    rows = session.execute(_joined(select(*columns).select_from(Assignment)).where(*_found(wanted, side, by)))
    facts = (
        {
            "state": (state.value,),
            "mode": (mode,),
            "region": (areas.of(region, is_xpcc),),
            "programme": (programme or NO_PROGRAMME,),
            "waiting": (WAITING,) if has_waiting else (),
        }
        for state, mode, region, is_xpcc, programme, has_waiting in rows
    )
    return counts(facts, wanted, FACETS)


def day_sums(session: Session, assignments: Sequence[Assignment]) -> Mapping[int, DaySums]:
    """Sums of each assignment by its id; of a team, everybody's days."""
    statement = (
        select(ServiceLog.assignment_id, ServiceLog.state, func.sum(ServiceLog.days), func.count())
        .where(ServiceLog.assignment_id.in_([one.id for one in assignments]))
        .group_by(ServiceLog.assignment_id, ServiceLog.state)
    )
    found: dict[int, dict[LogState, tuple[float, int]]] = {}
    for assignment_id, state, days, count in session.execute(statement):
        found.setdefault(assignment_id, {})[state] = (days, count)
    none = (0.0, 0)
    return {
        one.id: DaySums(
            confirmed=round(found.get(one.id, {}).get(LogState.CONFIRMED, none)[0], 1),
            waiting=found.get(one.id, {}).get(LogState.SUBMITTED, none)[1],
            disputed=found.get(one.id, {}).get(LogState.DISPUTED, none)[1],
        )
        for one in assignments
    }


def within_side(side: Side, by: Actor) -> ColumnElement[bool]:
    """The condition of a query for the assignments on one side of the person."""
    if side == Side.EMPLOYER:
        return Assignment.host_id.in_(by.organisations(Role.EMPLOYER))
    if side == Side.INSTITUTION:
        return Pairing.institution_id.in_(by.organisations(Role.INSTITUTION))
    if side == Side.MANAGER:
        return needs_within(by)
    return served_by(by.user_id) if by.user_id is not None and by.has(Role.EXPERT) else false()


def _joined(statement: Any) -> Any:  # a Select of any columns, which has no type that mypy can name
    return (
        statement.join(Pairing, Assignment.pairing_id == Pairing.id)
        .join(Need, Pairing.need_id == Need.id)
        .join(Organisation, Need.organisation_id == Organisation.id)
        .join(Expert, Assignment.expert_id == Expert.id)
        .outerjoin(Task, Need.task_code == Task.code)
    )


def _found(wanted: Wanted, side: Side, by: Actor) -> tuple[ColumnElement[bool], ...]:
    words = has_words(wanted.q, Need.search_text, Organisation.search_text, Expert.search_text)
    coded = Assignment.code == wanted.q.strip().upper()
    return within_side(side, by), or_(words, coded)


def _waits() -> ColumnElement[bool]:
    waiting = (ServiceLog.assignment_id == Assignment.id, ServiceLog.state == LogState.SUBMITTED)
    return select(ServiceLog.id).where(*waiting).exists()


def _makers(areas: Areas) -> Makers:
    return {
        "state": lambda state: Assignment.state == AssignmentState(state),
        "mode": lambda mode: Assignment.mode_code == mode,
        "region": areas.condition,
        "programme": lambda code: Task.programme_code == (None if code == NO_PROGRAMME else code),
        "waiting": lambda _value: _waits(),
    }
