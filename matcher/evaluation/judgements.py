"""Judged needs and experts from a folder: `needs.jsonl`, `experts.jsonl`, `judgements.tsv`, `splits.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import InputError, RowProblem
from matcher.records import read_experts, read_needs
from matcher.types import Expert, Need


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Needs, the pool of experts, and need id → expert id → grade (3 would invite, 2, 1, 0 unfit)."""

    needs: tuple[Need, ...]
    experts: tuple[Expert, ...]
    grades: Mapping[str, Mapping[str, int]]


def load_judged_set(folder: Path, *, split: str | None = None) -> JudgedSet:
    """The needs of one split (`fit` or `test`; all when None) with the whole pool. Raises InputError."""
    needs, experts = read_needs(folder / "needs.jsonl"), read_experts(folder / "experts.jsonl")
    if needs.problems or experts.problems:
        raise InputError(needs.problems + experts.problems)
    known = {need.id for need in needs.records}, {expert.id for expert in experts.records}
    grades = _grades(folder / "judgements.tsv", *known)
    splits = dict(_rows(folder / "splits.tsv", 2)) if split else {}
    wanted = tuple(need for need in needs.records if need.id in grades and (not split or splits.get(need.id) == split))
    if not wanted:
        raise InputError((RowProblem(str(folder / "splits.tsv"), 0, "split", str(split), "a split that has needs"),))
    return JudgedSet(wanted, experts.records, grades)


def _rows(path: Path, columns: int) -> list[list[str]]:
    if not path.is_file():
        raise InputError((RowProblem(str(path), 0, "", "no such file", "a file that can be read"),))
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line]
    wrong = [
        RowProblem(str(path), number, "", str(len(row)), f"at least {columns} columns separated by tabs")
        for number, row in enumerate(rows, 1)
        if len(row) < columns
    ]
    if wrong:
        raise InputError(tuple(wrong))
    return rows


def _grades(path: Path, needs: set[str], experts: set[str]) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    problems = []
    for number, (need, expert, grade, *_) in enumerate(_rows(path, 3), 1):
        for field, value, known in (("need", need, needs), ("expert", expert, experts)):
            if value not in known:
                problems.append(RowProblem(str(path), number, field, value, "an id of the files beside it"))
        if grade not in {"0", "1", "2", "3"}:
            problems.append(RowProblem(str(path), number, "grade", grade, "0, 1, 2 or 3"))
            continue
        grades.setdefault(need, {})[expert] = int(grade)
    if problems:
        raise InputError(tuple(problems))
    return grades
