"""Programmes (专项) of the policy and their numbered tasks."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.columns import NameList, Names


class Programme(Base):
    """One programme, say 科技支宁."""

    __tablename__ = "programme"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(120))
    heading_zh: Mapped[str] = mapped_column(String(120))
    heading_en: Mapped[str] = mapped_column(String(240))
    province_code: Mapped[str] = mapped_column(ForeignKey("region.adcode"))
    partners_zh: Mapped[Names] = mapped_column(NameList, default=())
    partners_en: Mapped[Names] = mapped_column(NameList, default=())
    partner_codes: Mapped[Names] = mapped_column(NameList, default=())
    """The adcodes of those partners that are places."""
    two_approvers: Mapped[bool] = mapped_column(default=False)
    """A pairing of this programme is approved by two managers."""

    tasks: Mapped[list[Task]] = relationship(order_by="Task.number", back_populates="programme")


class Task(Base):
    """One numbered task of a programme, with the plan's own words."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("programme_code", "number"),)

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.code"), index=True)
    number: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(200))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    fields_zh: Mapped[Names] = mapped_column(NameList, default=())
    fields_en: Mapped[Names] = mapped_column(NameList, default=())
    keywords_zh: Mapped[Names] = mapped_column(NameList, default=())
    keywords_en: Mapped[Names] = mapped_column(NameList, default=())

    programme: Mapped[Programme] = relationship(back_populates="tasks")
