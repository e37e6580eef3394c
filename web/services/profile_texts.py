"""What people type into a profile, made fit to keep: no control characters, no stray spaces; the rest stays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[;；、,，|｜\r\n\t]+")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
_JOINERS = frozenset("\u200c\u200d")  # they hold emoji and some scripts of the west together


def _visible(character: str) -> str:
    """The character; a space for a control character, nothing for an invisible one or half of a pair."""
    category = unicodedata.category(character)
    if category == "Cc":
        return character if character in "\n\t\r" else " "
    return "" if category == "Cs" or (category == "Cf" and character not in _JOINERS) else character


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(map(_visible, text))


def one_line(text: str) -> str:
    """The text on one line with single spaces."""
    return _SPACES.sub(" ", _printable(text)).strip()


def paragraphs(text: str) -> str:
    """The text with its line breaks, at most one empty line in a row."""
    lines = _printable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def listed(text: str) -> tuple[str, ...]:
    """The items of a text separated by 、 ， ； | or new lines, each once, in their order."""
    return unique(_SEPARATORS.split(text))


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """The items on one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(item for item in map(one_line, items) if item))
