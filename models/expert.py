"""Experts and graduates: profile, works, availability, declared ties, and the needs they do not want."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, defer, mapped_column, relationship

from models.account import User
from models.base import Base, Timestamped
from models.choices import Degree, DismissalReason, ExpertKind, ExpertState, Gender, Role, TieKind, WorkKind
from models.columns import NameList, Names, UtcDateTime, choice, contact_text, utc_now
from models.place import Region
from models.state_machine import Machine, Move

PROFILE_STATES = Machine(
    "profile",
    (
        Move("publish", (ExpertState.DRAFT, ExpertState.HIDDEN), ExpertState.PUBLIC, (Role.EXPERT,)),
        Move("hide", (ExpertState.PUBLIC,), ExpertState.HIDDEN, (Role.EXPERT,)),
    ),
)
"""draft → public ↔ hidden, by the expert alone."""


class Expert(Timestamped, Base):
    """The supply side. Phone, e-mail and ID number stand encrypted and never leave through a list or a search."""

    __tablename__ = "expert"
    __table_args__ = (
        CheckConstraint("length(bio) <= 2000", name="bio"),
        CheckConstraint("birth_year IS NULL OR birth_year BETWEEN 1920 AND 2015", name="birth_year"),
        CheckConstraint("days_per_year IS NULL OR days_per_year BETWEEN 0 AND 366", name="days_per_year"),
        CheckConstraint("state <> 'public' OR name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), unique=True)
    kind: Mapped[ExpertKind] = mapped_column(choice(ExpertKind), default=ExpertKind.EXPERT)
    state: Mapped[ExpertState] = mapped_column(choice(ExpertState), default=ExpertState.DRAFT, index=True)

    name: Mapped[str] = mapped_column(String(80), default="")
    gender: Mapped[Gender | None] = mapped_column(choice(Gender))
    birth_year: Mapped[int | None]
    degree: Mapped[Degree] = mapped_column(choice(Degree), default=Degree.NONE)
    title: Mapped[str] = mapped_column(String(60), default="")
    institution: Mapped[str] = mapped_column(String(120), default="")
    department: Mapped[str] = mapped_column(String(120), default="")
    position: Mapped[str] = mapped_column(String(60), default="")
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.adcode"), index=True)
    bio: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[Names] = mapped_column(NameList, default=())

    modes: Mapped[Names] = mapped_column(NameList, default=())
    days_per_year: Mapped[float | None]
    languages: Mapped[Names] = mapped_column(NameList, default=())
    regions_served: Mapped[Names] = mapped_column(NameList, default=())
    """Adcode prefixes of the western provinces that the expert would go to; none: anywhere."""
    altitude_ok: Mapped[bool | None]
    ties_declared: Mapped[bool] = mapped_column(default=False)
    """The expert has answered the question on interests, if only with “none”."""

    phone: Mapped[str] = contact_text()
    email: Mapped[str] = contact_text()
    id_number: Mapped[str] = contact_text()

    search_text: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User | None] = relationship()
    region: Mapped[Region | None] = relationship()
    works: Mapped[list[Work]] = relationship(
        order_by="Work.position", back_populates="expert", cascade="all, delete-orphan"
    )
    windows: Mapped[list[AvailabilityWindow]] = relationship(
        order_by="AvailabilityWindow.starts", back_populates="expert", cascade="all, delete-orphan"
    )
    ties: Mapped[list[Tie]] = relationship(order_by="Tie.id", back_populates="expert", cascade="all, delete-orphan")
    dismissals: Mapped[list[Dismissal]] = relationship(back_populates="expert", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    def missing(self) -> tuple[str, ...]:
        """The fields that a public profile still lacks, in the order of the steps."""
        wanted = ("name", "institution", "region_code", "modes", "days_per_year")
        absent = [name for name in wanted if getattr(self, name) in ("", (), None)]
        if not (self.bio or self.keywords or self.works):
            absent.append("works")
        if not self.ties_declared:
            absent.append("ties")
        return tuple(absent)


class Work(Base):
    """A publication, patent, project or award."""

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("length(abstract) <= 4000", name="abstract"),
        CheckConstraint("year IS NULL OR year BETWEEN 1900 AND 2100", name="year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[WorkKind] = mapped_column(choice(WorkKind), default=WorkKind.PAPER)
    title: Mapped[str] = mapped_column(String(400))
    abstract: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None]
    venue: Mapped[str] = mapped_column(String(200), default="")
    keywords: Mapped[Names] = mapped_column(NameList, default=())

    expert: Mapped[Expert] = relationship(back_populates="works")


class AvailabilityWindow(Base):
    """A span of days, both ends included, in which the expert may serve."""

    __tablename__ = "availability_window"
    __table_args__ = (CheckConstraint("starts <= ends", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]

    expert: Mapped[Expert] = relationship(back_populates="windows")


class Tie(Base):
    """A declared interest in an organisation or a relation to a person (利益关系)."""

    __tablename__ = "tie"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    kind: Mapped[TieKind] = mapped_column(choice(TieKind))
    counterpart: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(300), default="")

    expert: Mapped[Expert] = relationship(back_populates="ties")


class Dismissal(Base):
    """“Not for me, because …”: a need that an expert does not want to see again."""

    __tablename__ = "dismissal"
    __table_args__ = (UniqueConstraint("expert_id", "need_id"), CheckConstraint("length(note) <= 300", name="note"))

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    reason: Mapped[DismissalReason] = mapped_column(choice(DismissalReason))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    expert: Mapped[Expert] = relationship(back_populates="dismissals")


EXPERT_WITHOUT_CONTACT = tuple(
    defer(column, raiseload=True) for column in (Expert.phone, Expert.email, Expert.id_number)
)
"""Options of a query whose rows go where nobody may see these: to reach for them there is an error."""
