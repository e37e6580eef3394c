"""Outcomes of an assignment: claimed by the expert, confirmed by the host, then by the manager."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Indicator, IndicatorClaim
from models.choices import AssignmentState, ClaimState, Role, Side, Subject
from models.evaluation import CLAIM_STATES
from models.state_machine import MoveError
from web.services import assignments
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_move
from web.services.orders import Order, was_done
from web.services.pairing_conflicts import require_unbiased
from web.services.pairings import role_of

OPEN_TO_CLAIM = (AssignmentState.ACTIVE, AssignmentState.SUSPENDED, AssignmentState.COMPLETED)
NOTE_CHARS = 500
ENOUGH_TO_COMPARE = 8
"""Confirmed claims of the same indicator and mode from which on a value is compared with the others."""
FAR_ABOVE = 4.0
"""Times the median of the others from which on a value is flagged."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a claimed value wants a second look."""

    claim_id: int
    sentence: Sentence


def indicators(session: Session) -> Sequence[Indicator]:
    """All of them, in their order."""
    return session.scalars(select(Indicator).order_by(Indicator.position)).all()


def claims_of(session: Session, assignment: Assignment) -> Sequence[IndicatorClaim]:
    """What was claimed, in the order of the indicators."""
    statement = (
        select(IndicatorClaim)
        .join(IndicatorClaim.indicator)
        .where(IndicatorClaim.assignment_id == assignment.id)
        .order_by(Indicator.position)
        .options(joinedload(IndicatorClaim.indicator))
    )
    return session.scalars(statement).unique().all()


def claim(
    session: Session, code: str, *, indicator: str, value: float | None, note: str, order: Order, by: Actor
) -> IndicatorClaim:
    """The expert claims a value, or amends one that was not accepted. Raises InvalidError, ConflictError, MoveError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EXPERT)
    if assignment.state not in OPEN_TO_CLAIM:
        raise ConflictError(
            "任务进行中或完成后才能申报成果", "Outcomes are claimed while the assignment runs or is complete"
        )
    row = session.get(Indicator, indicator)
    if row is None:
        raise InvalidError([FieldProblem("indicator", Sentence("请选择指标", "Choose an indicator"))])
    checked = _checked(row, value, note)
    known = session.scalar(
        select(IndicatorClaim).where(
            IndicatorClaim.assignment_id == assignment.id, IndicatorClaim.indicator_code == indicator
        )
    )
    if known is not None and was_done(session, order, Subject.INDICATOR, known.id):
        return known
    if known is None:
        known = IndicatorClaim(assignment_id=assignment.id, indicator_code=indicator, value=checked, note=note.strip())
        session.add(known)
        session.flush()
        _note(session, known, "claim", ("", ClaimState.CLAIMED), Side.EXPERT, order, by)
        return known
    if known.state == ClaimState.CLAIMED:
        raise ConflictError(
            f"“{row.name_zh}”已申报，等待用人单位确认", f"“{row.name_en}” was claimed and waits for the host"
        )
    known.value, known.note = checked, note.strip()
    _move(session, known, "amend", Side.EXPERT, order, by)
    return known


def decide(session: Session, code: str, claim_id: int, *, accept: bool, order: Order, by: Actor) -> IndicatorClaim:
    """The host, then the manager, confirms a claim or rejects it with the reason.

    Raises MoveError when it is not this side's turn, OvertakenError, NotFoundError, NotAllowedError for a manager's
    own conflict.
    """
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, Side.EMPLOYER, Side.MANAGER)
    if side == Side.MANAGER:
        require_unbiased(session, assignment.pairing, by)
    known = find_claim(session, assignment, claim_id)
    if was_done(session, order, Subject.INDICATOR, known.id):
        return known
    if known.version != order.version:
        raise ConflictError(
            "这项成果刚被他人处理，请刷新", "Somebody has just dealt with this outcome; reload the page"
        )
    reason = "" if accept else order.checked_reason()
    _move(session, known, "confirm" if accept else "reject", side, order, by, reason)
    return known


def find_claim(session: Session, assignment: Assignment, claim_id: int) -> IndicatorClaim:
    """The claim, if it is of this assignment. Raises NotFoundError."""
    known = session.scalar(
        select(IndicatorClaim)
        .where(IndicatorClaim.id == claim_id, IndicatorClaim.assignment_id == assignment.id)
        .with_for_update()
    )
    if known is None:
        raise NotFoundError("没有这项成果", "There is no such outcome")
    return known


def moves_for(claim_: IndicatorClaim, side: Side) -> tuple[str, ...]:
    """What this side may do with it now."""
    return CLAIM_STATES.possible(claim_.state, role_of(side))


def flags(session: Session, assignment: Assignment, claims: Sequence[IndicatorClaim]) -> list[Flag]:
    """Values above what is usual, by the indicator's own limit or far above the others of the same mode."""
    found = []
    for one in claims:
        row = one.indicator
        if one.value > row.usual_most:
            zh = f"超过常见上限 {row.usual_most:g} {row.unit_zh}，请核对凭据"
            en = f"Above the usual limit of {row.usual_most:g} {row.unit_en}; check the evidence"
            found.append(Flag(one.id, Sentence(zh, en)))
            continue
        others = _others(session, assignment, row.code)
        if len(others) >= ENOUGH_TO_COMPARE and one.value > FAR_ABOVE * (middle := statistics.median(others)):
            zh = f"是同类任务中位数（{middle:g}）的 {one.value / middle:.1f} 倍，请核对凭据"
            en = f"{one.value / middle:.1f} times the median of the same mode ({middle:g}); check the evidence"
            found.append(Flag(one.id, Sentence(zh, en)))
    return found


