"""What still stands in the way of an evaluation, for one assignment or for a list of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appraisal, Assignment, IndicatorClaim, ServiceLog
from models.choices import AssignmentState, ClaimState, LogState, Side
from web.services.errors import Sentence

OPEN_CLAIMS = (ClaimState.CLAIMED, ClaimState.HOST_CONFIRMED)


def missing_of(session: Session, assignments: Sequence[Assignment]) -> dict[int, tuple[Sentence, ...]]:
    """By the assignment's id, everything that must be done first; empty where it may be evaluated."""
    ids = [one.id for one in assignments]
    claims = {
        state: _counted(session, IndicatorClaim.assignment_id, ids, IndicatorClaim.state == state)
        for state in OPEN_CLAIMS
    }
    logs = _counted(session, ServiceLog.assignment_id, ids, ServiceLog.state == LogState.SUBMITTED)
    appraised = _counted(session, Appraisal.assignment_id, ids, Appraisal.side == Side.EMPLOYER)
    found: dict[int, tuple[Sentence, ...]] = {}
    for one in assignments:
        said = [] if one.state == AssignmentState.COMPLETED else [_STATES[one.state]]
        if waiting := claims[ClaimState.CLAIMED][one.id]:
            said.append(Sentence(f"{waiting} 项成果待用人单位确认", f"Outcomes that wait for the host: {waiting}"))
        if waiting := claims[ClaimState.HOST_CONFIRMED][one.id]:
            said.append(Sentence(f"{waiting} 项成果待管理人员确认", f"Outcomes that wait for a manager: {waiting}"))
        if waiting := logs[one.id]:
            said.append(Sentence(f"{waiting} 条服务记录待确认", f"Days of service that wait for the host: {waiting}"))
        if not appraised[one.id]:
            said.append(Sentence("用人单位还没有评价", "The host has not given its appraisal"))
        found[one.id] = tuple(said)
    return found


_NOT_COMPLETE = Sentence("任务还没有完成", "The assignment is not complete")
_STATES = {
    AssignmentState.PLANNED: _NOT_COMPLETE,
    AssignmentState.ACTIVE: _NOT_COMPLETE,
    AssignmentState.SUSPENDED: _NOT_COMPLETE,
    AssignmentState.EVALUATED: Sentence("任务已经考核", "The assignment was evaluated already"),
    AssignmentState.TERMINATED: Sentence("终止的任务不考核", "A terminated assignment is not evaluated"),
}


def _counted(session: Session, column: Any, ids: Sequence[int], condition: Any) -> Counter[int]:
    """How many rows each assignment has that meet the condition."""
    statement = select(column, func.count()).where(column.in_(ids), condition).group_by(column)
    return Counter({row[0]: row[1] for row in session.execute(statement)})
