"""What host and expert think of an assignment: marks from 1 to 5, given once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Appraisal, Assignment
from models.choices import AssignmentState, Side, Subject
from web.services import assignments
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.grading_data import criteria_of
from web.services.journal import note_audit

COMMENT_CHARS = 1000
WHEN = (AssignmentState.COMPLETED, AssignmentState.EVALUATED)


def appraisals_of(session: Session, assignment: Assignment) -> Sequence[Appraisal]:
    """Those that were given."""
    return session.scalars(select(Appraisal).where(Appraisal.assignment_id == assignment.id)).all()


def appraise(session: Session, code: str, *, marks: Mapping[str, int | None], comment: str, by: Actor) -> Appraisal:
    """Gives this side's marks. Raises InvalidError beside each criterion, ConflictError when it was given or is too early."""
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, Side.EMPLOYER, Side.EXPERT)
    if assignment.state not in WHEN:
        raise ConflictError("任务完成后才能评价", "Appraisals are given when the assignment is complete")
    wanted = criteria_of(side)
    wrong = [
        FieldProblem(f"mark-{one.code}", Sentence("请从 1 到 5 打分", "Give a mark from 1 to 5"))
        for one in wanted
        if marks.get(one.code) not in range(1, 6)
    ]
    if len(comment.strip()) > COMMENT_CHARS:
        wrong.append(
            FieldProblem("comment", Sentence(f"最多 {COMMENT_CHARS} 字", f"At most {COMMENT_CHARS} characters"))
        )
    if wrong:
        raise InvalidError(wrong)
    given = Appraisal(
        assignment_id=assignment.id,
        side=side,
        marks={one.code: marks[one.code] for one in wanted},
        comment=comment.strip(),
        by_id=by.user_id,
    )
    session.add(given)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("这一方已经评价过", "This side has given its appraisal") from error
    note_audit(
        session,
        action="appraisal.give",
        subject=Subject.ASSIGNMENT,
        subject_id=assignment.id,
        by=by,
        detail=f"side={side.value}",
    )
    return given


def mean_mark(given: Appraisal | None) -> float | None:
    """The mean of its marks; None for an appraisal that was not given."""
    if given is None or not given.marks:
        return None
    return sum(given.marks.values()) / len(given.marks)
