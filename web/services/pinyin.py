"""How Chinese is read aloud, for search boxes and for the order of names."""

from __future__ import annotations


def syllables(text: str) -> list[str]:
    """One item per character in Latin letters without tones; what is not Chinese stays as it stands, in one item."""
    from pypinyin import lazy_pinyin  # its dictionary takes a third of a second: not before the first page

    return lazy_pinyin(text)
