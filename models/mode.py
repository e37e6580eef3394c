"""Modes (合作方式): forms of flexible talent. Each is a record from `seed_data/modes.yaml`."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.columns import NameList, Names

PARTS = ("team", "legs", "trainees", "mentor", "site", "milestones", "funding", "clearance")
"""What an assignment of a mode may have besides days: a mode names those that it has."""
UNITS = ("day", "hour")


class CooperationMode(Base):
    """One mode, with what its pairings and assignments consist of."""

    __tablename__ = "cooperation_mode"
    __table_args__ = (
        CheckConstraint("unit IN ('day', 'hour')", name="unit"),
        CheckConstraint("hours_per_day > 0", name="hours_per_day"),
    )

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    needs_consent: Mapped[bool]
    """The home institution must consent before a manager may approve."""
    parts: Mapped[Names] = mapped_column(NameList, default=())
    clauses: Mapped[Names] = mapped_column(NameList, default=())
    """Codes of the clauses that its agreement has, in order; their words are in `seed_data/clauses.yaml`."""
    unit: Mapped[str] = mapped_column(String(8), default="day")
    hours_per_day: Mapped[float] = mapped_column(default=8.0)
    """Hours that count as one day of the budget, where service is logged in hours."""
    travel_counts: Mapped[bool] = mapped_column(default=False)
    """Days of travel count as days of service."""


class Clause(Base):
    """One clause of agreements, with model words; `____` is a blank that the parties fill in."""

    __tablename__ = "clause"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(80))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
