"""Values as a spreadsheet's reader wants them: one readable text for a nested value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

Cell = str | int | float | date | None
"""What a spreadsheet cell holds. A bool is an int."""


def readable(value: object) -> Cell:
    """Numbers, dates and None as they are; lists and objects as text that a person can read.

    `["滴灌", "苹果"]` becomes `滴灌; 苹果`, an object `title: …, year: 2024`, and objects in a list one line each.
    """
    if value is None or isinstance(value, str | int | float | date):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_inline(part)}" for key, part in value.items() if not _is_empty(part))
    if isinstance(value, list | tuple | set | frozenset):
        parts = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        separator = "\n" if any(isinstance(part, Mapping) for part in parts) else "; "
        return separator.join(_inline(part) for part in parts if not _is_empty(part))
    return str(value)


def _inline(value: object) -> str:
    cell = readable(value)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", (), [], {})
