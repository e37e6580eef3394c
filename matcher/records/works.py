"""An expert's works: lists of titles, JSON objects, or numbered columns (代表作1, work1_abstract)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from matcher.records import cells
from matcher.records.columns import WORK_FIELD
from matcher.records.row import Row, is_blank
from matcher.types import Work

WORK_KEYS = ("title", "abstract", "year", "kind", "keywords")

_EXPECTED = "a list of works, each a title or an object with title, abstract, year, kind and keywords"
_TITLE_ENDS = re.compile(r"[;；\r\n]+")


def _from_parts(row: Row, field: str, parts: Mapping[str, object]) -> Work | None:
    """The work with these parts; the problems are named `works[0].year`. Of nothing, no work."""
    stated = Row(row.file, row.number, parts.items())
    work = Work(
        title=stated.label("title"),
        abstract=stated.label("abstract"),
        year=stated.one("year", cells.year, None),
        kind=stated.label("kind"),
        keywords=stated.items("keywords"),
    )
    if not work.title and stated.is_sound("title"):
        stated.report("title", "", "the work's title")
    for problem in stated.problems:
        row.report(f"{field}.{problem.field}", problem.value, problem.expected)
    return work


def _listed(row: Row, value: object) -> list[Work | None]:
    """The works of a JSON list, or of a text with one title per line or separated by semicolons."""
    if isinstance(value, str):
        value = _TITLE_ENDS.split(value)
    if not isinstance(value, list):
        row.report("works", value, _EXPECTED)
        return []
    return [_one(row, f"works[{index}]", item) for index, item in enumerate(value) if not is_blank(item)]


def _one(row: Row, field: str, item: object) -> Work | None:
    if isinstance(item, str):
        return Work(row.parsed(field, item, cells.text, ""))
    if isinstance(item, dict):
        return _from_parts(row, field, item)
    row.report(field, item, _EXPECTED)
    return None


def _numbered(row: Row) -> list[Work | None]:
    """The works of numbered columns, in the order of their numbers."""
    by_number: dict[int, dict[str, object]] = {}
    for field, values in row.fields.items():
        if found := WORK_FIELD.fullmatch(field):
            by_number.setdefault(int(found[1]), {})[found[2]] = values[0]
    return [_from_parts(row, f"work{number}", parts) for number, parts in sorted(by_number.items())]


def works_of(row: Row) -> tuple[Work, ...]:
    """The works that a row states, in their order; first those of a works column, then the numbered ones."""
    works = [work for value in row.fields.get("works", ()) for work in _listed(row, value)]
    return tuple(work for work in [*works, *_numbered(row)] if work is not None and work.title)
