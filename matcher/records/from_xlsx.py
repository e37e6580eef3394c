"""The first sheet of an XLSX workbook as raw rows, each cell as the text that CSV would have."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from matcher.errors import MatcherError
from matcher.records.columns import Columns
from matcher.records.raw import MAX_BYTES, BrokenRow, RawRow, SourceError, numbered
from matcher.records.tables import table_rows

MAX_UNPACKED = 4 * MAX_BYTES
"""Bytes of the workbook's parts together; a small file can hold endless zeros."""


def read(path: Path, columns: Columns) -> Iterator[RawRow | BrokenRow]:
    """The rows below the heading row. Raises OSError and SourceError."""
    yield from table_rows(numbered(_grid(path)), columns, has_exact_width=False)


def _grid(path: Path) -> Iterator[list[str | None]]:
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            _refuse_bomb(file)
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = workbook.worksheets[0]
            # Some programs write a size of A1, at which openpyxl would stop.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                yield [_as_text(value) for value in row]
    except (OSError, MatcherError):
        raise
    except Exception as error:  # openpyxl has no error of its own: it raises what a damaged part makes it stumble on
        raise SourceError(f"no workbook ({error})", "an XLSX workbook; save it as .xlsx again") from error


def _refuse_bomb(file: BinaryIO) -> None:
    unpacked = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
    if unpacked > MAX_UNPACKED:
        found = f"a workbook of {unpacked / 2**20:,.0f} MB unpacked"
        raise SourceError(found, f"at most {MAX_UNPACKED // 2**20:,} MB; split the file")
    file.seek(0)


def _as_text(value: object) -> str | None:
    """The cell as text; a date as 2026-11-23, a whole number without a decimal point."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
