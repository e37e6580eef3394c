"""Days of service: logged by who served, confirmed or disputed by the host, amended where disputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Expert, ServiceLog
from models.assignment import LOG_STATES
from models.choices import AssignmentState, LogState, Role, Side, Subject, Topic
from models.columns import utc_now
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import tell_people, tell_side
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.journal import note_move
from web.services.log_rules import Entry, grown, problems
from web.services.need_submission import today_in_china
from web.services.orders import Order, overtaken, was_done

LOG_MOVES: dict[str, Sentence] = {
    "log": Sentence("登记", "logged"),
    "confirm": Sentence("确认", "confirmed"),
    "dispute": Sentence("提出异议", "disputed"),
    "amend": Sentence("修改后重新提交", "amended"),
}
LOGGING = (AssignmentState.ACTIVE,)
SETTLING = (
    AssignmentState.ACTIVE,
    AssignmentState.SUSPENDED,
    AssignmentState.COMPLETED,
    AssignmentState.TERMINATED,
)
"""States in which days that were served are still confirmed, disputed and amended."""


def people_to_log(session: Session, assignment: Assignment, *, by: Actor) -> Sequence[Expert]:
    """Whose days the person may log: the expert and the team's leader everybody's, other members their own."""
    own = assignments.own_expert_id(session, by)
    members = [one for one in assignment.pairing.members if one.expert_id is not None]
    leads = {assignment.expert_id, *(one.expert_id for one in members if one.is_leader)}
    everybody = {assignment.expert_id, *(one.expert_id for one in members)}
    if own is None or own not in everybody:
        return ()
    allowed = everybody if own in leads else {own}
    people = session.scalars(select(Expert).where(Expert.id.in_(allowed))).all()
    return sorted(people, key=lambda one: (one.id != own, one.id != assignment.expert_id, one.id))


def log(
    session: Session,
    code: str,
    entry: Entry,
    *,
    by: Actor,
    request_id: str | None,
    expert_id: int | None = None,
    today: date | None = None,
) -> ServiceLog:
    """One day, once for each form; the host is told. `expert_id`: whose day, the person's own where none is named.

    Raises InvalidError with every problem beside its field, ConflictError unless it is active, NotAllowedError for a
    day of somebody whose days the person may not log, NotFoundError for strangers.
    """
    assignment = assignments.locked(session, code, by=by)
    if (earlier := _made_by(session, assignment, request_id)) is not None:
        return earlier
    expert = _whose(session, assignment, expert_id, by)
    _require_state(assignment, LOGGING)
    _lock_days_of(session, expert)
    if wrong := problems(session, assignment, expert, entry, today=today or today_in_china()):
        raise InvalidError(wrong)
    LOG_STATES.start("log", role=Role.EXPERT)
    row = ServiceLog(assignment=assignment, expert=expert, request_id=request_id)
    entry.write(row, assignment.pairing.mode)
    session.add(row)
    _flush_once(session)
    _note(session, row, "log", ("", str(row.state)), by=by, role=Role.EXPERT)
    _tell_host(session, assignment, expert, by=by, today=today or today_in_china())
    return row


def amend(
    session: Session, code: str, log_id: int, entry: Entry, *, order: Order, by: Actor, today: date | None = None
) -> ServiceLog:
    """Changes a disputed day and submits it again. Raises as `log`, and MoveError, OvertakenError."""
    assignment = assignments.locked(session, code, by=by)
    row = find_log(session, assignment, log_id)
    if was_done(session, order, Subject.SERVICE_LOG, row.id):
        return row
    _whose(session, assignment, row.expert_id, by)
    _require_state(assignment, SETTLING)
    _require_seen(session, row, order)
    LOG_STATES.target(row.state, "amend", role=Role.EXPERT)
    _lock_days_of(session, row.expert)
    wrong = problems(session, assignment, row.expert, entry, today=today or today_in_china(), without=row)
    if wrong := wrong or grown(assignment, row, entry):
        raise InvalidError(wrong)
    entry.write(row, assignment.pairing.mode)
    row.decided_at = row.decided_by_id = None
    _move(session, row, "amend", by=by, role=Role.EXPERT, order=order)
    _tell_host(session, assignment, row.expert, by=by, today=today or today_in_china())
    return row


def confirm(session: Session, code: str, seen: Mapping[int, int], *, by: Actor) -> int:
    """The host confirms days as they were seen (id → version), all or none; how many were still to be confirmed.

    Raises OvertakenError for one that was changed meanwhile, NotAllowedError, NotFoundError, MoveError.
    """
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EMPLOYER)
    _require_state(assignment, SETTLING)
    rows = [find_log(session, assignment, log_id) for log_id in seen]
    waiting = [row for row in rows if row.state != LogState.CONFIRMED]
    _require_of_others(waiting, by)
    for row in waiting:
        order = Order(seen[row.id])
        _require_seen(session, row, order)
        _decide(session, row, "confirm", by=by, order=order)
    _tell_confirmed(session, assignment, waiting, by=by)
    return len(waiting)


def dispute(session: Session, code: str, log_id: int, *, order: Order, by: Actor) -> ServiceLog:
    """The host says, with the reason, that a day was not served so. Raises as `confirm`, and InvalidError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EMPLOYER)
    row = find_log(session, assignment, log_id)
    if was_done(session, order, Subject.SERVICE_LOG, row.id):
        return row
    _require_of_others([row], by)
    _require_state(assignment, SETTLING)
    _require_seen(session, row, order)
    reason = order.checked_reason()
    _decide(session, row, "dispute", by=by, order=order, reason=reason)
    sentence = Sentence(
        f"任务 {assignment.code}：{row.day} 的服务记录被提出异议：{reason}。请修改后重新提交",
        f"Assignment {assignment.code}: the day {row.day} is disputed: {reason}. Amend it and submit it again",
    )
    people = [one for one in (row.expert.user_id, assignment.expert.user_id) if one is not None]
    tell_people(session, assignment, people, sentence, by=by, topic=Topic.ANSWER)
    return row