def _others(session: Session, assignment: Assignment, indicator: str) -> Sequence[float]:
    return session.scalars(
        select(IndicatorClaim.value)
        .join(IndicatorClaim.assignment)
        .where(
            IndicatorClaim.indicator_code == indicator,
            IndicatorClaim.state == ClaimState.CONFIRMED,
            Assignment.mode_code == assignment.mode_code,
            Assignment.id != assignment.id,
        )
    ).all()


def _checked(row: Indicator, value: float | None, note: str) -> float:
    problems = []
    if value is None or not 0 < value <= 100_000_000:
        problems.append(FieldProblem("value", Sentence("填大于 0 的数", "Give a number above 0")))
    elif row.is_whole and value % 1:
        problems.append(FieldProblem("value", Sentence("这项指标填整数", "This indicator is a whole number")))
    if len(note.strip()) > NOTE_CHARS:
        problems.append(FieldProblem("note", Sentence(f"最多 {NOTE_CHARS} 字", f"At most {NOTE_CHARS} characters")))
    if not note.strip():
        problems.append(FieldProblem("note", Sentence("请写明凭据或说明", "Say what shows it")))
    if problems or value is None:
        raise InvalidError(problems)
    return value


def _move(
    session: Session, known: IndicatorClaim, name: str, side: Side, order: Order, by: Actor, reason: str = ""
) -> None:
    role = role_of(side)
    if name not in CLAIM_STATES.possible(known.state, role):
        raise MoveError("state", machine="indicator", move=name, state=known.state)
    change = known.move(name, role=role, reason=reason)
    session.flush()
    _note(session, known, name, change, side, order, by, reason)


def _note(
    session: Session,
    known: IndicatorClaim,
    name: str,
    change: tuple[str, str],
    side: Side,
    order: Order,
    by: Actor,
    reason: str = "",
) -> None:
    role: Role = role_of(side)
    note_move(
        session,
        subject=Subject.INDICATOR,
        subject_id=known.id,
        move=name,
        change=change,
        by=by,
        role=role,
        reason=reason,
        seen_version=order.version,
        request_id=order.request_id,
    )
