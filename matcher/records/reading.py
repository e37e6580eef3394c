"""Needs and experts from a file, with every problem of every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from matcher.errors import RowProblem
from matcher.records import from_csv, from_jsonl, from_xlsx
from matcher.records.columns import EXPERTS, NEEDS, Columns
from matcher.records.raw import MAX_BYTES, BrokenRow, RawRow, SourceError
from matcher.records.row import Row, shown
from matcher.records.schema import identify, read_expert, read_need
from matcher.records.works import WORK_KEYS
from matcher.types import Expert, Need

T = TypeVar("T")

_READERS: dict[str, Callable[[Path, Columns], Iterator[RawRow | BrokenRow]]] = {
    ".jsonl": from_jsonl.read,
    ".ndjson": from_jsonl.read,
    ".csv": from_csv.read,
    ".xlsx": from_xlsx.read,
}


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """What a file states: the records of its sound rows, and the problems of the others, both in the file's order.

    `rows` counts the rows that state something, sound or not. A problem of the whole file has row 0, and then there
    are no records. `unknown_columns` are the headings and JSON keys that were ignored.
    """

    records: tuple[T, ...]
    problems: tuple[RowProblem, ...]
    unknown_columns: tuple[str, ...]
    rows: int


def read_needs(path: str | os.PathLike[str]) -> Table[Need]:
    """The needs in a .jsonl, .ndjson, .csv or .xlsx file. Raises nothing: what is wrong stands in `problems`."""
    return _read(Path(path), NEEDS, read_need)


def read_experts(path: str | os.PathLike[str]) -> Table[Expert]:
    """The experts in a .jsonl, .ndjson, .csv or .xlsx file. Raises nothing: what is wrong stands in `problems`."""
    return _read(Path(path), EXPERTS, read_expert)


def _read(path: Path, columns: Columns, build: Callable[[Row, str], T | None]) -> Table[T]:
    try:
        return _Collector(str(path), columns, build).table(_raw_rows(path, columns))
    except SourceError as error:
        return Table((), (RowProblem(str(path), 0, "", shown(error.found), error.expected),), (), 0)


def _raw_rows(path: Path, columns: Columns) -> Iterator[RawRow | BrokenRow]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise SourceError(path.suffix or "no ending", f"a file that ends in {', '.join(_READERS)}")
    try:
        _refuse_unreadable(path)
        yield from reader(path, columns)
    except OSError as error:
        raise SourceError(error.strerror or str(error), "a file that can be read") from error


def _refuse_unreadable(path: Path) -> None:
    if path.is_dir():
        raise SourceError("a folder", "a file")
    if not path.exists():  # also a path that no file can have, with NUL in it
        raise SourceError("no such file", "a file that can be read")
    if not path.is_file():
        raise SourceError("a device or pipe", "a plain file")
    if (size := path.stat().st_size) > MAX_BYTES:
        raise SourceError(f"{size / 2**20:,.0f} MB", f"at most {MAX_BYTES // 2**20} MB; split the file")


class _Collector(Generic[T]):
    """Raw rows into a table."""

    def __init__(self, file: str, columns: Columns, build: Callable[[Row, str], T | None]) -> None:
        self.file, self.columns, self.build = file, columns, build
        self.fields: dict[str, str | None] = {}
        self.seen: dict[str, int] = {}

    def table(self, raws: Iterator[RawRow | BrokenRow]) -> Table[T]:
        records: list[T] = []
        problems: list[RowProblem] = []
        rows = 0
        for raw in raws:
            rows += 1
            if isinstance(raw, BrokenRow):
                problems.append(RowProblem(self.file, raw.number, "", shown(raw.found), raw.expected))
                continue
            row = Row(self.file, raw.number, self._known(raw))
            record = self.build(row, identify(row, self.seen))
            problems += row.problems
            if record is not None:
                records.append(record)
        if not rows:
            raise SourceError("an empty file", "at least one row")
        unknown = tuple(shown(heading) for heading, field in self.fields.items() if field is None)
        return Table(tuple(records), tuple(problems), unknown, rows)

    def _known(self, raw: RawRow) -> Iterator[tuple[str, object]]:
        """The cells of known columns, by field; the others are noted, those of a JSON work as `works.doi`."""
        for heading, value in raw.cells:
            if heading not in self.fields:
                self.fields[heading] = self.columns.field_of(heading)
            field = self.fields[heading]
            if field == "works" and isinstance(value, list):
                works = (work for work in value if isinstance(work, dict))
                self.fields.update({f"works.{key}": None for work in works for key in work if key not in WORK_KEYS})
            if field is not None:
                yield field, value
