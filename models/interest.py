"""Interests that managers declare of themselves, and the dismissal of declared interests by another manager."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base
from models.choices import TieKind
from models.columns import UtcDateTime, choice, utc_now
from models.expert import Expert


class ManagerTie(Base):
    """A manager's interest in an organisation, or relation to a person (利益关系)."""

    __tablename__ = "manager_tie"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "counterpart"),
        CheckConstraint("counterpart <> ''", name="counterpart"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[TieKind] = mapped_column(choice(TieKind))
    counterpart: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(300), default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    user: Mapped[User] = relationship()


class TieDismissal(Base):
    """A declared interest that another manager lets stand aside, for a reason and until a day; the row is kept.

    It names the interest by its words, so that it outlives a profile that is saved anew, and falls when they change.
    """

    __tablename__ = "tie_dismissal"
    __table_args__ = (
        CheckConstraint("(expert_id IS NULL) <> (manager_id IS NULL)", name="whose"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    """Of an expert's interest: the host in whose pairings alone it stands aside."""
    kind: Mapped[TieKind] = mapped_column(choice(TieKind))
    counterpart: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    """The last day on which it counts."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    expert: Mapped[Expert | None] = relationship()
    manager: Mapped[User | None] = relationship(foreign_keys=[manager_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
