"""Single values as people write them, turned into Python ones. Each function raises CellError."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from matcher.errors import MatcherError, UnknownChoiceError
from matcher.text import normalise
from matcher.types import Kind
from matcher.vocabulary import (
    DEGREE_RANKS,
    RANK_DEGREES_ZH,
    RANK_TITLES_ZH,
    TITLE_RANKS,
    degree_rank,
    mode_code,
    title_rank,
)

MAX_TEXT = 100_000
"""Characters in one text field."""
MIN_YEAR, MAX_YEAR = 1900, 2100

_SEPARATORS = re.compile(r"[;；、,，|｜\r\n]+")
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(\D*)")
_DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?(?:[T ]+\d{1,2}:\d{2}[\d:.Z+\- ]*)?")
_YES = frozenset({"是", "能", "可", "可以", "适应", "yes", "y", "true", "1"})
_NO = frozenset({"否", "不能", "不可", "不可以", "不适应", "no", "n", "false", "0"})
_KINDS: dict[str, Kind] = {"expert": "expert", "专家": "expert", "graduate": "graduate", "毕业生": "graduate"}
_DAY_UNITS = frozenset(
    {"天", "日", "个工作日", "工作日", "天/年", "日/年", "d", "day", "days", "days/year", "daysayear"}
)
_METRE_UNITS = frozenset({"米", "公尺", "m", "metre", "metres", "meter", "meters"})
_PEOPLE_UNITS = frozenset({"人", "名", "位", "个", "person", "persons", "people"})


class CellError(MatcherError):
    """A value that is not what its field asks for; `expected` says what is, `found` which part of it is wrong."""

    def __init__(self, expected: str, found: str | None = None) -> None:
        super().__init__(f"expected {expected}")
        self.expected, self.found = expected, found


_ANY = frozenset({"不限", "无", "无要求", "不作要求", "不要求", "any", "none", "n/a", "-", "/"})
"""How forms say that any title or degree will do."""


def _sized(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise CellError(f"at most {MAX_TEXT:,} characters, not {len(value):,}")
    return value


def text(value: object) -> str:
    """The normalised text, at most MAX_TEXT characters."""
    if not isinstance(value, str):
        raise CellError("text")
    return _sized(normalise(_sized(value)))


def identifier(value: object) -> str:
    """The id as it is written, stripped; a number becomes its text (7 and 7.0 are both `7`)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise CellError("an id: text or a number")
    # Neither kind of character can be written to every format again.
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value.strip()):
        raise CellError("an id without control characters")
    return _sized(value.strip())


def items(value: object) -> tuple[str, ...]:
    """The items of a JSON list, or of a text separated by any of ; 、 , | or new lines."""
    if isinstance(value, str):
        value = _SEPARATORS.split(_sized(value))
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CellError("a list of texts, or one text separated by ; 、 , | or new lines")
    return tuple(item for item in map(text, value) if item)


def modes(value: object) -> tuple[str, ...]:
    """The codes of the modes written."""
    try:
        return tuple(mode_code(item) for item in items(value))
    except UnknownChoiceError as error:
        raise CellError(f"modes among {', '.join(error.valid)}", error.got) from error


def _number(value: object, units: frozenset[str], fits: Callable[[float], bool], expected: str) -> float:
    """A JSON number, or text such as `30天`, `３０`, `3,000 米`."""
    try:
        if isinstance(value, str):
            found = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", _sized(value)).lower().split()))
            if found is None or (found[2] and found[2] not in units):
                raise CellError(expected)
            number = float(found[1].replace(",", ""))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
        else:
            raise CellError(expected)
    except OverflowError as error:
        raise CellError(expected) from error
    if not fits(number):
        raise CellError(expected)
    return number


def days(value: object) -> float:
    """Days a year, in halves."""
    expected = "days a year: more than 0, at most 366, whole or half days, such as 30 or 30.5天"
    return _number(value, _DAY_UNITS, lambda n: 0 < n <= 366 and (2 * n).is_integer(), expected)


def headcount(value: object) -> int:
    """A number of people."""
    expected = "a whole number of people, at least 1, such as 2 or 2人"
    return int(_number(value, _PEOPLE_UNITS, lambda n: n >= 1 and n.is_integer(), expected))


def altitude(value: object) -> float:
    """Metres above the sea."""
    expected = "an altitude in metres between -200 and 9,000, such as 3650 or 3,650米"
    return _number(value, _METRE_UNITS, lambda n: -200 <= n <= 9000, expected)


def year(value: object) -> int:
    """A year from MIN_YEAR to MAX_YEAR."""
    expected = f"a year from {MIN_YEAR} to {MAX_YEAR}, such as 2024 or 2024年"
    return int(_number(value, frozenset({"年"}), lambda n: MIN_YEAR <= n <= MAX_YEAR and n.is_integer(), expected))


def _date(value: object, *, last_day: bool) -> date:
    expected = f"a date from {MIN_YEAR} to {MAX_YEAR}, such as 2026-11-23, 2026年11月23日 or 2026-11"
    written = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    # A spreadsheet turns a typed 2026.10 into the number 2026.1, so that may be January or October.
    if re.fullmatch(r"\d{4}\.1", written):
        raise CellError("a date that cannot be read as both January and October, such as 2026-01 or 2026-10")
    found = _DATE.fullmatch(written)
    if found is None or (found[2] == "年") != ("月" in written) or not MIN_YEAR <= int(found[1]) <= MAX_YEAR:
        raise CellError(expected)
    try:
        month_length = calendar.monthrange(int(found[1]), int(found[3]))[1]
        return date(int(found[1]), int(found[3]), int(found[4] or (month_length if last_day else 1)))
    except ValueError as error:
        raise CellError(expected) from error


def first_day(value: object) -> date:
    """The date; of a month without a day, its first day."""
    return _date(value, last_day=False)


def last_day(value: object) -> date:
    """The date; of a month without a day, its last day."""
    return _date(value, last_day=True)


def yes_no(value: object) -> bool:
    """A JSON boolean, 1 or 0, or a word such as 是, 不能, 适应, yes."""
    word = normalise(value).lower() if isinstance(value, str) else str(value).lower().removesuffix(".0")
    if word in _YES | _NO:
        return word in _YES
    raise CellError("yes or no: 是/否, 能/不能, 适应/不适应, yes/no, true/false, 1/0")


def kind(value: object) -> Kind:
    """Expert or graduate."""
    word = text(value).lower()
    if word not in _KINDS:
        raise CellError("expert (专家) or graduate (毕业生)")
    return _KINDS[word]


def _examples(names_zh: dict[int, str], ranks: dict[int, tuple[str, ...]]) -> str:
    return ", ".join(f"{names_zh[rank]} ({names[1]}, {names[-1]})" for rank, names in ranks.items())


def _unless_any(written: str) -> str:
    return "" if written.casefold() in _ANY else written


def ranked_title(value: object) -> str:
    """A title whose rank is known; empty where the form says that any will do (不限)."""
    written = _unless_any(text(value))
    if written and title_rank(written) is None:
        raise CellError(f"a title of a known rank, such as {_examples(RANK_TITLES_ZH, TITLE_RANKS)}")
    return written


def ranked_degree(value: object) -> str:
    """A degree whose rank is known; empty where the form says that any will do (不限)."""
    written = _unless_any(text(value))
    if written and degree_rank(written) is None:
        raise CellError(f"a degree of a known rank, such as {_examples(RANK_DEGREES_ZH, DEGREE_RANKS)}")
    return written
