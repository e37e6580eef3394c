"""The term bank: folk names, scientific Chinese and English of one concept, and where a text mentions them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from matcher.lexical.tokens import singular

_ENGLISH_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]*")
_LONGEST_ACRONYM = 3


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of the bank: the Chinese names (the scientific one first) and the English ones."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept found in a text: its number in the bank, and the words that named it."""

    concept: int
    surface: str


def _english_key(name: str) -> tuple[str, ...]:
    """The words to look for; a short acronym only as it is written, so that ml and kg stay units."""
    if len(name) <= _LONGEST_ACRONYM and name.isalnum() and name.isupper():
        return (name,)
    return tuple(singular(word.lower()) for word in _ENGLISH_WORD.findall(name))


class TermBank:
    """Finds concepts in texts by their names, in Chinese by substring and in English by whole words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._zh: dict[str, list[int]] = {}
        self._en: dict[tuple[str, ...], list[int]] = {}
        for number, concept in enumerate(self.concepts):
            for name in concept.zh:
                self._zh.setdefault(name, []).append(number)
            for name in concept.en:
                self._en.setdefault(_english_key(name), []).append(number)
        self._zh_lengths: dict[str, tuple[int, ...]] = {}
        for name in self._zh:
            self._zh_lengths[name[:2]] = tuple({*self._zh_lengths.get(name[:2], ()), len(name)})
        self._en_longest = max(map(len, self._en), default=0)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The concepts that the text names, in the order of the bank, each once, by its longest name found."""
        found: dict[int, str] = {}
        for surface, numbers in self._named(text):
            for number in numbers:
                if len(surface) > len(found.get(number, "")):
                    found[number] = surface
        return tuple(Mention(number, found[number]) for number in sorted(found))

    def _named(self, text: str) -> Iterable[tuple[str, list[int]]]:
        for start in range(len(text)):
            # Few pairs of characters begin a name, so most places are passed over after one look.
            pair = text[start : start + 2]
            for length in (*self._zh_lengths.get(pair, ()), *self._zh_lengths.get(pair[0], ())):
                numbers = self._zh.get(text[start : start + length])
                if numbers:
                    yield text[start : start + length], numbers
        words = list(_ENGLISH_WORD.finditer(text))
        keys = [singular(word.group().lower()) for word in words]
        for start in range(len(words)):
            acronyms = self._en.get((words[start].group(),)) if words[start].group().isupper() else None
            if acronyms:
                yield words[start].group(), acronyms
            for end in range(start + 1, min(start + self._en_longest, len(words)) + 1):
                numbers = self._en.get(tuple(keys[start:end]))
                if numbers:
                    yield text[words[start].start() : words[end - 1].end()], numbers


def read_concepts(lines: Iterable[str]) -> list[Concept]:
    """Rows of `zh_term, zh_aliases, en_term, en_aliases, field` (tabs; aliases separated by `;`), `#` for comments."""
    concepts = []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        zh, zh_aliases, en, en_aliases, _field = line.rstrip("\n").split("\t")
        names_zh = dict.fromkeys(name.strip() for name in [zh, *zh_aliases.split(";")] if name.strip())
        names_en = dict.fromkeys(name.strip() for name in [en, *en_aliases.split(";")] if name.strip())
        concepts.append(Concept(tuple(names_zh), tuple(names_en)))
    return concepts


@cache
def builtin_term_bank() -> TermBank:
    """The bank that the package carries (`matcher/data/terms.tsv`)."""
    text = (files("matcher") / "data" / "terms.tsv").read_text("utf-8")
    return TermBank(read_concepts(text.splitlines()))
