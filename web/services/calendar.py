"""The expert's calendar: everything that takes days, in one list; the same as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, ExchangeLeg, Milestone, Need, Pairing, ServiceLog
from models.assignment import RUNNING
from models.choices import AssignmentState, LogState, PairingState, Role
from web.services import assignments
from web.services.access import Actor
from web.services.errors import Sentence

KINDS = ("assignment", "pairing", "leg", "milestone", "log")
_TENTATIVE = (PairingState.ACCEPTED, PairingState.CONSENTED, PairingState.APPROVED)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One thing in the calendar, from its first to its last day."""

    kind: str
    key: str
    """Names it for good, so that a calendar programme that reads the file again finds it."""
    starts: date
    ends: date
    title: str
    host: str
    path: str
    is_tentative: bool = False
    days: float | None = None


def commitments(session: Session, *, by: Actor, first: date, last: date) -> list[Commitment]:
    """The person's, as an expert or a member of a team, that touch these days; in the order of their first."""
    by.require(Role.EXPERT)
    if by.user_id is None:
        return []
    mine = _assignments(session, by.user_id)
    found = [*_of_assignments(mine), *_of_pairings(session, by)]
    found += [*_of_legs(session, mine), *_of_milestones(session, mine), *_of_logs(session, mine, by)]
    kept = [one for one in found if one.starts <= last and one.ends >= first]
    return sorted(kept, key=lambda one: (one.starts, KINDS.index(one.kind), one.key))


def as_icalendar(found: Sequence[Commitment], *, public_url: str, names: dict[str, Sentence], zh: bool) -> bytes:
    """The commitments as an iCalendar file (RFC 5545) of whole days. `names`: what each kind is called."""
    from icalendar import Calendar, Event

    file = Calendar()
    file.add("prodid", "-//dongcai//calendar//ZH")
    file.add("version", "2.0")
    file.add("x-wr-calname", "东才西用" if zh else "Dongcai")
    for one in found:
        event = Event()
        said = names[one.kind].zh if zh else names[one.kind].en
        event.add("uid", f"{one.key}@dongcai")
        event.add("dtstamp", datetime.now(UTC))
        event.add("dtstart", one.starts)
        event.add("dtend", one.ends + timedelta(days=1))  # the file's end is the day after
        event.add("summary", f"{said}：{one.title}" if zh else f"{said}: {one.title}")
        event.add("location", one.host)
        event.add("url", public_url.rstrip("/") + one.path)
        event.add("status", "TENTATIVE" if one.is_tentative else "CONFIRMED")
        event.add("transp", "OPAQUE" if one.kind in ("log", "leg") else "TRANSPARENT")
        file.add_component(event)
    return bytes(file.to_ical())


def _assignments(session: Session, user_id: int) -> Sequence[Assignment]:
    alive = (*RUNNING, AssignmentState.COMPLETED, AssignmentState.EVALUATED, AssignmentState.TERMINATED)
    host = joinedload(Assignment.pairing).joinedload(Pairing.need).joinedload(Need.organisation)
    statement = select(Assignment).where(assignments.served_by(user_id), Assignment.state.in_(alive))
    return session.scalars(statement.order_by(Assignment.id).options(host)).all()


def _of_assignments(mine: Sequence[Assignment]) -> Iterator[Commitment]:
    for one in mine:
        last = min(one.ends, one.ended_on or one.ends)
        if last >= one.starts:  # one that was ended before its first day takes none
            yield _made(one, "assignment", f"assignment-{one.id}", one.starts, last, days=one.days_per_year)


def _of_pairings(session: Session, by: Actor) -> Iterator[Commitment]:
    own = Pairing.expert.has(user_id=by.user_id)
    host = joinedload(Pairing.need).joinedload(Need.organisation)
    for one in session.scalars(select(Pairing).where(own, Pairing.state.in_(_TENTATIVE)).options(host)):
        yield Commitment(
            "pairing",
            f"pairing-{one.id}",
            one.starts,
            one.ends,
            one.need.title,
            one.need.organisation.name,
            f"/pairings/{one.code}",
            is_tentative=True,
            days=one.days_per_year,
        )


def _of_legs(session: Session, mine: Sequence[Assignment]) -> Iterator[Commitment]:
    by_pairing = {one.pairing_id: one for one in mine}
    for leg in session.scalars(select(ExchangeLeg).where(ExchangeLeg.pairing_id.in_(by_pairing))):
        yield _made(by_pairing[leg.pairing_id], "leg", f"leg-{leg.id}", leg.starts, leg.ends, title=leg.name)


def _of_milestones(session: Session, mine: Sequence[Assignment]) -> Iterator[Commitment]:
    by_id = {one.id: one for one in mine if one.is_running}
    open_ones = (Milestone.assignment_id.in_(by_id), Milestone.done_on.is_(None))
    for row in session.scalars(select(Milestone).where(*open_ones)):
        yield _made(by_id[row.assignment_id], "milestone", f"milestone-{row.id}", row.due, row.due, title=row.title)


def _of_logs(session: Session, mine: Sequence[Assignment], by: Actor) -> Iterator[Commitment]:
    by_id = {one.id: one for one in mine}
    own = assignments.own_expert_id(session, by)
    rows = select(ServiceLog).where(
        ServiceLog.assignment_id.in_(by_id), ServiceLog.expert_id == own, ServiceLog.state != LogState.DISPUTED
    )
    for row in session.scalars(rows):
        assignment = by_id[row.assignment_id]
        yield _made(assignment, "log", f"log-{row.id}", row.day, row.day, title=row.done, days=row.days)


def _made(
    assignment: Assignment,
    kind: str,
    key: str,
    starts: date,
    ends: date,
    *,
    title: str = "",
    days: float | None = None,
) -> Commitment:
    need = assignment.pairing.need
    path = f"/assignments/{assignment.code}"
    return Commitment(kind, key, starts, ends, title or need.title, need.organisation.name, path, days=days)
