"""How alike two texts are by their characters: for records that may have been entered twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

_NO_LETTERS = re.compile(r"[\W_]+")
N = 3
ALIKE = 0.5
"""From here on two texts are called very similar."""


def grams(text: str) -> frozenset[str]:
    """Every three neighbouring characters, without spaces, punctuation and case; a shorter text is one by itself."""
    plain = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
    if len(plain) < N:
        return frozenset((plain,) if plain else ())
    return frozenset(plain[start : start + N] for start in range(len(plain) - N + 1))


def likeness(first: str, second: str) -> float:
    """Jaccard's index of their grams: shared ones over all, in [0, 1]; 0 where a text is empty."""
    return _jaccard(grams(first), grams(second))


class LikeTexts:
    """Many texts, ready to be compared with one after another: only those that share a gram are looked at."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._grams = {key: grams(text) for key, text in texts.items()}
        self._holders: dict[str, list[str]] = {}
        for key, held in self._grams.items():
            for gram in held:
                self._holders.setdefault(gram, []).append(key)

    def of(self, text: str, *, least: float = ALIKE, but: Collection[str] = ()) -> tuple[str, ...]:
        """The keys of the texts that are at least that alike, the most alike first; not those in `but`."""
        mine = grams(text)
        near = self._sharing(mine).difference(but)
        found = {key: value for key in near if (value := _jaccard(mine, self._grams[key])) >= least}
        return tuple(sorted(found, key=lambda key: (-found[key], key)))

    def _sharing(self, mine: Iterable[str]) -> set[str]:
        return {key for gram in mine for key in self._holders.get(gram, ())}


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0
