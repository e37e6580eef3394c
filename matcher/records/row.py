"""One raw row, from which fields are taken one by one while every problem is kept."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from matcher.errors import RowProblem
from matcher.records.cells import CellError, items, text
from matcher.text import detect_language

T = TypeVar("T")

NONE: tuple[str, ...] = ()

_SHOWN = 80
_SENTENCE_ENDS = "。！？；.!?;"
_NAME = re.compile(r"[a-z_]*[a-z]")


def shown(value: object) -> str:
    """The value as a problem quotes it: short, and printable in any encoding that has the rest of the text."""
    written = value if isinstance(value, str) else reprlib.repr(value)
    written = written if len(written) <= _SHOWN else written[:_SHOWN] + "…"
    return written.encode("utf-8", "backslashreplace").decode()


def is_blank(value: object) -> bool:
    """Whether the value states nothing: null, or a text of spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


class Row:
    """The cells of one row by field, and the problems found in them so far.

    A field has several values when several columns stand for it (学历 and 学位 are both `degree`).
    """

    def __init__(self, file: str, number: int, cells: Iterable[tuple[str, object]]) -> None:
        self.file, self.number = file, number
        self.problems: list[RowProblem] = []
        self._values: dict[str, list[object]] = {}
        for field, value in cells:
            if not is_blank(value):
                self._values.setdefault(field, []).append(value)

    @property
    def fields(self) -> Mapping[str, list[object]]:
        """The fields that state something, with their values in the order of the columns."""
        return self._values

    def report(self, field: str, value: object, expected: str) -> None:
        """Keeps one problem."""
        self.problems.append(RowProblem(self.file, self.number, field, shown(value), expected))

    def is_sound(self, *fields: str) -> bool:
        """Whether no problem was found in these fields, so that a rule that joins them may be checked.

        `works` stands for `works[0].year` too, and `work` for `work2.year`.
        """
        names = (_NAME.match(problem.field) for problem in self.problems)
        return not any(name and name[0] in fields for name in names)

    def parsed(self, field: str, value: object, parse: Callable[[object], T], missing: T) -> T:
        """The value as `parse` reads it; `missing`, and a problem, where it cannot."""
        try:
            return parse(value)
        except CellError as error:
            self.report(field, value if error.found is None else error.found, error.expected)
            return missing

    def one(self, field: str, parse: Callable[[object], T], missing: T) -> T:
        """The field's only value; columns that contradict each other are a problem."""
        values = [self.parsed(field, value, parse, missing) for value in self._values.get(field, ())]
        if any(value != values[0] for value in values) and self.is_sound(field):
            self.report(field, self._values[field], "one value, not several columns that contradict each other")
        return values[0] if values else missing

    def texts(self, field: str) -> list[str]:
        """The field's texts, one per column."""
        return [self.parsed(field, value, text, "") for value in self._values.get(field, ())]

    def prose(self, field: str, more: Iterable[str] = ()) -> str:
        """The texts of the field's columns, and `more`, as one text."""
        parts = [part for part in dict.fromkeys([*self.texts(field), *more]) if part]
        # Texts that are short enough one by one may be too long together.
        return parts[0] if len(parts) == 1 else self.parsed(field, join_texts(parts), text, "")

    def label(self, field: str) -> str:
        """The field's short texts, each once (学历 and 学位: 博士研究生、博士)."""
        return "、".join(part for part in dict.fromkeys(self.texts(field)) if part)

    def items(self, field: str, parse: Callable[[object], tuple[str, ...]] = items) -> tuple[str, ...]:
        """The field's items over all of its columns, each once."""
        lists = [self.parsed(field, value, parse, NONE) for value in self._values.get(field, ())]
        return tuple(dict.fromkeys(item for some in lists for item in some))


def join_texts(parts: Iterable[str]) -> str:
    """The texts as one, each closed by a full stop of its language."""
    joined = ""
    for part in parts:
        if joined and joined[-1] not in _SENTENCE_ENDS:
            joined += "。" if detect_language(joined) == "zh" else "."
        joined += part if not joined or joined[-1] == "。" else f" {part}"
    return joined
