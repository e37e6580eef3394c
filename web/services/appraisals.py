"""What host and expert think of an assignment: marks from 1 to 5, given once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appraisal, Assignment
from models.choices import AssignmentState, Side, Topic
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import tell_side
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.grading_data import criteria_of
from web.services.orders import Order

COMMENT_CHARS = 1000
MARKS = range(1, 6)
WHEN = (AssignmentState.COMPLETED, AssignmentState.EVALUATED)
PARTIES = (Side.EXPERT, Side.EMPLOYER)
"""Who appraises. A person who stands on both sides does so as the expert, and a colleague for the host."""


def appraisals_of(session: Session, assignment: Assignment) -> Sequence[Appraisal]:
    """Those that were given."""
    return session.scalars(
        select(Appraisal).where(Appraisal.assignment_id == assignment.id).order_by(Appraisal.id)
    ).all()


def shown_to(sides: Sequence[Side], given: Sequence[Appraisal]) -> list[Appraisal]:
    """Those that somebody on these sides may read: a manager all, a party its own, and the other's once both are in."""
    if Side.MANAGER in sides:
        return list(given)
    mine = [side for side in sides if side in PARTIES]
    if not mine:
        return []
    return [one for one in given if one.side in mine or len(given) == len(PARTIES)]


def may_appraise(assignment: Assignment, sides: Sequence[Side], given: Sequence[Appraisal]) -> Side | None:
    """The side on which they may give their appraisal now."""
    side = next((one for one in PARTIES if one in sides), None)
    if assignment.state not in WHEN or side in {one.side for one in given}:
        return None
    return side


def appraise(
    session: Session, code: str, *, marks: Mapping[str, int | None], comment: str, order: Order, by: Actor
) -> Appraisal:
    """Gives this side's marks, once for each form.

    Raises InvalidError beside each criterion, ConflictError when it was given or is too early, NotAllowedError.
    """
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, *PARTIES)
    known = next((one for one in appraisals_of(session, assignment) if one.side == side), None)
    if known is not None and assignments.was_done_to(session, assignment, order):
        return known
    if assignment.state not in WHEN:
        raise ConflictError("任务完成后才能评价", "Appraisals are given when the assignment is complete")
    if known is not None:
        raise ConflictError("这一方已经评价过，评价不能修改", "This side has given its appraisal; it stands")
    given = Appraisal(
        assignment_id=assignment.id,
        side=side,
        marks=_checked(side, marks, comment),
        comment=comment.strip(),
        by_id=by.user_id,
    )
    session.add(given)
    session.flush()
    assignments.note_act(session, assignment, f"appraise_{side.value}", side=side, by=by, order=order)
    said = Sentence("用人单位已评价", "the host has appraised") if side == Side.EMPLOYER else None
    said = said or Sentence("专家已评价", "the expert has appraised")
    sentence = Sentence(f"任务 {assignment.code}：{said.zh}", f"Assignment {assignment.code}: {said.en}")
    tell_side(session, assignment, Side.MANAGER, sentence, by=by, topic=Topic.PROGRESS)
    return given


def mean_mark(given: Appraisal | None) -> float | None:
    """The mean of its marks; None for an appraisal that was not given."""
    if given is None or not given.marks:
        return None
    return float(sum(given.marks.values()) / len(given.marks))


def _checked(side: Side, marks: Mapping[str, int | None], comment: str) -> dict[str, int]:
    found = {one.code: marks.get(one.code) for one in criteria_of(side)}
    sentence = Sentence("请从 1 到 5 打分", "Give a mark from 1 to 5")
    wrong = [FieldProblem(f"mark-{code}", sentence) for code, mark in found.items() if mark not in MARKS]
    if len(comment.strip()) > COMMENT_CHARS:
        most = Sentence(f"最多 {COMMENT_CHARS} 字", f"At most {COMMENT_CHARS} characters")
        wrong.append(FieldProblem("comment", most))
    if wrong:
        raise InvalidError(wrong)
    return {code: mark for code, mark in found.items() if mark is not None}
