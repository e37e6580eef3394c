"""Disciplines (GB/T 13745) and industries (GB/T 4754)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Discipline(Base):
    """A discipline of GB/T 13745-2009; level 0 is a category, 1 to 3 its parts."""

    __tablename__ = "discipline"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("discipline.code"), index=True)


class Industry(Base):
    """An industry of GB/T 4754-2017; level 1 is a section, 4 a class."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
