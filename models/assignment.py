"""Assignments (柔性引才任务): approved and signed pairings being carried out, with their logs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base, Timestamped
from models.choices import AssignmentState, LogState, Role
from models.columns import UtcDateTime, choice, utc_now
from models.expert import Expert
from models.pairing import Pairing
from models.state_machine import Machine, Move

_A = AssignmentState
RUNNING = (_A.PLANNED, _A.ACTIVE, _A.SUSPENDED)
"""States in which its promised days are still held from the day budget."""

ASSIGNMENT_STATES = Machine(
    "assignment",
    (
        Move("plan", (), _A.PLANNED, (Role.EMPLOYER,)),
        Move("begin", (_A.PLANNED,), _A.ACTIVE, (Role.EMPLOYER, Role.EXPERT)),
        Move("begin", (_A.PLANNED,), _A.ACTIVE, ()),
        Move("suspend", (_A.ACTIVE,), _A.SUSPENDED, (Role.EMPLOYER, Role.EXPERT, Role.MANAGER), needs_reason=True),
        Move("resume", (_A.SUSPENDED,), _A.ACTIVE, (Role.EMPLOYER, Role.MANAGER)),
        Move("complete", (_A.ACTIVE,), _A.COMPLETED, (Role.EMPLOYER, Role.MANAGER)),
        Move("evaluate", (_A.COMPLETED,), _A.EVALUATED, (Role.MANAGER,)),
        Move("terminate", RUNNING, _A.TERMINATED, (Role.EMPLOYER, Role.EXPERT, Role.MANAGER), needs_reason=True),
    ),
)
"""DOMAIN 4: planned → active → completed → evaluated; suspended ↔ active; terminated from the first three."""

LOG_STATES = Machine(
    "service_log",
    (
        Move("log", (), LogState.SUBMITTED, (Role.EXPERT,)),
        Move("confirm", (LogState.SUBMITTED,), LogState.CONFIRMED, (Role.EMPLOYER,)),
        Move("dispute", (LogState.SUBMITTED,), LogState.DISPUTED, (Role.EMPLOYER,), needs_reason=True),
        Move("amend", (LogState.DISPUTED,), LogState.SUBMITTED, (Role.EXPERT,)),
    ),
)
"""DOMAIN 4: submitted → confirmed | disputed(reason); a disputed day is amended and submitted again."""


class Assignment(Timestamped, Base):
    """One signed pairing being carried out. Terms stand on the pairing; dates and days are those that were signed."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("starts <= ends", name="period"),
        CheckConstraint("days_per_year BETWEEN 0.5 AND 366", name="days_per_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), unique=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    mode_code: Mapped[str] = mapped_column(ForeignKey("cooperation_mode.code"), index=True)
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    state: Mapped[AssignmentState] = mapped_column(choice(AssignmentState), default=AssignmentState.PLANNED, index=True)
    state_note: Mapped[str] = mapped_column(Text, default="")
    state_since: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    starts: Mapped[date]
    ends: Mapped[date]
    days_per_year: Mapped[float]
    ended_on: Mapped[date | None]
    """The day on which it was completed or terminated."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    pairing: Mapped[Pairing] = relationship(foreign_keys=[pairing_id])
    expert: Mapped[Expert] = relationship()
    renews: Mapped[Assignment | None] = relationship(remote_side=[id])
    logs: Mapped[list[ServiceLog]] = relationship(
        order_by="ServiceLog.day", back_populates="assignment", cascade="all, delete-orphan"
    )
    milestones: Mapped[list[Milestone]] = relationship(
        order_by="Milestone.due", back_populates="assignment", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    @property
    def jurisdiction_code(self) -> str:
        """The adcode by which managers answer for it: the host's."""
        return self.pairing.jurisdiction_code

    @property
    def is_running(self) -> bool:
        """Whether it still holds days of the expert's budget."""
        return self.state in RUNNING

    def move(self, name: str, *, role: Role | None, reason: str = "", at: datetime | None = None) -> tuple[str, str]:
        """Moves the state; gives (before, after). Raises MoveError."""
        before = self.state
        self.state = AssignmentState(ASSIGNMENT_STATES.target(before, name, role=role, reason=reason))
        self.state_note, self.state_since = reason, at or utc_now()
        return before, self.state


class ServiceLog(Timestamped, Base):
    """One day of service of one person: days in halves, or hours where the mode counts hours."""

    __tablename__ = "service_log"
    __table_args__ = (
        CheckConstraint("days IN (0.5, 1.0) OR hours IS NOT NULL", name="days"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0.5 AND 16", name="hours"),
        CheckConstraint("done <> '' AND length(done) <= 500", name="done"),
        Index(
            "ix_service_log_once",
            "assignment_id",
            "expert_id",
            "day",
            "part",
            unique=True,
            sqlite_where=text("state <> 'disputed'"),
            postgresql_where=text("state <> 'disputed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    day: Mapped[date]
    part: Mapped[str] = mapped_column(String(8), default="day")
    """`day`, `am` or `pm`: a whole day and a half of it cannot both be logged."""
    days: Mapped[float]
    hours: Mapped[float | None]
    is_travel: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(120), default="")
    done: Mapped[str] = mapped_column(Text)
    state: Mapped[LogState] = mapped_column(choice(LogState), default=LogState.SUBMITTED)
    state_note: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    """Names the form that made it, so that a form sent twice logs once."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    assignment: Mapped[Assignment] = relationship(back_populates="logs")
    expert: Mapped[Expert] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    def move(self, name: str, *, role: Role | None, reason: str = "") -> tuple[str, str]:
        """Moves the state; gives (before, after). Raises MoveError."""
        before = self.state
        self.state = LogState(LOG_STATES.target(before, name, role=role, reason=reason))
        self.state_note = reason
        return before, self.state


class Milestone(Timestamped, Base):
    """Something that an assignment should have reached by a day, with its share of the money."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("budget IS NULL OR budget BETWEEN 0 AND 1000000", name="budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due: Mapped[date]
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[float | None]
    """万元."""
    source: Mapped[str] = mapped_column(String(120), default="")
    """Where the money comes from, say 中央引导地方科技发展资金."""

    assignment: Mapped[Assignment] = relationship(back_populates="milestones")


class AssignmentMessage(Base):
    """What the parties write to each other about an assignment or a pairing."""

    __tablename__ = "assignment_message"
    __table_args__ = (CheckConstraint("text <> '' AND length(text) <= 2000", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    request_id: Mapped[str | None] = mapped_column(String(36), unique=True)

    author: Mapped[User | None] = relationship()


class TrainingSession(Timestamped, Base):
    """One course or period of training: hours, headcount and certificates."""

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("hours BETWEEN 0.5 AND 2000", name="hours"),
        CheckConstraint("headcount BETWEEN 1 AND 10000", name="headcount"),
        CheckConstraint("certificates BETWEEN 0 AND headcount", name="certificates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    direction: Mapped[str] = mapped_column(String(8))
    held_on: Mapped[date]
    hours: Mapped[float]
    headcount: Mapped[int]
    certificates: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class Certificate(Base):
    """A certificate of service, with the number by which everybody can verify it."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("assignment_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    days: Mapped[float]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    assignment: Mapped[Assignment] = relationship()
