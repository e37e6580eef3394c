"""JSONL as raw rows: one JSON object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from matcher.records.columns import Columns
from matcher.records.raw import BrokenRow, RawRow, numbered

_BOM = b"\xef\xbb\xbf"


def read(path: Path, _: Columns) -> Iterator[RawRow | BrokenRow]:
    """The lines that are not blank. Raises OSError, and SourceError for too many lines."""
    with path.open("rb") as file:
        for number, line in numbered(file):
            written = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if written:
                yield _row(number, written)


def _row(number: int, line: bytes) -> RawRow | BrokenRow:
    try:
        written = line.decode()
    except UnicodeDecodeError:
        return BrokenRow(number, line.decode(errors="replace"), "UTF-8 text")
    try:
        value = json.loads(written)
    except (ValueError, RecursionError) as error:
        why = "it nests too deep" if isinstance(error, RecursionError) else str(error)
        return BrokenRow(number, written, f"one JSON object on one line ({why})")
    if not isinstance(value, dict):
        return BrokenRow(number, written, 'a JSON object such as {"id": "1", …}')
    return RawRow(number, tuple(value.items()))