def find_log(session: Session, assignment: Assignment, log_id: int) -> ServiceLog:
    """One day of the assignment. Raises NotFoundError."""
    row = session.scalar(
        select(ServiceLog)
        .where(ServiceLog.id == log_id, ServiceLog.assignment_id == assignment.id)
        .options(joinedload(ServiceLog.expert))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("没有这条服务记录", "There is no such day of service")
    return row


def _whose(session: Session, assignment: Assignment, expert_id: int | None, by: Actor) -> Expert:
    people = people_to_log(session, assignment, by=by)
    wanted = expert_id if expert_id is not None else assignments.own_expert_id(session, by)
    for one in people:
        if one.id == wanted:
            return one
    raise NotAllowedError(
        "服务记录由专家本人登记；团长可以代团员登记", "Experts log their own days; the leader may log for members"
    )


def _require_of_others(rows: Sequence[ServiceLog], by: Actor) -> None:
    """Nobody decides on days of their own. Raises NotAllowedError."""
    if by.user_id is not None and any(row.expert.user_id == by.user_id for row in rows):
        raise NotAllowedError(
            "不能确认自己的服务，请由单位其他人办理", "These are your own days; a colleague must decide"
        )


def _require_state(assignment: Assignment, states: tuple[AssignmentState, ...]) -> None:
    if assignment.state in states:
        return
    if assignment.state == AssignmentState.SUSPENDED:
        raise ConflictError(
            "任务已暂停，恢复后才能登记服务", "The assignment is suspended; days can be logged once it resumes"
        )
    if assignment.state == AssignmentState.PLANNED:
        raise ConflictError("任务还没有开始，不能登记服务", "The assignment has not begun; no day can be logged yet")
    raise ConflictError("任务已结束，服务记录不能再改", "The assignment has ended; its days can no longer be changed")


def _require_seen(session: Session, row: ServiceLog, order: Order) -> None:
    if row.version != order.version:
        raise overtaken(session, Subject.SERVICE_LOG, row.id, LOG_MOVES)


def _lock_days_of(session: Session, expert: Expert) -> None:
    """Days of one expert are logged one after another, in whichever assignment, so that no two take the same half."""
    session.execute(select(Expert.id).where(Expert.id == expert.id).with_for_update())


def _flush_once(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            "这一天刚刚已经登记过，请刷新页面", "This day has just been logged; reload the page"
        ) from error


def _made_by(session: Session, assignment: Assignment, request_id: str | None) -> ServiceLog | None:
    if request_id is None:
        return None
    row = session.scalar(select(ServiceLog).where(ServiceLog.request_id == request_id))
    if row is not None and row.assignment_id != assignment.id:
        raise ConflictError("这张表单已用过，请刷新页面", "This form has been used already; reload the page")
    return row


def _decide(session: Session, row: ServiceLog, name: str, *, by: Actor, order: Order, reason: str = "") -> None:
    LOG_STATES.target(row.state, name, role=Role.EMPLOYER, reason=reason)  # before anything is changed
    row.decided_by_id, row.decided_at = by.user_id, utc_now()
    _move(session, row, name, by=by, role=Role.EMPLOYER, order=order, reason=reason)


def _move(
    session: Session, row: ServiceLog, name: str, *, by: Actor, role: Role, order: Order, reason: str = ""
) -> None:
    change = row.move(name, role=role, reason=reason)
    session.flush()
    _note(session, row, name, change, by=by, role=role, order=order, reason=reason)


def _note(
    session: Session,
    row: ServiceLog,
    name: str,
    change: tuple[str, str],
    *,
    by: Actor,
    role: Role,
    order: Order | None = None,
    reason: str = "",
) -> None:
    note_move(
        session,
        subject=Subject.SERVICE_LOG,
        subject_id=row.id,
        move=name,
        change=change,
        by=by,
        role=role,
        reason=reason,
        seen_version=order.version if order else None,
        request_id=order.request_id if order else None,
    )


def _tell_host(session: Session, assignment: Assignment, expert: Expert, *, by: Actor, today: date) -> None:
    sentence = Sentence(
        f"任务 {assignment.code}：{expert.name}登记了服务，请确认",
        f"Assignment {assignment.code}: {expert.name} has logged days of service; please confirm them",
    )
    key = f"assignment {assignment.id} logs of {expert.id} on {today}"
    tell_side(session, assignment, Side.EMPLOYER, sentence, by=by, topic=Topic.LOGS, key=key)


def _tell_confirmed(session: Session, assignment: Assignment, rows: Sequence[ServiceLog], *, by: Actor) -> None:
    for user_id in sorted({row.expert.user_id for row in rows if row.expert.user_id is not None}):
        mine = [row for row in rows if row.expert.user_id == user_id]
        days = f"{sum(row.days for row in mine):g}"
        sentence = Sentence(
            f"任务 {assignment.code}：用人单位确认了您的 {len(mine)} 条服务记录，共 {days} 天",
            f"Assignment {assignment.code}: the host confirmed {len(mine)} of your logs, {days} days",
        )
        tell_people(session, assignment, [user_id], sentence, by=by, topic=Topic.LOGS)
