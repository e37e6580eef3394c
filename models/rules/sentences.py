"""A rule's sentences, filled from the facts that it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.choices import Outcome
from models.rules.finding import Finding
from models.rules.words import UNKNOWN_WORDS, names_of

Names = Mapping[str, str]
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class SentenceError(Exception):
    """A sentence asks for a fact that its rule does not give; `name` is the placeholder's."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no fact {{{name}}}; there are: {', '.join(known)}")
        self.name, self.known = name, known


def placeholders(template: str) -> tuple[str, ...]:
    """The facts that a sentence asks for."""
    return tuple(_PLACEHOLDER.findall(template))


def fill(template: str, finding: Finding, *, language: str, names: Names | None = None) -> str:
    """The sentence with its facts: numbers without idle zeros, codes by their names (`names` before the own words).

    For an unknown outcome it says what is missing, and for a rule that is not concerned that it is not, whatever the
    template. Raises SentenceError.
    """
    if finding.outcome == Outcome.NOT_CONCERNED:
        return "这次对接不涉及此项" if language == "zh" else "This does not concern the pairing"
    words = {**names_of(language), **(names or {})}
    if finding.outcome == Outcome.UNKNOWN:
        missing = _joined([UNKNOWN_WORDS[name][language == "en"] for name in finding.missing], language)
        return f"尚缺信息，待核实：{missing}" if language == "zh" else f"Not known yet, please check: {missing}"
    facts = finding.facts

    def value(match: re.Match[str]) -> str:
        if match[1] not in facts:
            raise SentenceError(match[1], tuple(facts))
        return _shown(facts[match[1]], words, language)

    return _PLACEHOLDER.sub(value, template)


def _shown(value: Any, words: Names, language: str) -> str:
    if isinstance(value, list | tuple):
        return _joined([words.get(str(one), str(one)) for one in value], language)
    if isinstance(value, float):
        return f"{value:g}"
    return words.get(value, value) if isinstance(value, str) else str(value)


def _joined(texts: list[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(texts)
