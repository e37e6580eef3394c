"""The moves of an assignment: checked by the model, made once, kept in the audit trail, told to the others."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Assignment, ServiceLog
from models.assignment import ASSIGNMENT_STATES
from models.choices import AssignmentState, LogState, Role
from models.state_machine import MoveError
from web.services import assignments
from web.services.access import NOBODY, Actor
from web.services.assignment_notices import tell
from web.services.errors import ConflictError
from web.services.need_submission import CHINA, today_in_china
from web.services.orders import Order
from web.services.pairing_conflicts import require_unbiased
from web.services.pairings import role_of

OFFERED = ("begin", "suspend", "resume", "complete", "terminate")
"""Moves that people make on its page; `evaluate` belongs to its evaluation."""


def possible_moves(assignment: Assignment, by: Actor) -> tuple[str, ...]:
    """The moves that the person may make now, in a fixed order."""
    roles = [role_of(side) for side in assignments.parts_in(assignment, by)]
    allowed = {name for role in roles for name in ASSIGNMENT_STATES.possible(assignment.state, role)}
    return tuple(name for name in OFFERED if name in allowed)


def needs_reason(name: str) -> bool:
    """Whether the move asks for one."""
    return any(move.needs_reason for move in ASSIGNMENT_STATES.moves if move.name == name)


def move(session: Session, code: str, name: str, *, order: Order, by: Actor, today: date | None = None) -> Assignment:
    """Makes one of the offered moves, once for each form.

    Raises MoveError, OvertakenError naming who moved it before, InvalidError without a needed reason, ConflictError
    for what stands in the way, NotAllowedError for a manager's own interest, NotFoundError for strangers.
    """
    assignment = assignments.locked(session, code, by=by)
    if assignments.was_done_to(session, assignment, order):
        return assignment
    assignments.require_seen(session, assignment, order)
    role = _role_for(assignment, name, by)
    if role == Role.MANAGER:
        require_unbiased(session, assignment.pairing, by)
    reason = order.checked_reason(is_needed=needs_reason(name))
    today = today or today_in_china()
    _require_ready(session, assignment, name, today)
    make_move(session, assignment, name, role=role, by=by, order=order, reason=reason, today=today)
    return assignment


def make_move(
    session: Session,
    assignment: Assignment,
    name: str,
    *,
    role: Role | None,
    by: Actor,
    order: Order | None = None,
    reason: str = "",
    today: date | None = None,
) -> None:
    """Moves an assignment that is locked and as it was seen; keeps it and tells the others. Raises MoveError."""
    change = assignment.move(name, role=role, reason=reason)
    if name in ("complete", "terminate"):
        assignment.ended_on = today or today_in_china()
    session.flush()
    assignments.note(session, assignment, name, change, by=by, role=role, order=order, reason=reason)
    tell(session, assignment, name, by=by)


def begin_due(session: Session, *, today: date | None = None) -> int:
    """Begins the planned ones whose first day has come, as the system; how many."""
    due = (
        select(Assignment)
        .where(Assignment.state == AssignmentState.PLANNED, Assignment.starts <= (today or today_in_china()))
        .order_by(Assignment.id)
        .with_for_update()
    )
    rows = session.scalars(due).all()
    for assignment in rows:
        make_move(session, assignment, "begin", role=None, by=NOBODY)
    return len(rows)


def suspensions(session: Session, assignment: Assignment) -> list[tuple[date, date | None]]:
    """When it was suspended: (the day on which that began, the day on which it ended, or None while it lasts)."""
    spans: list[tuple[date, date | None]] = []
    for change in assignments.history(session, assignment):
        day = change.at.astimezone(CHINA).date()
        if change.move == "suspend":
            spans.append((day, None))
        elif spans and spans[-1][1] is None and change.move in ("resume", "terminate"):
            spans[-1] = (spans[-1][0], day)
    return spans


def _role_for(assignment: Assignment, name: str, by: Actor) -> Role:
    """The role in which the person may make the move. Raises MoveError, by code `unknown`, `role` or `state`."""
    for side in assignments.parts_in(assignment, by):
        if name in OFFERED and name in ASSIGNMENT_STATES.possible(assignment.state, role_of(side)):
            return role_of(side)
    named = [one for one in ASSIGNMENT_STATES.moves if one.name == name and one.sources]
    code = "state" if named and name in OFFERED else "unknown"
    if any(assignment.state in one.sources for one in named) and name in OFFERED:
        code = "role"
    raise MoveError(code, machine="assignment", move=name, state=assignment.state)


def _require_ready(session: Session, assignment: Assignment, name: str, today: date) -> None:
    if name == "begin" and today < assignment.starts:
        raise ConflictError(
            f"约定从 {assignment.starts} 开始，到那一天系统会自动开始",
            f"It is agreed to begin on {assignment.starts}; the service begins it on that day",
        )
    if name == "complete" and (waiting := _waiting_logs(session, assignment)):
        raise ConflictError(
            f"还有 {waiting} 条服务记录没有确认，请先确认或提出异议",
            f"{waiting} days of service are not yet confirmed; confirm or dispute them first",
        )


def _waiting_logs(session: Session, assignment: Assignment) -> int:
    mine = (ServiceLog.assignment_id == assignment.id, ServiceLog.state == LogState.SUBMITTED)
    return session.scalar(select(func.count()).select_from(ServiceLog).where(*mine)) or 0
