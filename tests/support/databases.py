"""Empty databases for tests that need one of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text

from models.database import make_engine


@contextmanager
def empty_database(folder: Path, postgresql_url: str = "") -> Iterator[Engine]:
    """An engine over an empty database: in a new file of the folder, or a new one of the server at the URL."""
    name = f"test_{uuid4().hex[:12]}"
    if not postgresql_url:
        engine = make_engine(f"sqlite:///{folder / name}.sqlite3")
        yield engine
        engine.dispose()
        return
    url = make_url(postgresql_url).set(drivername="postgresql+psycopg")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
