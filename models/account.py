"""People who sign in, and what they may do where. How they sign in (password, second factor) is the web's business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.choices import GrantState, Role
from models.columns import NameList, Names, UtcDateTime, choice
from models.organisation import Organisation


class User(Timestamped, Base):
    """A person with an account."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    locale: Mapped[str] = mapped_column(String(8), default="zh")
    is_demo: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", foreign_keys="Grant.user_id", cascade="all, delete-orphan"
    )


class Grant(Timestamped, Base):
    """One role of one person, and where it holds.

    An employer or home-institution officer acts for `organisation`; a manager within `adcode_prefix` ("" is national)
    and `programmes` (none: every programme).
    """

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint("role NOT IN ('employer', 'institution') OR organisation_id IS NOT NULL", name="organisation"),
        CheckConstraint("role <> 'manager' OR adcode_prefix IS NOT NULL", name="jurisdiction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    state: Mapped[GrantState] = mapped_column(choice(GrantState), default=GrantState.ACTIVE)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    adcode_prefix: Mapped[str | None] = mapped_column(String(6))
    programmes: Mapped[Names] = mapped_column(NameList, default=())
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    organisation: Mapped[Organisation | None] = relationship()
