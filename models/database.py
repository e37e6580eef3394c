"""Engines: SQLite with WAL and foreign keys on, or PostgreSQL, by URL alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

_writes: ContextVar[bool] = ContextVar("writes", default=False)

SQLITE_WAIT_S = 30
"""How long a writer waits for another one."""


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside mean to write: SQLite then takes its write lock at once instead of failing half-way."""
    token = _writes.set(True)
    try:
        yield
    finally:
        _writes.reset(token)


def begin_writing() -> Any:
    """Like `writing`, for callers that cannot use a block; hand the result to `end_writing`."""
    return _writes.set(True)


def end_writing(token: Any) -> None:
    """Ends what `begin_writing` began."""
    _writes.reset(token)


def make_engine(url: str) -> Engine:
    """An engine for the URL, ready for several threads."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": SQLITE_WAIT_S})
    prepare_sqlite(engine)
    return engine


def prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and transactions that are begun by us, not by the driver."""
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")
