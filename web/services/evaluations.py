"""The manager's evaluation of a completed assignment: the grade by the formula, exemplary cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, Evaluation, ServiceLog
from models.choices import AssignmentState, ClaimState, LogState, Role, Side
from models.grading import Graded, Performance, grade
from web.services import assignments
from web.services.access import Actor
from web.services.appraisals import appraisals_of, mean_mark
from web.services.assignment_moves import make_move
from web.services.certificates import confirmed_days
from web.services.day_budget import YEAR_DAYS
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.evaluation_missing import missing_of
from web.services.grading_data import evaluation_file
from web.services.indicators import claims_of
from web.services.need_submission import CHINA
from web.services.orders import Order
from web.services.pairing_conflicts import require_unbiased
from web.services.personal_data import personal_data

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
    missing = missing_of(session, [assignment])[assignment.id]
    return Preview(grade(evaluation_file().scheme(), performance), performance, missing)


def performance_of(session: Session, assignment: Assignment) -> Performance:
    """What the formula looks at, from the rows of the assignment."""
    marks = {one.side: mean_mark(one) for one in appraisals_of(session, assignment)}
    return Performance(
        confirmed_days=confirmed_days(session, assignment),
        promised_days=_promised(assignment),
        confirmed_outcomes=sum(one.state == ClaimState.CONFIRMED for one in claims_of(session, assignment)),
        employer_mark=marks.get(Side.EMPLOYER),
        expert_mark=marks.get(Side.EXPERT),
        timely_logs=_timely(session, assignment),
    )


def evaluate(session: Session, code: str, *, exemplary: bool, summary: str, order: Order, by: Actor) -> Evaluation:
    """Gives the grade that the formula says, and moves the assignment to `evaluated`, once for each form.

    Raises ConflictError while something is missing, OvertakenError, InvalidError for the summary of an exemplary case,
    NotAllowedError for others than the manager and for a conflict of the manager's own.
    """
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.MANAGER)
    require_unbiased(session, assignment.pairing, by)
    if assignments.was_done_to(session, assignment, order) and (given := evaluation_of(session, assignment)):
        return given
    assignments.require_seen(session, assignment, order)
    seen = preview(session, assignment)
    if seen.missing or assignment.state != AssignmentState.COMPLETED:
        zh = "；".join(one.zh for one in seen.missing)
        raise ConflictError(f"还不能考核：{zh}", "Not yet: " + "; ".join(one.en for one in seen.missing))
    _check_summary(assignment, exemplary, summary.strip())
    make_move(session, assignment, "evaluate", role=Role.MANAGER, by=by, order=order)
    given = Evaluation(
        assignment_id=assignment.id,
        scheme=evaluation_file().grading.version,
        score=seen.graded.score,
        grade=seen.graded.grade,
        parts={name: [round(value, 4), round(weight, 4)] for name, (value, weight) in seen.graded.parts.items()},
        is_exemplary=exemplary,
        summary=summary.strip(),
        by_id=by.user_id,
    )
    session.add(given)
    session.flush()
    return given


def _promised(assignment: Assignment) -> float:
    """Days of the whole term as agreed: not the sum of the years' shares, which are rounded up to half days."""
    term = (assignment.ends - assignment.starts).days + 1
    return assignment.days_per_year * max(1.0, term / YEAR_DAYS)


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


def _check_summary(assignment: Assignment, exemplary: bool, written: str) -> None:
    """The summary of an exemplary case is public: it is there, and names nobody. Raises InvalidError."""
    if len(written) > SUMMARY_CHARS:
        raise _wrong(f"最多 {SUMMARY_CHARS} 字", f"At most {SUMMARY_CHARS} characters")
    if not exemplary:
        return
    if not written:
        raise _wrong("典型案例会公开，请写摘要", "An exemplary case is public; write its summary")
    if found := personal_data(written):
        shown = "、".join(one.masked for one in found)
        raise _wrong(
            f"摘要会公开，请去掉联系方式或证件号：{shown}",
            f"The summary is public; take contact data and ID numbers out: {shown}",
        )
    plain = _plain(written)
    if named := next((name for name in _names(assignment) if _plain(name) in plain), None):
        raise _wrong(f"摘要会公开，请去掉姓名：{named}", f"The summary is public; take the name out: {named}")


def _names(assignment: Assignment) -> list[str]:
    """People of the assignment whose names do not belong on a public page."""
    pairing = assignment.pairing
    mentor = str((pairing.details or {}).get("mentor_name") or "")
    names = [assignment.expert.name, pairing.need.contact_name, mentor]
    names += [*(one.name for one in pairing.members), *(one.name for one in pairing.legs)]
    return [name for name in names if len(name.strip()) > 1]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _wrong(zh: str, en: str) -> InvalidError:
    return InvalidError([FieldProblem("summary", Sentence(zh, en))])
