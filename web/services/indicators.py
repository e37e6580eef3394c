"""Outcomes of an assignment: claimed by the expert, confirmed by the host, then by the manager."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Indicator, IndicatorClaim, StateChange
from models.choices import AssignmentState, ClaimState, Role, Side, Subject
from models.evaluation import CLAIM_STATES
from models.state_machine import MoveError
from web.services import assignments
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.indicator_notices import MOVES, tell_claim
from web.services.journal import note_move
from web.services.orders import Order, overtaken, used_elsewhere, was_done
from web.services.pairing_conflicts import require_unbiased
from web.services.pairings import role_of, serves

OPEN_TO_CLAIM = (AssignmentState.ACTIVE, AssignmentState.SUSPENDED, AssignmentState.COMPLETED)
NOTE_CHARS = 500
MOST = 100_000_000


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
    """The expert claims a value of an indicator, once for each assignment.

    Raises InvalidError, ConflictError for one that was claimed or at the wrong time, NotAllowedError, NotFoundError.
    """
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EXPERT)
    if (made := _made_by(session, assignment, order)) is not None:
        return made
    _require_open(assignment)
    row = next((one for one in indicators(session) if one.code == indicator), None)
    if row is None:
        raise InvalidError([FieldProblem("indicator", Sentence("请选择指标", "Choose an indicator"))])
    mine = (IndicatorClaim.assignment_id == assignment.id, IndicatorClaim.indicator_code == indicator)
    if session.scalar(select(IndicatorClaim.id).where(*mine)) is not None:
        raise ConflictError(
            f"“{row.name_zh}”已申报过，一项指标只申报一次；被退回的可以修改",
            f"“{row.name_en}” was claimed already; each is claimed once, and one that was rejected can be amended",
        )
    checked = _checked(row, value, note)
    known = IndicatorClaim(assignment=assignment, indicator=row, value=checked, note=note.strip())
    session.add(known)
    session.flush()
    _note(session, known, "claim", ("", ClaimState.CLAIMED.value), role=Role.EXPERT, order=order, by=by)
    tell_claim(session, known, "claim", by=by)
    return known


def amend(
    session: Session, code: str, claim_id: int, *, value: float | None, note: str, order: Order, by: Actor
) -> IndicatorClaim:
    """The expert changes a rejected claim and claims it again. Raises as `claim`, MoveError, OvertakenError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EXPERT)
    known = find_claim(session, assignment, claim_id)
    if was_done(session, order, Subject.INDICATOR, known.id):
        return known
    _require_seen(session, known, order)
    _require_open(assignment)
    _require_turn(known, "amend", Side.EXPERT)
    known.value, known.note = _checked(known.indicator, value, note), note.strip()
    _move(session, known, "amend", side=Side.EXPERT, order=order, by=by)
    return known


def decide(session: Session, code: str, claim_id: int, *, accept: bool, order: Order, by: Actor) -> IndicatorClaim:
    """The host, then the manager, confirms a claim or rejects it with the reason.

    Raises MoveError when it is not this side's turn, OvertakenError, InvalidError without a reason, NotFoundError,
    NotAllowedError for an interest of one's own.
    """
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, Side.EMPLOYER, Side.MANAGER)
    require_other(assignment, by)
    if side == Side.MANAGER:
        require_unbiased(session, assignment.pairing, by)
    known = find_claim(session, assignment, claim_id)
    if was_done(session, order, Subject.INDICATOR, known.id):
        return known
    _require_seen(session, known, order)
    reason = "" if accept else order.checked_reason()
    _move(session, known, "confirm" if accept else "reject", side=side, order=order, by=by, reason=reason)
    return known


def find_claim(session: Session, assignment: Assignment, claim_id: int) -> IndicatorClaim:
    """The claim, if it is of this assignment. Raises NotFoundError."""
    mine = (IndicatorClaim.id == claim_id, IndicatorClaim.assignment_id == assignment.id)
    known = session.scalar(select(IndicatorClaim).where(*mine).execution_options(populate_existing=True))
    if known is None:
        raise NotFoundError("没有这项成果", "There is no such outcome")
    return known


def moves_for(claim_: IndicatorClaim, sides: Sequence[Side]) -> tuple[str, ...]:
    """What somebody on these sides may do with it now."""
    return tuple(move for side in sides for move in CLAIM_STATES.possible(claim_.state, role_of(side)))


def require_other(assignment: Assignment, by: Actor) -> None:
    """Nobody decides on what they, or the team that they belong to, have done. Raises NotAllowedError."""
    if by.user_id is not None and assignment.expert.user_id == by.user_id:
        raise NotAllowedError("您就是这位专家，请由单位其他人办理", "You are the expert; somebody else must decide")
    if serves(assignment.pairing, by):
        raise NotAllowedError(
            "您是这个团队的成员，请由单位其他人办理", "You are a member of the team; somebody else must decide"
        )


def _made_by(session: Session, assignment: Assignment, order: Order) -> IndicatorClaim | None:
    """The claim of this assignment that this very form has made. Raises ConflictError where it made something else."""
    if order.request_id is None:
        return None
    change = session.scalar(select(StateChange).where(StateChange.request_id == order.request_id))
    if change is None:
        return None
    made = session.get(IndicatorClaim, change.subject_id) if change.subject == Subject.INDICATOR else None
    if made is None or made.assignment_id != assignment.id:
        raise used_elsewhere()
    return made


def _require_open(assignment: Assignment) -> None:
    if assignment.state not in OPEN_TO_CLAIM:
        raise ConflictError(
            "任务进行中或完成后、考核前才能申报成果",
            "Outcomes are claimed while the assignment runs, or is complete and not yet evaluated",
        )


def _require_seen(session: Session, known: IndicatorClaim, order: Order) -> None:
    if known.version != order.version:
        raise overtaken(session, Subject.INDICATOR, known.id, MOVES)


def _require_turn(known: IndicatorClaim, name: str, side: Side) -> None:
    if name not in CLAIM_STATES.possible(known.state, role_of(side)):
        raise MoveError("state", machine="indicator", move=name, state=known.state)


def _checked(row: Indicator, value: float | None, note: str) -> float:
    problems = []
    if value is None or not 0 < value <= MOST:
        wanted = Sentence("填大于 0、不超过 1 亿的数", "Give a number above 0 and of at most 100 million")
        problems.append(FieldProblem("value", wanted))
    elif row.is_whole and value % 1:
        problems.append(FieldProblem("value", Sentence("这项指标填整数", "This indicator is a whole number")))
    if not note.strip():
        problems.append(FieldProblem("note", Sentence("请写明凭据或说明", "Say what shows it")))
    elif len(note.strip()) > NOTE_CHARS:
        problems.append(FieldProblem("note", Sentence(f"最多 {NOTE_CHARS} 字", f"At most {NOTE_CHARS} characters")))
    if problems or value is None:
        raise InvalidError(problems)
    return value


def _move(
    session: Session, known: IndicatorClaim, name: str, *, side: Side, order: Order, by: Actor, reason: str = ""
) -> None:
    _require_turn(known, name, side)
    role = role_of(side)
    change = known.move(name, role=role, reason=reason)
    session.flush()
    _note(session, known, name, change, role=role, order=order, by=by, reason=reason)
    tell_claim(session, known, name, by=by)


def _note(
    session: Session,
    known: IndicatorClaim,
    name: str,
    change: tuple[str, str],
    *,
    role: Role,
    order: Order,
    by: Actor,
    reason: str = "",
) -> None:
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
