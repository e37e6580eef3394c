"""Training (培训): sessions with hours, headcount and certificates; the host confirms them. And legs of exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, ExchangeLeg, TrainingSession
from models.choices import AssignmentState, Direction, Side, Topic
from models.columns import utc_now
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import tell_side
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.indicators import require_other
from web.services.need_submission import today_in_china
from web.services.orders import Order

MOST_HOURS, MOST_PEOPLE, TITLE_CHARS = 2000, 10_000, 120


@dataclass(frozen=True, slots=True)
class Course:
    """What somebody writes of a session: which way people went, hours of teaching, heads, certificates given."""

    title: str
    direction: str
    held_on: date | None
    hours: float | None
    headcount: int | None
    certificates: int = 0


def sessions_of(session: Session, assignment: Assignment) -> Sequence[TrainingSession]:
    """Its sessions, oldest first."""
    mine = select(TrainingSession).where(TrainingSession.assignment_id == assignment.id)
    return session.scalars(mine.order_by(TrainingSession.held_on, TrainingSession.id)).all()


def legs_of(session: Session, assignment: Assignment) -> Sequence[ExchangeLeg]:
    """The legs of its exchange, in the order of their days."""
    mine = select(ExchangeLeg).where(ExchangeLeg.pairing_id == assignment.pairing_id)
    return session.scalars(mine.order_by(ExchangeLeg.starts, ExchangeLeg.id)).all()


def add_session(
    session: Session, code: str, course: Course, *, order: Order, by: Actor, today: date | None = None
) -> Assignment:
    """The expert records a session, once for each form; the host is told. Raises InvalidError, ConflictError,
    NotAllowedError, NotFoundError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EXPERT)
    if assignments.was_done_to(session, assignment, order):
        return assignment
    _require_part(assignment, "trainees", "这种合作方式没有培训登记", "This mode records no training")
    if assignment.state != AssignmentState.ACTIVE:
        raise ConflictError("任务进行中才能登记培训", "Training is recorded while the assignment is active")
    if wrong := _problems(assignment, course, today or today_in_china()):
        raise InvalidError(wrong)
    values = {name: getattr(course, name) for name in ("direction", "held_on", "hours", "headcount", "certificates")}
    session.add(TrainingSession(assignment_id=assignment.id, title=course.title.strip(), **values))
    session.flush()
    assignments.note_act(
        session, assignment, "add_training", side=Side.EXPERT, by=by, order=order, detail=course.title.strip()
    )
    sentence = Sentence(
        f"任务 {assignment.code}：登记了培训“{course.title.strip()}”，请确认",
        f"Assignment {assignment.code}: the training “{course.title.strip()}” was recorded; please confirm it",
    )
    tell_side(session, assignment, Side.EMPLOYER, sentence, by=by, topic=Topic.LOGS)
    return assignment


def confirm_session(session: Session, code: str, training_id: int, *, order: Order, by: Actor) -> Assignment:
    """The host confirms a session. Raises NotAllowedError, NotFoundError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EMPLOYER)
    require_other(assignment, by)
    mine = (TrainingSession.id == training_id, TrainingSession.assignment_id == assignment.id)
    row = session.scalar(select(TrainingSession).where(*mine))
    if row is None:
        raise NotFoundError("没有这次培训", "There is no such training")
    if assignments.was_done_to(session, assignment, order) or row.confirmed_at is not None:
        return assignment
    row.confirmed_at, row.confirmed_by_id = utc_now(), by.user_id
    session.flush()
    act = {"side": Side.EMPLOYER, "by": by, "order": order, "detail": row.title}
    assignments.note_act(session, assignment, "confirm_training", **act)  # type: ignore[arg-type]
    sentence = Sentence(
        f"任务 {assignment.code}：用人单位确认了培训“{row.title}”",
        f"Assignment {assignment.code}: the host confirmed the training “{row.title}”",
    )
    tell_side(session, assignment, Side.EXPERT, sentence, by=by, topic=Topic.LOGS)
    return assignment


def confirm_leg(
    session: Session, code: str, leg_id: int, *, order: Order, by: Actor, today: date | None = None
) -> Assignment:
    """The host confirms a leg, once its last day has come. Raises as `confirm_session`, and ConflictError."""
    assignment = assignments.locked(session, code, by=by)
    assignments.require_side(assignment, by, Side.EMPLOYER)
    require_other(assignment, by)
    mine = (ExchangeLeg.id == leg_id, ExchangeLeg.pairing_id == assignment.pairing_id)
    row = session.scalar(select(ExchangeLeg).where(*mine))
    if row is None:
        raise NotFoundError("没有这一程", "There is no such leg")
    if assignments.was_done_to(session, assignment, order) or row.done_at is not None:
        return assignment
    if assignment.state == AssignmentState.PLANNED or (today or today_in_china()) < row.ends:
        raise ConflictError(f"这一程到 {row.ends} 才结束", f"This leg lasts until {row.ends}")
    row.done_at = utc_now()
    session.flush()
    way = {"west": Sentence("西行", "westward"), "east": Sentence("东行", "eastward")}[row.direction]
    assignments.note_act(
        session, assignment, "confirm_leg", side=Side.EMPLOYER, by=by, order=order, detail=f"{way.zh}：{row.name}"
    )
    sentence = Sentence(
        f"任务 {assignment.code}：{way.zh}（{row.name}）已确认完成",
        f"Assignment {assignment.code}: the {way.en} leg ({row.name}) was confirmed",
    )
    tell_side(session, assignment, Side.EXPERT, sentence, by=by, topic=Topic.PROGRESS)
    return assignment


def _require_part(assignment: Assignment, part: str, zh: str, en: str) -> None:
    if part not in assignment.pairing.mode.parts:
        raise ConflictError(zh, en)


def _problems(assignment: Assignment, course: Course, today: date) -> list[FieldProblem]:
    found = []

    def wrong(field: str, zh: str, en: str) -> None:
        found.append(FieldProblem(field, Sentence(zh, en)))

    if not 0 < len(course.title.strip()) <= TITLE_CHARS:
        wrong("title", f"请写培训内容，最多 {TITLE_CHARS} 字", f"Say what was taught, in {TITLE_CHARS} characters")
    if course.direction not in {one.value for one in Direction}:
        wrong("direction", "请选专家西行或学员东行", "Choose which way people went")
    if course.held_on is None:
        wrong("held_on", "请选日期", "Choose the day")
    elif course.held_on > today:
        wrong("held_on", "培训之后才能登记", "Record it once it was held")
    elif not assignment.starts <= course.held_on <= assignment.ends:
        term = f"{assignment.starts} – {assignment.ends}"
        wrong("held_on", f"日期应在任务期限 {term} 内", f"The day must lie within the term, {term}")
    if course.hours is None or not 0.5 <= course.hours <= MOST_HOURS:
        wrong("hours", f"“学时”填 0.5 至 {MOST_HOURS}", f"Hours: 0.5 to {MOST_HOURS}")
    if course.headcount is None or not 1 <= course.headcount <= MOST_PEOPLE:
        wrong("headcount", f"“人数”填 1 至 {MOST_PEOPLE}", f"People: 1 to {MOST_PEOPLE}")
    elif not 0 <= course.certificates <= course.headcount:
        wrong("certificates", "“发证数”不能超过人数", "No more certificates than people")
    return found
