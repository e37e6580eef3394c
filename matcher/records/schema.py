"""One row turned into an expert or a need, with all of its problems."""

from __future__ import annotations

from datetime import date

from matcher.records import cells
from matcher.records.row import NONE, Row
from matcher.records.works import works_of
from matcher.text import detect_language
from matcher.types import Expert, Need

_SHORT_LIST = 12
_SHORT_ZH_CHARS, _SHORT_EN_WORDS = 16, 6
_SENTENCE_ENDS = "。！？!?"


def identify(row: Row, seen: dict[str, int]) -> str:
    """The row's id, noted in `seen` (id → row). A missing id, or one that an earlier row has, is a problem."""
    identifier = row.one("id", cells.identifier, "")
    if not identifier and row.is_sound("id"):
        row.report("id", "", "an id")
    elif identifier and seen.setdefault(identifier, row.number) != row.number:
        row.report("id", identifier, f"an id that no other row has (row {seen[identifier]} has it)")
    return identifier


def read_expert(row: Row, identifier: str) -> Expert | None:
    """The expert that a row states; None when the row has problems."""
    bio, keywords = _profile(row)
    expert = Expert(
        id=identifier,
        name=row.one("name", cells.text, ""),
        kind=row.one("kind", cells.kind, "expert"),
        title=row.label("title"),
        degree=row.label("degree"),
        institution=row.one("institution", cells.text, ""),
        province=row.one("province", cells.text, ""),
        city=row.one("city", cells.text, ""),
        bio=bio,
        keywords=keywords,
        works=works_of(row),
        modes=row.items("modes", cells.modes),
        days_per_year=row.one("days_per_year", cells.days, None),
        available_from=row.one("available_from", cells.first_day, None),
        available_to=row.one("available_to", cells.last_day, None),
        altitude_ok=row.one("altitude_ok", cells.yes_no, None),
        languages=row.items("languages"),
    )
    _check_text(row, bool(bio or keywords or expert.works), ("bio", "keywords", "works"), "research", "work")
    _check_order(row, "available_from", expert.available_from, "available_to", expert.available_to)
    return None if row.problems else expert


def read_need(row: Row, identifier: str) -> Need | None:
    """The need that a row states; None when the row has problems."""
    need = Need(
        id=identifier,
        title=row.prose("title"),
        problem=row.prose("problem"),
        indicators=row.prose("indicators"),
        goal=row.prose("goal"),
        keywords=row.items("keywords"),
        modes=row.items("modes", cells.modes),
        province=row.one("province", cells.text, ""),
        city=row.one("city", cells.text, ""),
        days_per_year=row.one("days_per_year", cells.days, None),
        starts=row.one("starts", cells.first_day, None),
        ends=row.one("ends", cells.last_day, None),
        min_title=row.one("min_title", cells.ranked_title, ""),
        min_degree=row.one("min_degree", cells.ranked_degree, ""),
        headcount=row.one("headcount", cells.headcount, 1),
        altitude_m=row.one("altitude_m", cells.altitude, None),
        exclude_institutions=row.items("exclude_institutions"),
    )
    has_text = bool(need.title or need.problem or need.indicators or need.goal or need.keywords)
    _check_text(row, has_text, ("title", "problem", "indicators", "goal", "keywords"))
    _check_order(row, "starts", need.starts, "ends", need.ends)
    return None if row.problems else need


def _profile(row: Row) -> tuple[str, tuple[str, ...]]:
    """Bio and keywords. 研究方向 (`research`) adds to the keywords where it is a short list, else to the bio."""
    more: list[str] = []
    keywords = list(row.items("keywords"))
    for value in row.fields.get("research", ()):
        listed = row.parsed("research", value, cells.items, NONE)
        if isinstance(value, list) or _is_short_list(str(value), listed):
            keywords += listed
        elif listed:
            more.append(cells.text(value))
    return row.prose("bio", more), tuple(dict.fromkeys(keywords))


def _is_short_list(written: str, listed: tuple[str, ...]) -> bool:
    """At most 12 items without a sentence end, each at most 16 characters in Chinese or 6 words in English."""
    return (
        len(listed) <= _SHORT_LIST
        and not any(end in written for end in _SENTENCE_ENDS)
        and all(
            len(item) <= _SHORT_ZH_CHARS if detect_language(item) == "zh" else len(item.split()) <= _SHORT_EN_WORDS
            for item in listed
        )
    )


def _check_text(row: Row, has_text: bool, fields: tuple[str, ...], *also: str) -> None:
    """A row needs a text in one of `fields`. A problem in these, or in what else feeds them, explains its absence."""
    if not has_text and row.is_sound(*fields, *also):
        row.report(fields[0], "", f"some text in {', '.join(fields[:-1])} or {fields[-1]}")


def _check_order(row: Row, first: str, start: date | None, second: str, end: date | None) -> None:
    if start and end and start > end:
        row.report(second, end.isoformat(), f"a date on or after {first}, {start.isoformat()}")
