"""Text as the engine sees it: normalised, told apart by language, cut into passages."""

from __future__ import annotations

import re
import unicodedata

from matcher.types import Expert, Language, Need, Passage, Work

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])|(?<=\.)(?=\s)")

MAX_PASSAGE_CHARS = {"zh": 600, "en": 1800}
"""A longer text is split at sentence ends; an abstract of usual length stays whole."""


def normalise(text: str) -> str:
    """NFKC (full-width digits and letters become plain ones), no control characters, single spaces.

    Invisible format characters (zero-width spaces, soft hyphens) go without leaving a space inside a word.
    """
    if not text.isprintable():
        text = "".join(_visible(c) for c in text)
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] != "C" or character.isspace():
        return character
    return "" if category == "Cf" else " "


def detect_language(text: str) -> Language:
    """`zh` when there are at least as many Chinese characters as Latin words, or neither; else `en`."""
    return "zh" if len(_HAN.findall(text)) >= len(_LATIN_WORD.findall(text)) else "en"


def split_long(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters, cut at sentence ends where there are any; nothing but space is lost."""
    pieces, current = [], ""
    for sentence in _SENTENCE_END.split(text):
        for start in range(0, len(sentence), limit):
            chunk = sentence[start : start + limit]
            if len(current) + len(chunk) > limit:
                pieces.append(current)
                current = ""
            current += chunk
    return [piece.strip() for piece in [*pieces, current] if piece.strip()]


def _join(parts: list[str], language: Language) -> str:
    separator, ends = ("。", "。！？；.!?;") if language == "zh" else (". ", ".!?;")
    text = ""
    for part in parts:
        text += (
            (part if not text else (" " if language == "en" else "") + part)
            if not text or text[-1] in ends
            else (separator + part)
        )
    return text


def _by_language(parts: list[str]) -> dict[Language, str]:
    """The parts joined per language: a Chinese title with an English abstract is two passages."""
    grouped: dict[Language, list[str]] = {}
    for part in parts:
        if part:
            grouped.setdefault(detect_language(part), []).append(part)
    return {language: _join(texts, language) for language, texts in grouped.items()}


def _keywords(words: tuple[str, ...]) -> str:
    clean = [word for word in map(normalise, words) if word]
    return ("、" if detect_language(" ".join(clean)) == "zh" else ", ").join(clean)


def _work_parts(work: Work) -> list[str]:
    return [normalise(work.title), _keywords(work.keywords), normalise(work.abstract)]


def passages_of(expert: Expert) -> tuple[Passage, ...]:
    """The expert as a set of passages: the profile's text, its keywords, and each work, one passage per language."""
    fields = [("bio", [normalise(expert.bio)]), ("keywords", [_keywords(expert.keywords)])]
    fields += [(f"works[{i}]", _work_parts(work)) for i, work in enumerate(expert.works)]
    return tuple(
        Passage(expert.id, field, piece, language)
        for field, parts in fields
        for language, text in sorted(_by_language(parts).items())
        for piece in split_long(text, MAX_PASSAGE_CHARS[language])
    )


def need_text(need: Need) -> str:
    """The need as one text, in the order of the form: title, problem, indicators, goal, keywords."""
    parts = [normalise(part) for part in (need.title, need.problem, need.indicators, need.goal)]
    parts = [part for part in [*parts, _keywords(need.keywords)] if part]
    return _join(parts, detect_language(" ".join(parts)))
