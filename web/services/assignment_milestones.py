"""Milestones (节点): what an assignment should have reached by when, with its share of the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, Milestone
from models.choices import Side, Topic
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import PARTIES, tell_side
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.need_submission import today_in_china
from web.services.orders import Order

TITLE_CHARS, NOTE_CHARS, SOURCE_CHARS = 120, 500, 120
MOST_BUDGET = 1_000_000
MOST_MILESTONES = 50


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody writes of a milestone; `budget` in 万元, with where it comes from."""

    title: str
    due: date | None
    note: str = ""
    budget: float | None = None
    source: str = ""


def add_milestone(session: Session, code: str, goal: Goal, *, order: Order, by: Actor) -> Assignment:
    """A new one, by a party; the other is told. Raises InvalidError, ConflictError, NotAllowedError, NotFoundError."""
    assignment, side, is_done = _opened(session, code, order, by)
    if is_done:
        return assignment
    if wrong := _problems(assignment, goal):
        raise InvalidError(wrong)
    if len(assignment.milestones) >= MOST_MILESTONES:
        raise ConflictError(f"最多 {MOST_MILESTONES} 个节点", f"At most {MOST_MILESTONES} milestones")
    row = Milestone(assignment=assignment)
    _write(row, goal)
    session.add(row)
    session.flush()
    _keep(session, assignment, "add_milestone", row, side=side, order=order, by=by)
    return assignment


def change_milestone(
    session: Session, code: str, milestone_id: int, goal: Goal, *, order: Order, by: Actor
) -> Assignment:
    """Changes one that is not reached yet. Raises as `add_milestone`."""
    assignment, side, is_done = _opened(session, code, order, by)
    if is_done:
        return assignment
    row = _open_one(session, assignment, milestone_id)
    if wrong := _problems(assignment, goal):
        raise InvalidError(wrong)
    _write(row, goal)
    _keep(session, assignment, "change_milestone", row, side=side, order=order, by=by)
    return assignment


def reach_milestone(
    session: Session, code: str, milestone_id: int, *, order: Order, by: Actor, today: date | None = None
) -> Assignment:
    """The host says that it was reached. Raises as `add_milestone`."""
    assignment, _side, is_done = _opened(session, code, order, by)
    assignments.require_side(assignment, by, Side.EMPLOYER)
    if is_done:
        return assignment
    row = _open_one(session, assignment, milestone_id)
    row.done_on = today or today_in_china()
    _keep(session, assignment, "reach_milestone", row, side=Side.EMPLOYER, order=order, by=by)
    return assignment


def remove_milestone(session: Session, code: str, milestone_id: int, *, order: Order, by: Actor) -> Assignment:
    """Takes one away that is not reached yet. Raises as `add_milestone`."""
    assignment, side, is_done = _opened(session, code, order, by)
    if is_done:
        return assignment
    row = _open_one(session, assignment, milestone_id)
    assignment.milestones.remove(row)
    _keep(session, assignment, "remove_milestone", row, side=side, order=order, by=by)
    return assignment


def find_milestone(session: Session, assignment: Assignment, milestone_id: int) -> Milestone:
    """One of the assignment's. Raises NotFoundError."""
    mine = (Milestone.id == milestone_id, Milestone.assignment_id == assignment.id)
    row = session.scalar(select(Milestone).where(*mine))
    if row is None:
        raise NotFoundError("没有这个节点", "There is no such milestone")
    return row


def _opened(session: Session, code: str, order: Order, by: Actor) -> tuple[Assignment, Side, bool]:
    """(the locked assignment, the party's side, whether the form has acted already)."""
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, *PARTIES)
    if assignments.was_done_to(session, assignment, order):
        return assignment, side, True
    if "milestones" not in assignment.pairing.mode.parts:
        raise ConflictError("这种合作方式没有节点", "This mode has no milestones")
    if not assignment.is_running:
        raise ConflictError("任务已结束，节点不能再改", "The assignment has ended; its milestones stand")
    return assignment, side, False


def _open_one(session: Session, assignment: Assignment, milestone_id: int) -> Milestone:
    row = find_milestone(session, assignment, milestone_id)
    if row.done_on is not None:
        raise ConflictError("这个节点已完成，不能再改", "This milestone was reached and stands")
    return row


def _write(row: Milestone, goal: Goal) -> None:
    if goal.due is None:
        raise ValueError("a milestone without a day is not sound")
    row.title, row.due, row.note = goal.title.strip(), goal.due, goal.note.strip()
    row.budget, row.source = goal.budget, goal.source.strip()


def _problems(assignment: Assignment, goal: Goal) -> list[FieldProblem]:
    found = []
    if not goal.title.strip():
        found.append(_wrong("title", "请写明要达到什么", "Say what is to be reached"))
    for name, text, most in (
        ("title", goal.title, TITLE_CHARS),
        ("note", goal.note, NOTE_CHARS),
        ("source", goal.source, SOURCE_CHARS),
    ):
        if len(text.strip()) > most:
            found.append(_wrong(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters"))
    if goal.due is None:
        found.append(_wrong("due", "请选日期", "Choose the day"))
    elif not assignment.starts <= goal.due <= assignment.ends:
        term = f"{assignment.starts} – {assignment.ends}"
        found.append(_wrong("due", f"日期应在任务期限 {term} 内", f"The day must lie within the term, {term}"))
    if goal.budget is not None and not 0 <= goal.budget <= MOST_BUDGET:
        found.append(_wrong("budget", "“经费”填 0 至 1000000 万元", "Money: 0 to 1,000,000 (in 10,000 yuan)"))
    return found


def _keep(
    session: Session, assignment: Assignment, name: str, row: Milestone, *, side: Side, order: Order, by: Actor
) -> None:
    session.flush()
    assignments.note_act(session, assignment, name, side=side, by=by, order=order, detail=row.title)
    said = {"reach_milestone": ("已完成", "was reached"), "remove_milestone": ("已删除", "was removed")}
    zh, en = said.get(name, ("已更新", "was updated"))
    sentence = Sentence(
        f"任务 {assignment.code}：节点“{row.title}”{zh}", f"Assignment {assignment.code}: milestone “{row.title}” {en}"
    )
    other = Side.EXPERT if side == Side.EMPLOYER else Side.EMPLOYER
    tell_side(session, assignment, other, sentence, by=by, topic=Topic.PROGRESS)


def _wrong(field: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(field, Sentence(zh, en))
