"""Rows written as JSONL, CSV or XLSX: whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from matcher.errors import UnknownChoiceError
from matcher.records.readable import readable
from matcher.records.workbook import write_xlsx

Rows = Iterable[Mapping[str, Any]]

_BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # Excel in Chinese takes the wide ones too


def write_jsonl(rows: Rows, out: BinaryIO) -> None:
    """One JSON object per line, UTF-8, keys in the order given; dates as 2026-11-23. Raises TypeError, ValueError."""
    for row in rows:
        line = json.dumps(dict(row), ensure_ascii=False, allow_nan=False, default=_json_value)
        # A lone surrogate has no UTF-8; written with a backslash it is the JSON escape of itself.
        out.write(f"{line}\n".encode("utf-8", "backslashreplace"))


def _json_value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON: {value!r}")


def write_csv(rows: Rows, out: BinaryIO) -> None:
    """A heading row and one row each, UTF-8 with BOM, which Excel asks for. Columns in the order of first appearance.

    A text that a spreadsheet would take for a formula gets a leading `'`; numbers, also negative ones, stay numbers.
    """
    table = [dict(row) for row in rows]
    headings = list(dict.fromkeys(key for row in table for key in row))
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        text.write(_BOM)
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([_guarded(heading) for heading in headings])
        writer.writerows([_guarded(readable(row.get(heading))) for heading in headings] for row in table)
    finally:
        text.detach()


def _guarded(cell: object) -> object:
    """The cell as CSV holds it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


FORMATS: dict[str, Callable[[Rows, BinaryIO], None]] = {"jsonl": write_jsonl, "csv": write_csv, "xlsx": write_xlsx}
"""Format → what writes it."""


def write_rows(rows: Rows, path: str | os.PathLike[str] | None, fmt: str) -> None:
    """Writes the rows to a file, or to standard output where `path` is None.

    The file appears, or replaces the old one, only when it is complete and on the disk; after any error, Ctrl-C
    included, the old one stands as it was. Raises UnknownChoiceError for a format that is none of FORMATS, OSError
    when the folder cannot be written, and what the format's writer raises.
    """
    if fmt not in FORMATS:
        raise UnknownChoiceError("format", fmt, tuple(FORMATS))
    if path is None:
        FORMATS[fmt](rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    target = Path(path).resolve()  # what a link points at is replaced, not the link
    if target.exists() and not target.is_file():
        with target.open("wb") as device:  # /dev/null stays a device; a folder raises IsADirectoryError
            FORMATS[fmt](rows, device)
        return
    _write_whole(target, lambda out: FORMATS[fmt](rows, out))


def _write_whole(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Writes beside the target, then takes its place."""
    draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
