"""Search boxes of lists: Chinese, pinyin (whole or initials) and codes, in one lower-case text per record."""

from __future__ import annotations

import unicodedata

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

from web.services.pinyin import syllables

# Surnames that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "朴": "piao", "区": "ou", "乐": "yue",
}  # fmt: skip


def search_text(*texts: str, person: str = "") -> str:
    """The texts in lower case with the pinyin and initials of each; `person` is a name that begins with a surname."""
    parts: list[str] = []
    for text in texts:
        if text:
            read = syllables(text)
            parts += [_plain(text), "".join(read).lower(), _initials(read)]
    if person:
        read = syllables(person)
        if person[0] in _SURNAMES:
            read = [_SURNAMES[person[0]], *syllables(person[1:])]
        parts += [_plain(person), "".join(read).lower(), _initials(read)]
    return " ".join(dict.fromkeys(parts))


def matches(column: InstrumentedAttribute[str], query: str) -> ColumnElement[bool]:
    """Whether every word of the query stands in the column; everything matches an empty query."""
    words = _plain(query).split()[:8]
    return and_(true(), *(column.contains(word, autoescape=True) for word in words))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def _initials(read: list[str]) -> str:
    return "".join(syllable[:1] for syllable in read).lower()
