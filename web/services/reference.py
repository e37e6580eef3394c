"""Reference data from `seed_data` into the database: places, disciplines, industries, programmes, modes and rules."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import Base, Clause, CooperationMode, Discipline, Industry, Programme, Region, Task
from web.services.grading_data import evaluation_file
from web.services.policy_loading import load_rules
from web.services.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind the database now has."""

    regions: int
    disciplines: int
    industries: int
    programmes: int
    tasks: int
    modes: int
    rules: int


def load_reference(session: Session, folder: Path) -> Loaded:
    """Adds what is not there and updates what is; nothing is removed, for records may name it.

    A published version of a rule is never changed: see `load_rules`.
    """
    reference = folder / "reference"
    regions = [_region(row) for row in _rows(reference / "regions.csv")]
    disciplines = [_coded(Discipline, row) for row in _rows(reference / "disciplines.csv")]
    industries = [_coded(Industry, row) for row in _rows(reference / "industries.csv")]
    programmes = read_yaml(folder / "programmes.yaml")["programmes"]
    tasks = [_task(programme["code"], raw) for programme in programmes for raw in programme["tasks"]]
    rows = [_programme(position, raw) for position, raw in enumerate(programmes, 1)]
    for records in (regions, disciplines, industries):
        for level in sorted({record.level for record in records}):  # parents first
            _merge(session, [record for record in records if record.level == level])
    _merge(session, rows)
    _merge(session, tasks)
    modes = [_mode(position, raw) for position, raw in enumerate(_listed(folder, "modes"), 1)]
    _merge(session, modes)
    _merge(session, [_clause(position, raw) for position, raw in enumerate(_listed(folder, "clauses"), 1)])
    lines = evaluation_file(folder / "indicators.yaml").indicators
    _merge(session, [line.row(position) for position, line in enumerate(lines, 1)])
    rules = load_rules(session, folder / "policy_rules.yaml")
    return Loaded(len(regions), len(disciplines), len(industries), len(rows), len(tasks), len(modes), rules)


def _listed(folder: Path, name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = read_yaml(folder / f"{name}.yaml")[name]
    return listed


def _merge(session: Session, records: list[Any]) -> None:
    """New rows are added, known ones get the present values; the known are read in one query, not one by one."""
    mapper = inspect(type(records[0]))
    key = mapper.primary_key[0].name
    known = {getattr(row, key): row for row in session.scalars(select(type(records[0])))}
    for record in records:
        row = known.get(getattr(record, key))
        if row is None:
            session.add(record)
            continue
        for name in [column.key for column in mapper.column_attrs if column.key in inspect(record).dict]:
            setattr(row, name, getattr(record, name))  # what the files do not say is kept: an administrator set it
    session.flush()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _region(row: Mapping[str, str]) -> Region:
    return Region(
        adcode=row["adcode"],
        name=row["name"],
        name_en=row["name_en"],
        level=int(row["level"]),
        parent_code=row["parent"] or None,
        pinyin=row["pinyin"],
        initials=row["initials"],
    )


def _coded(kind: type[Base], row: Mapping[str, str]) -> Any:
    return kind(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        level=int(row["level"]),
        parent_code=row["parent"] or None,
    )


def _programme(position: int, raw: Mapping[str, Any]) -> Programme:
    partners = raw["partners"]
    chosen = {"two_approvers": bool(raw["two_approvers"])} if "two_approvers" in raw else {}
    return Programme(
        code=raw["code"],
        position=position,
        name_zh=raw["name_zh"],
        name_en=raw["name_en"],
        heading_zh=raw["heading_zh"],
        heading_en=raw["heading_en"],
        province_code=raw["province"],
        partners_zh=tuple(partner["name_zh"] for partner in partners),
        partners_en=tuple(partner["name_en"] for partner in partners),
        partner_codes=tuple(str(partner["adcode"]) for partner in partners if partner["adcode"]),
        **chosen,
    )


def _task(programme: str, raw: Mapping[str, Any]) -> Task:
    lists = {name: tuple(raw[name]) for name in ("fields_zh", "fields_en", "keywords_zh", "keywords_en")}
    texts = {name: raw[name] for name in ("title_zh", "title_en", "text_zh", "text_en")}
    return Task(code=raw["code"], programme_code=programme, number=raw["number"], **texts, **lists)


def _mode(position: int, raw: Mapping[str, Any]) -> CooperationMode:
    lists = {name: tuple(raw[name]) for name in ("parts", "clauses")}
    hours = float(raw.get("hours_per_day", 8))
    return CooperationMode(position=position, **{**raw, **lists, "hours_per_day": hours})


def _clause(position: int, raw: Mapping[str, Any]) -> Clause:
    return Clause(position=position, **raw)
