"""How a text words what it says: its phrases, English words, character pairs and concepts, worked out once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.lexical.phrases import phrases
from matcher.lexical.termbank import TermBank
from matcher.lexical.tokens import words_of

_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A text's `phrases`; its English words, plain form (lower case, singular) → as first written, in the whole
    (`english`) and by phrase; its `mentions`: concept → the name it has here.
    """

    text: str
    phrases: tuple[str, ...]
    english: Mapping[str, str]
    english_phrases: Mapping[str, Mapping[str, str]]
    mentions: Mapping[int, str]

    @classmethod
    def of(cls, text: str, bank: TermBank) -> Wording:
        """The wording of a normalised text."""
        found = phrases(text)
        return cls(
            text=text,
            phrases=found,
            english=_spelling(text),
            english_phrases={phrase: _spelling(phrase) for phrase in found if phrase.isascii()},
            mentions={mention.concept: mention.surface for mention in bank.mentions(text)},
        )


def common_runs(ours: Wording, theirs: Wording) -> list[tuple[str, str]]:
    """The longest stretches of our phrases (2 Chinese characters, or an English word, at least) in their text.

    Each as we and as they write it: English words agree across case and number.
    """
    found: dict[str, tuple[str, str]] = {}
    for phrase in ours.phrases:
        if phrase.isascii():
            for plain, word in ours.english_phrases[phrase].items():
                if plain in theirs.english:
                    found.setdefault(plain, (word, theirs.english[plain]))
        else:
            found |= {run: (run, run) for run in _longest_runs(phrase, theirs)}
    return list(found.values())


def _longest_runs(phrase: str, theirs: Wording) -> list[str]:
    """The longest stretches of the phrase, two characters at least, that stand in their text."""
    # A stretch can be in common only where all its pairs of characters are, which for most phrases none is.
    shared = [phrase[i : i + 2] in theirs.text for i in range(len(phrase) - 1)]
    if not any(shared):
        return []
    for length in range(len(phrase), 1, -1):
        starts = (i for i in range(len(phrase) - length + 1) if all(shared[i : i + length - 1]))
        runs = dict.fromkeys(phrase[i : i + length] for i in starts)
        here = [run for run in runs if run in theirs.text]
        if here:
            return here
    return []


def _spelling(text: str) -> dict[str, str]:
    spelling: dict[str, str] = {}
    for word in _ENGLISH_WORD.findall(text):
        for plain in words_of(word):
            spelling.setdefault(plain, word)
    return spelling
