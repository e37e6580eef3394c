"""The ledger of days that an expert gives in a year: offered, promised, confirmed, left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, CooperationMode, Expert, Pairing, PairingMember, ServiceLog
from models.choices import AssignmentState, LogState, PairingState

YEAR_DAYS = 365.25
UNSETTLED = (LogState.SUBMITTED, LogState.DISPUTED)
STILL_SETTLED = (AssignmentState.COMPLETED, AssignmentState.TERMINATED)
"""Assignments that are over and whose days the host may still confirm."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One expert's days in one calendar year.

    `promised` is all that is held: approved pairings and running assignments as agreed (or as confirmed, where that is
    more), and of ended assignments what was confirmed or may still be. `confirmed` is part of it. `offered` None: the
    expert has not said how many days, so nobody knows what is left.
    """

    year: int
    offered: float | None
    promised: float
    confirmed: float

    @property
    def left(self) -> float | None:
        """Days that may still be promised; below zero where more was promised than is offered."""
        return None if self.offered is None else self.offered - self.promised

    @property
    def open(self) -> float:
        """Promised and not yet confirmed."""
        return self.promised - self.confirmed


def promised_by_year(starts: date, ends: date, days_per_year: float) -> dict[int, float]:
    """Days promised in each calendar year of a term, rounded up to half days.

    A term of T days promises `days_per_year × max(1, T / 365.25)` in all; each year gets its part of the term's days.
    """
    whole = (ends - starts).days + 1
    total = days_per_year * max(1.0, whole / YEAR_DAYS)
    promised = {}
    for year in range(starts.year, ends.year + 1):
        first, last = max(starts, date(year, 1, 1)), min(ends, date(year, 12, 31))
        share = total * ((last - first).days + 1) / whole
        promised[year] = math.ceil(round(share * 2, 6)) / 2
    return promised


def ledger(session: Session, expert: Expert, year: int, *, without: Pairing | None = None) -> Ledger:
    """The expert's ledger of the year, as leader, member of a team or alone; `without` leaves a pairing out."""
    return ledgers(session, expert, [year], without=without)[0]


def ledgers(session: Session, expert: Expert, years: Sequence[int], *, without: Pairing | None = None) -> list[Ledger]:
    """The ledgers of several years, in their order, for the price of one."""
    left_out = without.id if without is not None else None
    days, waiting = _days(session, expert, LogState.CONFIRMED), _days(session, expert, *UNSETTLED)
    promised = dict.fromkeys(years, 0.0)
    confirmed = dict.fromkeys(years, 0.0)
    for one in _approved(session, expert, left_out):
        for year, amount in promised_by_year(one.starts, one.ends, one.days_per_year).items():
            if year in promised:
                promised[year] += amount
    for assignment in _assignments(session, expert, left_out):
        agreed = promised_by_year(assignment.starts, assignment.ends, assignment.days_per_year)
        for year in years:
            served = days.get((assignment.id, year), 0.0)
            confirmed[year] += served
            open_ = waiting.get((assignment.id, year), 0.0) if assignment.state in STILL_SETTLED else 0.0
            promised[year] += max(served, agreed.get(year, 0.0)) if assignment.is_running else served + open_
    return [Ledger(year, expert.days_per_year, promised[year], confirmed[year]) for year in years]


def takes_part(expert: Expert) -> ColumnElement[bool]:
    """Pairings in which the expert serves, alone or in a team."""
    member = select(PairingMember.pairing_id).where(PairingMember.expert_id == expert.id)
    return or_(Pairing.expert_id == expert.id, Pairing.id.in_(member))


def _approved(session: Session, expert: Expert, left_out: int | None) -> Sequence[Pairing]:
    """Signed pairings count by their assignment."""
    wanted = select(Pairing).where(takes_part(expert), Pairing.state == PairingState.APPROVED)
    return session.scalars(wanted.where(Pairing.id != left_out) if left_out is not None else wanted).all()


def _assignments(session: Session, expert: Expert, left_out: int | None) -> Sequence[Assignment]:
    wanted = (
        select(Assignment)
        .join(Assignment.pairing)
        .where(takes_part(expert))
        .options(joinedload(Assignment.pairing, innerjoin=True))
    )
    return session.scalars(wanted.where(Pairing.id != left_out) if left_out is not None else wanted).all()


def _days(session: Session, expert: Expert, *states: LogState) -> dict[tuple[int, int], float]:
    """(assignment, year) → the expert's days in these states; travel only where the mode counts it."""
    rows = session.execute(
        select(ServiceLog.assignment_id, ServiceLog.day, ServiceLog.days)
        .join(ServiceLog.assignment)
        .join(CooperationMode, CooperationMode.code == Assignment.mode_code)
        .where(ServiceLog.expert_id == expert.id, ServiceLog.state.in_(states))
        .where(or_(ServiceLog.is_travel.is_(False), CooperationMode.travel_counts))
    )
    found: dict[tuple[int, int], float] = {}
    for assignment_id, day, days in rows:
        key = (assignment_id, day.year)
        found[key] = found.get(key, 0.0) + days
    return found
