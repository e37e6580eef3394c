"""Phone numbers, addresses and ID numbers that somebody typed into a text that everybody will read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import ric


class Trace(StrEnum):
    """What was found."""

    ID_NUMBER = "id_number"
    EMAIL = "email"
    PHONE = "phone"
    MESSENGER = "messenger"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One place in a text; `masked` shows enough to find it again, and no more."""

    kind: Trace
    masked: str


_ALONE_BEFORE, _ALONE_AFTER = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z]|\.\d)"
_GAP = r"[ -]?"
_PATTERNS: tuple[tuple[Trace, re.Pattern[str]], ...] = (
    (Trace.ID_NUMBER, re.compile(rf"{_ALONE_BEFORE}([1-9]\d{{16}}[\dXx]){_ALONE_AFTER}")),
    (Trace.EMAIL, re.compile(r"([A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)", re.ASCII)),
    (
        Trace.MESSENGER,
        re.compile(r"(?:微信|wechat|weixin|\bvx|\bqq)[号群]{0,2}\s*[:是为]?\s*([a-z0-9][\w-]{4,19})", re.ASCII | re.I),
    ),
    (Trace.PHONE, re.compile(rf"{_ALONE_BEFORE}(?:\+?86{_GAP})?(1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}){_ALONE_AFTER}")),
    (Trace.PHONE, re.compile(rf"{_ALONE_BEFORE}\(?(0\d{{2,3}}\)?{_GAP}[2-9]\d{{6,7}}){_ALONE_AFTER}")),
    (Trace.PHONE, re.compile(rf"{_ALONE_BEFORE}([48]00{_GAP}\d{{3}}{_GAP}\d{{4}}){_ALONE_AFTER}")),
    (Trace.PHONE, re.compile(r"(?:电话|手机|座机|致电|tel)[^0-9\n]{0,6}([2-9]\d{6,7})(?!\d)", re.I)),
)


def personal_data(text: str) -> tuple[PersonalData, ...]:
    """Everything in the text that looks like contact data or an ID number of a person, each once, in its order.

    Full-width digits and letters count like others. An 18-digit number counts as an ID number when its birth date,
    place and check digit are right, so that credit codes and order numbers do not.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = sorted(_found(plain), key=lambda one: one[0])
    return tuple(dict.fromkeys(PersonalData(kind, mask(written)) for _, kind, written in found))


def _found(text: str) -> Iterator[tuple[int, Trace, str]]:
    taken: list[range] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            span = range(*match.span(1))
            if any(span.start in other or other.start in span for other in taken):
                continue
            if kind == Trace.ID_NUMBER and not ric.is_valid(match[1].upper()):
                continue
            taken.append(span)
            yield span.start, kind, match[1]


def mask(written: str) -> str:
    """13900001234 → 139****1234: both ends of what was written, an address with its domain."""
    name, at, domain = written.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    first, last = (2, 2) if len(written) < 9 else (3, 4)
    return f"{written[:first]}****{written[-last:]}"
