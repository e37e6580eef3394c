"""The manager's evaluation of a completed assignment: the grade by the formula, exemplary cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Assignment, Evaluation, ServiceLog
from models.choices import ClaimState, LogState, Role, Side
from models.grading import Graded, Performance, grade
from web.services import assignments
from web.services.access import Actor
from web.services.appraisals import appraisals_of, mean_mark
from web.services.certificates import confirmed_days
from web.services.day_budget import promised_by_year
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.grading_data import evaluation_file
from web.services.indicators import claims_of
from web.services.need_submission import CHINA
from web.services.orders import Order
from web.services.pairing_conflicts import require_unbiased

SUMMARY_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Preview:
    """The grade as it would be now, and what still stands in the way of giving it."""

    graded: Graded
    performance: Performance
    missing: tuple[Sentence, ...]


def evaluation_of(session: Session, assignment: Assignment) -> Evaluation | None:
    """The grade that was given."""
    return session.scalar(select(Evaluation).where(Evaluation.assignment_id == assignment.id))


def preview(session: Session, assignment: Assignment) -> Preview:
    """What the formula says now."""
    performance = performance_of(session, assignment)
    return Preview(grade(evaluation_file().scheme(), performance), performance, tuple(_missing(session, assignment)))


def performance_of(session: Session, assignment: Assignment) -> Performance:
    """What the formula looks at, from the rows of the assignment."""
    marks = {one.side: mean_mark(one) for one in appraisals_of(session, assignment)}
    outcomes = sum(one.state == ClaimState.CONFIRMED for one in claims_of(session, assignment))
    promised = promised_by_year(assignment.starts, assignment.ends, assignment.days_per_year)
    return Performance(
        confirmed_days=confirmed_days(session, assignment),
        promised_days=sum(promised.values()),
        confirmed_outcomes=outcomes,
        employer_mark=marks.get(Side.EMPLOYER),
        expert_mark=marks.get(Side.EXPERT),
        timely_logs=_timely(session, assignment),
    )


def _timely(session: Session, assignment: Assignment) -> float | None:
    within = timedelta(days=evaluation_file().scheme().timely_within_days)
    rows = session.execute(
        select(ServiceLog.day, ServiceLog.created_at).where(
            ServiceLog.assignment_id == assignment.id, ServiceLog.state == LogState.CONFIRMED
        )
    ).all()
    if not rows:
        return None
    return sum(made.astimezone(CHINA).date() - day <= within for day, made in rows) / len(rows)


def _missing(session: Session, assignment: Assignment) -> list[Sentence]:
    found = []
    waiting = [
        one for one in claims_of(session, assignment) if one.state in (ClaimState.CLAIMED, ClaimState.HOST_CONFIRMED)
    ]
    if waiting:
        zh = f"{len(waiting)} 项成果还没有确认或退回"
        found.append(Sentence(zh, f"Outcomes not yet confirmed or rejected: {len(waiting)}"))
    open_logs = session.scalar(
        select(func.count())
        .select_from(ServiceLog)
        .where(ServiceLog.assignment_id == assignment.id, ServiceLog.state == LogState.SUBMITTED)
    )
    if open_logs:
        found.append(Sentence(f"{open_logs} 条服务日志还没有确认", f"Service logs not yet confirmed: {open_logs}"))
    if Side.EMPLOYER not in {one.side for one in appraisals_of(session, assignment)}:
        found.append(Sentence("用人单位还没有评价", "The host has not given its appraisal"))
    return found


def evaluate(session: Session, code: str, *, exemplary: bool, summary: str, order: Order, by: Actor) -> Evaluation:
    """Gives the grade that the formula says, and moves the assignment to `evaluated`.

    Raises ConflictError while something is missing, MoveError, OvertakenError, InvalidError for an exemplary case
    without a summary, NotAllowedError for a conflict of the manager's own.
    """
    from web.services.assignment_moves import make_move

    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.MANAGER)
    if assignments.was_done_to(session, assignment, order) and (given := evaluation_of(session, assignment)):
        return given
    assignments.require_seen(session, assignment, order)
    require_unbiased(session, assignment.pairing, by)
    seen = preview(session, assignment)
    if seen.missing:
        zh = "；".join(one.zh for one in seen.missing)
        raise ConflictError(f"还不能评定：{zh}", "Not yet: " + "; ".join(one.en for one in seen.missing))
    written = summary.strip()
    if (exemplary and not written) or len(written) > SUMMARY_CHARS:
        zh = f"典型案例请写摘要，最多 {SUMMARY_CHARS} 字，不写姓名和联系方式"
        en = f"An exemplary case needs a summary of at most {SUMMARY_CHARS} characters, without names or contact data"
        raise InvalidError([FieldProblem("summary", Sentence(zh, en))])
    given = Evaluation(
        assignment_id=assignment.id,
        scheme=evaluation_file().grading.version,
        score=seen.graded.score,
        grade=seen.graded.grade,
        parts={name: [round(value, 4), round(weight, 4)] for name, (value, weight) in seen.graded.parts.items()},
        is_exemplary=exemplary,
        summary=written,
        by_id=by.user_id,
    )
    session.add(given)
    make_move(session, assignment, "evaluate", role=Role.MANAGER, by=by, order=order)
    return given
