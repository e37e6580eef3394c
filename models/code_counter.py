"""Counters for the codes by which people name records: the highest number given out in each series."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CodeCounter(Base):
    """One series of codes, say `XQ2026-`. A number that was given out is never given again, even if its record goes."""

    __tablename__ = "code_counter"
    __table_args__ = (CheckConstraint("last >= 1", name="last"),)

    series: Mapped[str] = mapped_column(String(16), primary_key=True)
    last: Mapped[int]
