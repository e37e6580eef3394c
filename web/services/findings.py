"""A finding: one thing that a check found in a need or an organisation, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from web.services.check_words import NAMED, TRACES
from web.services.errors import Sentence
from web.services.personal_data import personal_data


class Severity(StrEnum):
    """Whether the record may be let through with it."""

    MUST = "must"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found. `sentence` says what it is and what to do."""

    code: str
    severity: Severity
    field: str
    """The form's name of the field that it stands at; `organisation` for the organisation of a need."""
    sentence: Sentence
    is_theirs: bool = True
    """Whether the poster can put it right, so that it may be a reason to return."""
    can_overrule: bool = False
    """Whether the manager, having looked, may go on in spite of a MUST, because the check may be mistaken."""
    codes: tuple[str, ...] = ()
    """Codes of the other records that it is about."""

    @property
    def key(self) -> str:
        """Names the finding among those of its record."""
        return f"{self.code}:{self.field}"

    @property
    def label(self) -> Sentence:
        """The finding in a word, for lists."""
        return NAMED[self.code]


def must(code: str, field: str, zh: str, en: str, *, is_theirs: bool = True, can_overrule: bool = False) -> Finding:
    """Something that must be put right."""
    return Finding(code, Severity.MUST, field, Sentence(zh, en), is_theirs=is_theirs, can_overrule=can_overrule)


def look(code: str, field: str, zh: str, en: str, *, codes: tuple[str, ...] = ()) -> Finding:
    """Something to look at."""
    return Finding(code, Severity.LOOK, field, Sentence(zh, en), codes=codes)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those that must be put right first."""
    return tuple(sorted(findings, key=lambda finding: finding.severity != Severity.MUST))


def musts(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that must be put right."""
    return tuple(finding for finding in findings if finding.severity == Severity.MUST)


def traces(field: str, name: Sentence, text: str) -> Iterator[Finding]:
    """Contact data or ID numbers in a public text; one finding that names them all."""
    found = personal_data(text)
    if found:
        zh = "、".join(f"{TRACES[one.kind].zh} {one.masked}" for one in found)
        en = ", ".join(f"{TRACES[one.kind].en} {one.masked}" for one in found)
        yield must(
            "personal_data",
            field,
            f"“{name.zh}”会公开，里面写了{zh}，请删去",
            f"{name.en}: it will be public and holds {en}; remove this",
            can_overrule=True,
        )
