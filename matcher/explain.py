"""Which phrases of a need and of a passage correspond: the same words, the same concept, or the same meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from matcher.encoders.encoder import Vectors
from matcher.lexical import TermBank, words_of
from matcher.lexical.phrases import phrases
from matcher.text import need_text
from matcher.types import Link, Need, Passage

SAME_MOST, TERM_MOST, MEANING_MOST = 4, 3, 2
_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")
CLEAR = 2.2
"""A pair of phrases corresponds when its similarity stands out by this many standard deviations of all pairs."""


PhraseEncoder = Callable[[list[str]], Vectors]
"""Phrases of either language in, comparable vectors out."""


class Explainer:
    """Finds links between needs and passages; what it works out of a text is kept."""

    def __init__(self, encode: PhraseEncoder, bank: TermBank) -> None:
        self._encode, self._bank = encode, bank
        self._mentions: dict[str, dict[int, str]] = {}
        self._phrases: dict[str, tuple[str, ...]] = {}
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Encodes the phrases of these texts together, so that `links` need not one by one."""
        new = sorted({phrase for text in texts for phrase in self._phrases_of(text)} - self._vectors.keys())
        if new:
            self._vectors.update(zip(new, self._encode(new), strict=True))

    def links(self, need: Need, passage: Passage, *, by_meaning: bool = True) -> tuple[Link, ...]:
        """Links, surest kind first. `by_meaning` False leaves out those that need the encoder."""
        text = need_text(need)
        links = [*self._by_term(text, passage.text), *self._by_words(text, passage.text)]
        if by_meaning:
            known = {link.need for link in links}
            links += [link for link in self._by_meaning(text, passage.text) if link.need not in known]
        return tuple(dict.fromkeys(links))

    def _phrases_of(self, text: str) -> tuple[str, ...]:
        if text not in self._phrases:
            self._phrases[text] = phrases(text)
        return self._phrases[text]

    def _mentions_of(self, text: str) -> dict[int, str]:
        if text not in self._mentions:
            self._mentions[text] = {mention.concept: mention.surface for mention in self._bank.mentions(text)}
        return self._mentions[text]

    def _by_term(self, need: str, passage: str) -> list[Link]:
        here, there = self._mentions_of(need), self._mentions_of(passage)
        pairs = {(here[concept], there[concept]) for concept in here.keys() & there.keys()}
        ordered = sorted(pairs, key=lambda pair: (-len(pair[0]), pair))[:TERM_MOST]
        return [Link(a, b, "same" if a == b else "term", 1.0) for a, b in ordered]

    def _by_words(self, need: str, passage: str) -> list[Link]:
        common = _common_runs(self._phrases_of(need), passage)
        ordered = sorted(common, key=lambda pair: (-len(pair[0]), pair))[:SAME_MOST]
        return [Link(a, b, "same", 1.0) for a, b in ordered]

    def _by_meaning(self, need: str, passage: str) -> list[Link]:
        ours, theirs = self._phrases_of(need), self._phrases_of(passage)
        if len(ours) * len(theirs) < 4:
            return []
        self.prepare((need, passage))
        similarity = np.stack([self._vectors[p] for p in ours]) @ np.stack([self._vectors[p] for p in theirs]).T
        return _standing_out(ours, theirs, similarity)


def _common_runs(ours: Sequence[str], passage: str) -> list[tuple[str, str]]:
    """The longest stretches of our phrases (2 Chinese characters, or an English word, at least) in the passage.

    Each as we and as the passage write it: English words agree across case and number.
    """
    english = _spelling(passage)
    found: dict[str, tuple[str, str]] = {}
    for phrase in ours:
        if phrase.isascii():
            for plain, word in _spelling(phrase).items():
                if plain in english:
                    found.setdefault(plain, (word, english[plain]))
            continue
        for length in range(len(phrase), 1, -1):
            runs = {phrase[i : i + length] for i in range(len(phrase) - length + 1)}
            here = {run: (run, run) for run in runs if run in passage}
            if here:
                found |= here
                break
    return list(found.values())


def _spelling(text: str) -> dict[str, str]:
    """The text's English words: plain form (lower case, singular) → as it is first written."""
    spelling: dict[str, str] = {}
    for word in _ENGLISH_WORD.findall(text):
        for plain in words_of(word):
            spelling.setdefault(plain, word)
    return spelling


def _standing_out(ours: Sequence[str], theirs: Sequence[str], similarity: npt.NDArray[np.float32]) -> list[Link]:
    """Pairs that are each other's best and stand out; `similarity` is `(len(ours), len(theirs))`.

    Rows and columns are centred first: some phrases are close to everything, and languages differ in their level.
    """
    centred = similarity - similarity.mean(axis=1, keepdims=True) - similarity.mean(axis=0) + similarity.mean()
    spread = float(centred.std())
    if spread < 1e-6:
        return []
    links = []
    for i, j in enumerate(centred.argmax(axis=1)):
        strength = float(centred[i, j]) / spread
        if strength >= CLEAR and centred[:, j].argmax() == i and ours[i] != theirs[j]:
            links.append(Link(ours[i], theirs[j], "meaning", round(strength, 3)))
    return sorted(links, key=lambda link: (-link.strength, link.need))[:MEANING_MOST]
