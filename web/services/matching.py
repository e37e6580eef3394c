"""Needs and experts from files, ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from matcher.config import Settings
from matcher.engine import Engine
from matcher.errors import InputError, RowProblem
from matcher.opening import open_engine
from matcher.pool import Pool
from matcher.records import read_experts, read_needs
from matcher.text import need_text
from matcher.types import Expert, Need, Ranking

Reporter = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Opens a progress report under a name; what it gives is called with (done, total)."""


@dataclass(frozen=True, slots=True)
class Input:
    """What two files held: the sound records, the problems of the others, and what was ignored."""

    needs: tuple[Need, ...]
    experts: tuple[Expert, ...]
    problems: tuple[RowProblem, ...]
    ignored: tuple[str, ...]


def read_input(needs: Path, experts: Path, *, skip_invalid: bool) -> Input:
    """Both files. Raises InputError with every problem, unless invalid rows are to be skipped and others remain."""
    need_table, expert_table = read_needs(needs), read_experts(experts)
    problems = need_table.problems + expert_table.problems
    if problems and not (skip_invalid and need_table.records and expert_table.records):
        raise InputError(problems)
    ignored = [
        f"{path}: {column}"
        for path, table in ((needs, need_table), (experts, expert_table))
        for column in table.unknown_columns
    ]
    return Input(need_table.records, expert_table.records, problems, tuple(ignored))


def prepare(settings: Settings, given: Input, report: Reporter) -> tuple[Engine, Pool]:
    """The engine, and the pool of all experts, encoded; the needs are encoded too."""
    with report("background") as progress:
        engine = open_engine(settings, progress)
    with report("experts") as progress:
        pool = Pool.build(given.experts, engine.encoder, engine.bank, progress)
    with report("needs") as progress:
        engine.encoder.queries([need_text(need) for need in given.needs], progress)
    return engine, pool


def rank(
    engine: Engine, pool: Pool, needs: tuple[Need, ...], *, top: int, show_excluded: bool, report: Reporter
) -> Iterator[Ranking]:
    """The needs' rankings, one after another, in the order of the file."""
    with report("ranking") as progress:
        for number, need in enumerate(needs, 1):
            yield engine.rank(need, pool, top=top, show_excluded=show_excluded)
            progress(number, len(needs))
