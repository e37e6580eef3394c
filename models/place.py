"""Regions by GB/T 2260 code."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

WESTERN_PREFIXES = ("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "66")
"""The twelve western provinces and, as 66, the 新疆生产建设兵团."""


class Region(Base):
    """A province (level 1), prefecture (2) or county (3)."""

    __tablename__ = "region"
    __table_args__ = (
        CheckConstraint("length(adcode) = 6", name="adcode"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    adcode: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.adcode"), index=True)
    pinyin: Mapped[str] = mapped_column(String(120), default="")
    initials: Mapped[str] = mapped_column(String(40), default="")


def is_western(adcode: str) -> bool:
    """Whether a place lies in the twelve western provinces or the Corps."""
    return adcode[:2] in WESTERN_PREFIXES


def prefix_of(adcode: str) -> str:
    """The prefix that an adcode stands for as a jurisdiction: 640000 → 64, 640500 → 6405, 640521 → 640521."""
    trimmed = adcode
    while trimmed.endswith("00"):
        trimmed = trimmed[:-2]
    return trimmed
