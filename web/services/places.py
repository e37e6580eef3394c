"""Places by their GB/T 2260 code: names, parents, and the lists that forms and filters need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Region
from models.place import is_western

Lang = Literal["zh", "en"]

_LONG_ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市")
_SHORT_NAMES = {"新疆生产建设兵团": "兵团"}
_LONG_ENGLISH = re.compile(
    r" (?:Province|Municipality|(?:Hui |Uygur |Uyghur |Zhuang )?Autonomous Region)(?: \(\w+\))?$"
)
_SHORT_ENGLISH = {
    "660000": "Xinjiang Corps",
    "810000": "Hong Kong",
    "820000": "Macao",
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One region, outside any database session."""

    adcode: str
    name: str
    name_en: str
    level: int
    parent_code: str | None


def short_province(name: str) -> str:
    """宁夏回族自治区 → 宁夏, 上海市 → 上海, 新疆生产建设兵团 → 兵团: as maps and lists write it."""
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    for ending in _LONG_ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def short_province_en(adcode: str, name: str) -> str:
    """Ningxia Hui Autonomous Region → Ningxia, Shanghai Municipality → Shanghai."""
    return _SHORT_ENGLISH.get(adcode) or _LONG_ENGLISH.sub("", name)


class Gazetteer:
    """Every region, read once."""

    def __init__(self, rows: Sequence[PlaceRow]) -> None:
        self._by_code: Mapping[str, PlaceRow] = {row.adcode: row for row in rows}
        self._children: dict[str | None, list[PlaceRow]] = {}
        for row in sorted(rows, key=lambda row: row.adcode):
            self._children.setdefault(row.parent_code, []).append(row)

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, adcode: str) -> PlaceRow | None:
        """The region of that code."""
        return self._by_code.get(adcode)

    def children(self, adcode: str | None) -> Sequence[PlaceRow]:
        """The regions directly below, in the order of their codes; None gives the provinces."""
        return self._children.get(adcode, ())

    def provinces(self, *, western: bool | None = None) -> Sequence[PlaceRow]:
        """The provinces, or only the western (True) or the other ones (False)."""
        rows = self.children(None)
        return rows if western is None else [row for row in rows if is_western(row.adcode) == western]

    def chain(self, adcode: str | None) -> tuple[PlaceRow, ...]:
        """Province, prefecture, county down to the region; empty for an unknown code."""
        found: list[PlaceRow] = []
        row = self._by_code.get(adcode or "")
        while row is not None:
            found.insert(0, row)
            row = self._by_code.get(row.parent_code or "")
        return tuple(found)

    def name(self, adcode: str | None, lang: Lang = "zh") -> str:
        """宁夏·中卫市·中宁县, or Zhongning County, Zhongwei, Ningxia …; empty for an unknown code."""
        chain = self.chain(adcode)
        if lang == "en":
            names = [short_province_en(row.adcode, row.name_en) if row.level == 1 else row.name_en for row in chain]
            return ", ".join(reversed(names))
        return "·".join(short_province(row.name) if row.level == 1 else row.name for row in chain)

    def province_name(self, adcode: str | None, lang: Lang = "zh") -> str:
        """宁夏, or Ningxia; empty for an unknown code."""
        row = self._by_code.get(f"{(adcode or '')[:2]}0000")
        if row is None:
            return ""
        return short_province(row.name) if lang == "zh" else short_province_en(row.adcode, row.name_en)

    def deepest_prefix(self, prefix: str) -> PlaceRow | None:
        """The region that a jurisdiction's prefix stands for (64 → 宁夏)."""
        return self._by_code.get(prefix.ljust(6, "0"))


def load_gazetteer(session: Session) -> Gazetteer:
    """All regions of the database."""
    rows = session.execute(select(Region.adcode, Region.name, Region.name_en, Region.level, Region.parent_code))
    return Gazetteer([PlaceRow(*row) for row in rows])
