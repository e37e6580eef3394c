"""Code tables that a poster searches by Chinese, pinyin, English or code: disciplines, industries, places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Discipline, Industry, Region
from web.services.pinyin import syllables
from web.services.places import short_province

Kind = Literal["discipline", "industry", "region"]
KINDS: tuple[Kind, ...] = ("discipline", "industry", "region")
MOST_FOUND = 10
_CODE_AT_END = re.compile(r"(?:^|\s)([A-Z]|\d{2,7})$")
_GAPS = re.compile(r"[\s·,，、/>›-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a code table. `path` are the names above it, the topmost first; English falls back to Chinese."""

    code: str
    name: str
    name_en: str
    path: tuple[str, ...] = ()
    path_en: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """What else names it, such as a county without its province."""

    def text(self, lang: str) -> str:
        """How a form shows it, and how it is read back: the name and then the code."""
        return f"{self.name if lang == 'zh' else self.name_en} {self.code}"

    def above(self, lang: str) -> str:
        """Where it stands."""
        return " › ".join(self.path if lang == "zh" else self.path_en)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a query is compared with: lower case, without gaps."""

    names: tuple[str, ...]
    whole: str
    pinyin: str
    initials: str


class TermList:
    """Every row of one code table, ready to be searched; immutable."""

    def __init__(self, terms: Iterable[Term], pinyin: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._terms = {term.code: term for term in terms}
        given = pinyin or {}
        self._keys = {code: _keys(term, given.get(code)) for code, term in self._terms.items()}

    def __len__(self) -> int:
        return len(self._terms)

    def get(self, code: str | None) -> Term | None:
        """The row of that code."""
        return self._terms.get(code or "")

    def search(self, query: str, *, near: str = "", most: int = MOST_FOUND) -> list[Term]:
        """The best fitting rows, at most `most`; among equals those whose code begins with `near` come first."""
        sought = _plain(query)
        if not sought:
            return []
        ranked = [(rank, code) for code, keys in self._keys.items() if (rank := _rank(sought, code, keys)) is not None]
        ranked.sort(key=lambda pair: (pair[0], not pair[1].startswith(near), len(self._terms[pair[1]].name), pair[1]))
        return [self._terms[code] for _, code in ranked[:most]]

    def named(self, written: str) -> list[Term]:
        """The rows that a typed text names exactly, by code, name, whole path or whole pinyin; none, one or several."""
        text = unicodedata.normalize("NFKC", written).strip()
        found = _CODE_AT_END.search(text.upper())
        if found and found[1] in self._terms:
            return [self._terms[found[1]]]
        sought = _plain(text)
        rows = [self._terms[code] for code, keys in self._keys.items() if sought in keys.names]
        return rows or [self._terms[code] for code, keys in self._keys.items() if sought and sought == keys.pinyin]

    def resolved(self, written: str, *, near: str = "") -> list[Term]:
        """What a typed text means: one row where that is clear, else the rows that it may mean, best first."""
        named = self.named(written)
        return named if named else self.search(written, near=near, most=5)


def load_terms(session: Session, kind: Kind) -> TermList:
    """One of the code tables."""
    if kind == "region":
        return _load_regions(session)
    table = Discipline if kind == "discipline" else Industry
    rows = session.execute(select(table.code, table.name, table.name_en, table.parent_code)).all()
    parents = {code: parent for code, _, _, parent in rows}
    names = {code: (name, name_en or name) for code, name, name_en, _ in rows}
    return TermList(Term(code, *names[code], *_paths(code, names, parents)) for code in names)


def _load_regions(session: Session) -> TermList:
    columns = (Region.adcode, Region.name, Region.name_en, Region.parent_code, Region.pinyin, Region.initials)
    rows = session.execute(select(*columns)).all()
    parents = {code: parent for code, _, _, parent, _, _ in rows}
    names = {code: (name, name_en or name) for code, name, name_en, _, _, _ in rows}
    pinyin = {code: (spelled, initials) for code, _, _, _, spelled, initials in rows}
    return TermList((_place(code, names, parents) for code in names), pinyin)


def _place(code: str, names: Mapping[str, tuple[str, str]], parents: Mapping[str, str | None]) -> Term:
    """A place under its whole name, as people write it: 宁夏·中卫市·中宁县."""
    path, path_en = _paths(code, names, parents)
    own, own_en = names[code]
    chain = (*path, own)
    name = "·".join((short_province(chain[0]), *chain[1:]))
    return Term(code, name, ", ".join((own_en, *reversed(path_en))), aliases=(own, own_en))


def _paths(
    code: str, names: Mapping[str, tuple[str, str]], parents: Mapping[str, str | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    above: list[str] = []
    parent = parents[code]
    while parent is not None:
        above.insert(0, parent)
        parent = parents[parent]
    return tuple(names[one][0] for one in above), tuple(names[one][1] for one in above)


def _keys(term: Term, pinyin: tuple[str, str] | None) -> _Keys:
    names = tuple(dict.fromkeys(_plain(name) for name in (*term.aliases, term.name, term.name_en)))
    if pinyin is None:
        read = syllables(term.name)
        pinyin = "".join(read), "".join(syllable[:1] for syllable in read)
    return _Keys(names, " ".join(names), pinyin[0].lower(), pinyin[1].lower())


def _plain(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _rank(sought: str, code: str, keys: _Keys) -> int | None:
    """How well a row fits, 0 best; None when it does not."""
    tests: Sequence[bool] = (
        sought == code.casefold() or sought in keys.names,
        code.casefold().startswith(sought),
        any(name.startswith(sought) for name in keys.names),
        sought in keys.whole and (len(sought) > 2 or not sought.isascii()),
        keys.pinyin.startswith(sought) or keys.initials == sought,
        keys.initials.startswith(sought),
        len(sought) >= 3 and sought in keys.pinyin,
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)
