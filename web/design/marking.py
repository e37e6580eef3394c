"""Texts cut at the phrases that a page marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """A piece of a text; the pieces of one text, joined, give that text again."""

    text: str
    marked: bool


def segments(text: str, phrases: Iterable[str]) -> tuple[Segment, ...]:
    """`text` cut so that each occurrence of a phrase is a marked segment.

    Upper and lower case are the same; where phrases overlap, the one that starts first wins, then the longer one.
    Empty phrases mark nothing, an empty text has no segments.
    """
    sought = sorted({phrase for phrase in phrases if phrase.strip()}, key=lambda phrase: (-len(phrase), phrase))
    if not sought:
        return (Segment(text, marked=False),) if text else ()
    pattern = re.compile(f"({'|'.join(map(re.escape, sought))})", re.IGNORECASE)
    pieces = pattern.split(text)  # every second piece is a phrase
    return tuple(Segment(piece, marked=bool(place % 2)) for place, piece in enumerate(pieces) if piece)
