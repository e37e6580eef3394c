"""What an assignment achieved: claimed outcomes, appraisals, and the grade by a formula that is data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assignment import Assignment
from models.base import Base, Timestamped
from models.choices import ClaimState, Grade, Role, Side
from models.columns import Facts, UtcDateTime, choice, utc_now
from models.state_machine import Machine, Move

CLAIM_STATES = Machine(
    "indicator",
    (
        Move("claim", (), ClaimState.CLAIMED, (Role.EXPERT,)),
        Move("confirm", (ClaimState.CLAIMED,), ClaimState.HOST_CONFIRMED, (Role.EMPLOYER,)),
        Move("confirm", (ClaimState.HOST_CONFIRMED,), ClaimState.CONFIRMED, (Role.MANAGER,)),
        Move("reject", (ClaimState.CLAIMED,), ClaimState.REJECTED, (Role.EMPLOYER,), needs_reason=True),
        Move("reject", (ClaimState.HOST_CONFIRMED,), ClaimState.REJECTED, (Role.MANAGER,), needs_reason=True),
        Move("amend", (ClaimState.REJECTED,), ClaimState.CLAIMED, (Role.EXPERT,)),
    ),
)
"""Outcomes are claimed by the expert, confirmed by the host, then by the manager (DOMAIN 5)."""


class Indicator(Base):
    """One outcome indicator (绩效指标) from `seed_data/indicators.yaml`."""

    __tablename__ = "indicator"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    unit_zh: Mapped[str] = mapped_column(String(12))
    unit_en: Mapped[str] = mapped_column(String(40))
    is_whole: Mapped[bool] = mapped_column(default=True)
    """Counted in whole numbers."""
    usual_most: Mapped[float]
    """Above this a value of one assignment is flagged as an outlier."""


class IndicatorClaim(Timestamped, Base):
    """A value of one indicator in one assignment, with what shows it."""

    __tablename__ = "indicator_claim"
    __table_args__ = (
        UniqueConstraint("assignment_id", "indicator_code"),
        CheckConstraint("value > 0 AND value <= 100000000", name="value"),
        CheckConstraint("length(note) <= 500", name="note"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.code"))
    value: Mapped[float]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ClaimState] = mapped_column(choice(ClaimState), default=ClaimState.CLAIMED)
    state_note: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the manager confirmed it: from then on it counts."""
    version: Mapped[int] = mapped_column(default=1)

    assignment: Mapped[Assignment] = relationship()
    indicator: Mapped[Indicator] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    def move(self, name: str, *, role: Role | None, reason: str = "") -> tuple[str, str]:
        """Moves the state; gives (before, after). Raises MoveError."""
        before = self.state
        self.state = ClaimState(CLAIM_STATES.target(before, name, role=role, reason=reason))
        self.state_note = reason
        self.confirmed_at = utc_now() if self.state == ClaimState.CONFIRMED else None
        return before, self.state


class Appraisal(Base):
    """What one side thinks of the assignment: marks from 1 to 5 and a comment. Once given, it stands."""

    __tablename__ = "appraisal"
    __table_args__ = (
        UniqueConstraint("assignment_id", "side"),
        CheckConstraint("length(comment) <= 1000", name="comment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(choice(Side))
    marks: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    """Code of a criterion → 1 to 5; the criteria are data."""
    comment: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    assignment: Mapped[Assignment] = relationship()


class Evaluation(Base):
    """The grade of an assignment, with the parts of its score and the version of the formula."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), unique=True)
    scheme: Mapped[str] = mapped_column(String(32))
    score: Mapped[float]
    """0 to 100."""
    grade: Mapped[Grade] = mapped_column(choice(Grade))
    parts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    is_exemplary: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    assignment: Mapped[Assignment] = relationship()
