"""Real files for the readers: the same rows as JSONL, CSV or XLSX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Write = Callable[..., Path]


@pytest.fixture
def jsonl(tmp_path: Path) -> Write:
    """Writes objects (or ready lines) as one JSONL file."""

    def write(*rows: dict[str, Any] | str, name: str = "rows.jsonl") -> Path:
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def sheet_csv(tmp_path: Path) -> Write:
    """Writes a grid as CSV."""

    def write(*grid: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",", name: str = "rows.csv") -> Path:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(grid)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def sheet_xlsx(tmp_path: Path) -> Write:
    """Writes a grid as the first sheet of a workbook that has a second one."""

    def write(*grid: Sequence[Any], name: str = "rows.xlsx") -> Path:
        workbook = openpyxl.Workbook()
        for row in grid:
            workbook.active.append(list(row))
        workbook.create_sheet("other").append(["编号", "姓名"])
        path = tmp_path / name
        workbook.save(path)
        return path

    return write
