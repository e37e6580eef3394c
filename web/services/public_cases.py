"""What the public sees of the work that was done: how much of it, and the exemplary cases, without anybody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models import (
    Assignment,
    CooperationMode,
    Evaluation,
    Indicator,
    IndicatorClaim,
    Need,
    Organisation,
    Pairing,
    ServiceLog,
)
from models.choices import AssignmentState, ClaimState, Grade, LogState

MOST_SHOWN = 6
BEGUN = (
    AssignmentState.ACTIVE,
    AssignmentState.SUSPENDED,
    AssignmentState.COMPLETED,
    AssignmentState.EVALUATED,
)


@dataclass(frozen=True, slots=True)
class WorkDone:
    """Assignments that have begun and were not broken off, and the days that hosts have confirmed."""

    assignments: int
    days: float


@dataclass(frozen=True, slots=True)
class PublicCase:
    """An exemplary case: what was done where and with what result; the expert stands for a province only."""

    title: str
    host: Organisation
    region_code: str
    home_region_code: str | None
    mode: CooperationMode
    grade: Grade
    days: float
    outcomes: tuple[tuple[Indicator, float], ...]
    summary: str


def work_done(session: Session) -> WorkDone:
    """How much work there was."""
    begun = select(func.count()).select_from(Assignment).where(Assignment.state.in_(BEGUN))
    days = select(func.sum(ServiceLog.days)).where(ServiceLog.state == LogState.CONFIRMED)
    return WorkDone(session.scalar(begun) or 0, round(session.scalar(days) or 0.0, 1))


def public_cases(session: Session, *, most: int = MOST_SHOWN) -> list[PublicCase]:
    """The latest exemplary cases."""
    pairing = joinedload(Evaluation.assignment).joinedload(Assignment.pairing)
    statement = (
        select(Evaluation)
        .where(Evaluation.is_exemplary.is_(True))
        .order_by(Evaluation.at.desc(), Evaluation.id.desc())
        .limit(most)
        .options(
            joinedload(Evaluation.assignment).joinedload(Assignment.expert),
            pairing.joinedload(Pairing.mode),
            pairing.joinedload(Pairing.need).joinedload(Need.organisation),
        )
    )
    found = session.scalars(statement).all()
    ids = [one.assignment_id for one in found]
    outcomes, days = _outcomes(session, ids), _days(session, ids)
    return [_case(one, outcomes.get(one.assignment_id, ()), days.get(one.assignment_id, 0.0)) for one in found]


def _case(one: Evaluation, outcomes: tuple[tuple[Indicator, float], ...], days: float) -> PublicCase:
    need = one.assignment.pairing.need
    return PublicCase(
        title=need.title,
        host=need.organisation,
        region_code=need.region_code,
        home_region_code=one.assignment.expert.region_code,
        mode=one.assignment.pairing.mode,
        grade=one.grade,
        days=days,
        outcomes=outcomes,
        summary=one.summary,
    )


def _outcomes(session: Session, ids: Sequence[int]) -> dict[int, tuple[tuple[Indicator, float], ...]]:
    statement = (
        select(IndicatorClaim)
        .join(IndicatorClaim.indicator)
        .where(IndicatorClaim.assignment_id.in_(ids), IndicatorClaim.state == ClaimState.CONFIRMED)
        .order_by(Indicator.position)
        .options(joinedload(IndicatorClaim.indicator))
    )
    found: dict[int, tuple[tuple[Indicator, float], ...]] = {}
    for claim in session.scalars(statement):
        found[claim.assignment_id] = (*found.get(claim.assignment_id, ()), (claim.indicator, claim.value))
    return found


def _days(session: Session, ids: Sequence[int]) -> dict[int, float]:
    column = ServiceLog.assignment_id
    mine = (column.in_(ids), ServiceLog.state == LogState.CONFIRMED)
    rows = session.execute(select(column, func.sum(ServiceLog.days)).where(*mine).group_by(column))
    return {assignment_id: round(days, 1) for assignment_id, days in rows}
