"""The demo's files read together: every code that a line names must be known before any record is made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Discipline, Industry, Region, Task
from web.services.demo_lines import SeedError, SeedExpert, SeedNeed, SeedOrganisation, read_lines

ORGANISATIONS, NEEDS = "organisations.jsonl", "needs.jsonl"
EXPERTS = ("experts_a.jsonl", "experts_b.jsonl")


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the files hold, in their order."""

    organisations: tuple[SeedOrganisation, ...]
    needs: tuple[SeedNeed, ...]
    experts: tuple[SeedExpert, ...]


def read_demo(session: Session, folder: Path) -> DemoFiles:
    """The files of `folder`, checked against the reference tables and each other. Raises SeedError."""
    regions, disciplines, industries, tasks = (
        frozenset(session.scalars(select(column)))
        for column in (Region.adcode, Discipline.code, Industry.code, Task.code)
    )
    organisations = read_lines(folder / ORGANISATIONS, SeedOrganisation)
    for number, host in organisations:
        _require(folder / ORGANISATIONS, number, "adcode", host.adcode, regions)
    needs = read_lines(folder / NEEDS, SeedNeed)
    hosts = {host.code for _, host in organisations}
    for number, need in needs:
        _require(folder / NEEDS, number, "organisation", need.organisation, hosts)
        _require(folder / NEEDS, number, "task", need.task, tasks)
        _require(folder / NEEDS, number, "discipline", need.discipline, disciplines)
        _require(folder / NEEDS, number, "industry", need.industry, industries)
    experts: list[SeedExpert] = []
    for name in EXPERTS:
        for number, expert in read_lines(folder / name, SeedExpert):
            _require(folder / name, number, "adcode", expert.adcode, regions)
            experts.append(expert)
    return DemoFiles(tuple(host for _, host in organisations), tuple(need for _, need in needs), tuple(experts))


def _require(path: Path, line: int, field: str, code: str | None, known: Collection[str]) -> None:
    if code is not None and code not in known:
        raise SeedError(path, line, field, f"there is no {code!r}")
