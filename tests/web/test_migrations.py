"""An old database walks every revision up to the newest and keeps its rows, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import empty_database
from sqlalchemy import Boolean, Date, DateTime, Engine, Float, Integer, LargeBinary, MetaData, Table, insert, select
from sqlalchemy.orm import Session

from models import Base, Expert, Need, Organisation
from models.database import writing
from web.migrations import alembic_config, current, newest, upgrade

ROWS_EACH = 3
CHOICES = {
    "role": "administrator",
    "state": {"grant": "active", "need": "draft", "expert": "public"},
    "kind": {"organisation": "farm", "expert": "expert", "work": "paper", "tie": "equity"},
    "verification": "verified",
    "place": "onsite",
    "min_title": "副高",
    "min_degree": "硕士",
    "degree": "博士",
    "gender": "female",
    "reason": {"dismissal": "field"},
    "subject": "expert",
    "locale": "zh",
    "credit_code": ["91640521DC00000018", "91640521DC00000026", "91640521DC00000034"],
    "adcode": ["640000", "640500", "640521"],
    "level": 1,
    "birth_year": 1980,
    "year": 2020,
    "headcount": 2,
    "days_per_year": 12.5,
    "altitude_m": 1200.0,
    "ends": date(2028, 12, 31),
    "starts": date(2027, 1, 1),
}
"""Column → a value that its constraints allow, where any value of its type would not do; by table, or by row."""


@pytest.fixture
def engine(database: str, request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Engine]:
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else ""
    with empty_database(tmp_path, url) as engine:
        yield engine


def revisions() -> list[str]:
    """From the first to the newest."""
    script = ScriptDirectory.from_config(alembic_config(None))  # type: ignore[arg-type]  # nothing is connected to
    return [revision.revision for revision in script.walk_revisions()][::-1]


def value(table: Table, name: str, row: int, rows: dict[str, list[dict[str, Any]]]) -> Any:
    """A value for a column that is told apart from other rows' where it can be."""
    column = table.c[name]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return None if target.table is table else rows[target.table.name][row][target.name]
    fixed = CHOICES.get(name)
    if isinstance(fixed, dict):
        fixed = fixed.get(table.name)
    if fixed is not None:
        return fixed[row] if isinstance(fixed, list) else fixed
    by_type: list[tuple[Any, Any]] = [
        (Boolean, row % 2 == 0),
        (Integer, row + 1),
        (Float, row + 0.5),
        (DateTime, datetime(2026, 11, 1, row, tzinfo=UTC).replace(tzinfo=None)),
        (Date, date(2027, 1, row + 1)),
        (LargeBinary, bytes([row, 255, 0])),
    ]
    for kind, found in by_type:
        if isinstance(column.type, kind):
            return found
    return f"{name}{row}"[: getattr(column.type, "length", None) or 80]


def fill(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Rows in every table of the revision at hand; gives what was written, by table."""
    tables = MetaData()
    tables.reflect(engine)
    written: dict[str, list[dict[str, Any]]] = {}
    with writing(), engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            names = [column.name for column in table.c]
            rows = [{name: value(table, name, row, written) for name in names} for row in range(ROWS_EACH)]
            connection.execute(insert(table), rows)
            written[table.name] = rows
    return written


def read(engine: Engine, like: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same columns of the same tables, in the order of their keys."""
    tables = MetaData()
    tables.reflect(engine)
    found = {}
    with engine.connect() as connection:
        for name, rows in like.items():
            table = tables.tables[name]
            columns = [table.c[column] for column in rows[0]]
            keys = list(table.primary_key.columns)
            found[name] = [dict(row) for row in connection.execute(select(*columns).order_by(*keys)).mappings()]
    return found


def test_first_revision_has_the_tables_of_the_records(engine: Engine) -> None:
    upgrade(engine, revisions()[0])
    assert set(fill(engine)) >= {"organisation", "user", "expert", "work", "need", "outbox_entry", "indexed_passage"}


def test_every_revision_keeps_every_row_of_the_first(engine: Engine) -> None:
    first, *later = revisions()
    upgrade(engine, first)
    written = fill(engine)
    before = read(engine, written)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(written, ROWS_EACH)
    for revision in later:
        upgrade(engine, revision)
        assert current(engine) == revision
        assert read(engine, written) == before, f"rows changed in revision {revision}"


def test_files_are_named_after_their_revisions_and_the_newest_is_the_head() -> None:
    script = ScriptDirectory.from_config(alembic_config(None))  # type: ignore[arg-type]  # nothing is connected to
    assert newest() == script.get_current_head()
    for revision in script.walk_revisions():
        assert Path(revision.path).name.startswith(f"{revision.revision}_")


def test_newest_revision_is_what_the_models_say(engine: Engine) -> None:
    import web.accounts.credential  # noqa: F401 - maps its table

    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
    assert current(engine) == newest()


def test_models_read_rows_that_came_from_the_first_revision(engine: Engine) -> None:
    upgrade(engine, revisions()[0])
    fill(engine)
    upgrade(engine)
    with Session(engine) as session:
        assert [row.name for row in session.scalars(select(Organisation).order_by(Organisation.id))] == [
            "name0",
            "name1",
            "name2",
        ]
        assert len(session.scalars(select(Need.title)).all()) == ROWS_EACH
        assert len(session.scalars(select(Expert.bio)).all()) == ROWS_EACH


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)
    assert current(engine) == newest()


def test_empty_database_has_no_revision(engine: Engine) -> None:
    assert current(engine) is None


def test_revisions_are_one_line() -> None:
    script = ScriptDirectory.from_config(alembic_config(None))  # type: ignore[arg-type]  # nothing is connected to
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
