"""Regions by GB/T 2260 code."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

WESTERN_PREFIXES = ("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "66")
"""The twelve western provinces and, as 66, the 新疆生产建设兵团."""

PLATEAU = (
    "54",  # 西藏
    "6322", "6323", "6325", "6326", "6327", "6328",  # 青海, but for 西宁 and 海东 in the valley of the 湟水
    "5132", "5133",  # 四川: 阿坝, 甘孜
    "6230",  # 甘肃: 甘南
    "5334",  # 云南: 迪庆
    "653131",  # 新疆: 塔什库尔干
)  # fmt: skip
"""Adcode prefixes of the Qinghai–Tibet plateau, where a post may well lie above 3,000 m."""


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


def lies_high(adcode: str | None) -> bool:
    """Whether a post there may well lie above 3,000 m, so that its altitude should be stated."""
    return bool(adcode) and str(adcode).startswith(PLATEAU)


def prefix_of(adcode: str) -> str:
    """The prefix that an adcode stands for as a jurisdiction: 640000 → 64, 640500 → 6405, 640521 → 640521."""
    trimmed = adcode
    while trimmed.endswith("00"):
        trimmed = trimmed[:-2]
    return trimmed
