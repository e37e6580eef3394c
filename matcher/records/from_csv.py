"""CSV as raw rows, in the encodings and with the delimiters that Excel writes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from matcher.records.columns import Columns
from matcher.records.raw import MAX_BYTES, BrokenRow, RawRow, SourceError, numbered
from matcher.records.tables import HEADING_WITHIN, table_rows

_DELIMITERS = ",\t;"
_ENCODINGS = ("utf-8-sig", "gb18030")


def read(path: Path, columns: Columns) -> Iterator[RawRow | BrokenRow]:
    """The rows below the heading row, which is found like a sheet's. Raises OSError and SourceError.

    A record counts as one row, whatever new lines its quoted cells have.
    """
    # The module's limit of 131,072 characters would end the reading at the first longer cell.
    csv.field_size_limit(MAX_BYTES)
    with path.open(encoding=_encoding_of(path), newline="") as file:
        delimiter = _delimiter_of(file, columns)
        file.seek(0)
        records = _records(csv.reader(file, delimiter=delimiter, strict=True))
        yield from table_rows(records, columns, has_exact_width=True)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | BrokenRow]]:
    """The records, each with its number; a broken row in the place of one whose quotes are wrong."""

    def each() -> Iterator[list[str] | csv.Error]:
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield error

    for number, record in numbered(each()):
        if isinstance(record, csv.Error):
            expected = 'a row whose quoted cells are closed, with each quote inside them written twice ("")'
            yield number, BrokenRow(number, str(record), expected)
        else:
            yield number, record


def _delimiter_of(file: TextIO, columns: Columns) -> str:
    """The delimiter that makes the most known headings in one of the first rows; a comma where none does."""
    known = {}
    for delimiter in _DELIMITERS:
        file.seek(0)
        first_rows = islice(csv.reader(file, delimiter=delimiter), HEADING_WITHIN)
        known[delimiter] = max((len(columns.fields_in(row)) for row in first_rows), default=0)
    return max(known, key=known.__getitem__)


def _encoding_of(path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(2**20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise SourceError("text in another encoding", "text in UTF-8 or GB18030")
