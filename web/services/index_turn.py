"""One writer of the index at a time, over threads, processes and machines; a killed one leaves nothing behind."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

_PG_KEY = 0x646F6E67
"""The advisory lock's number in PostgreSQL: "dong"."""
_in_process = Lock()


@contextmanager
def index_turn(session: Session, *, wait: bool = False) -> Iterator[bool]:
    """Whether it is this caller's turn to write the index; the turn lasts until the block ends or the process dies.

    Who gets no turn leaves without waiting, for whoever has one looks once more for work before it goes. With `wait`
    the turn always comes.
    """
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    if engine.dialect.name == "postgresql":
        turn = _turn_in_postgresql(engine, wait)
    elif engine.url.database in (None, "", ":memory:"):
        turn = _turn_in_process(wait)
    else:
        turn = _turn_by_file(Path(f"{engine.url.database}.index-turn"), wait)
    with turn as mine:
        yield mine


@contextmanager
def _turn_in_postgresql(engine: Engine, wait: bool) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if wait:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _PG_KEY})
            mine = True
        else:
            mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _PG_KEY}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _PG_KEY})


@contextmanager
def _turn_by_file(path: Path, wait: bool) -> Iterator[bool]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        else:
            mine = True
        yield mine  # closing the file, or the end of the process, gives the turn back


@contextmanager
def _turn_in_process(wait: bool) -> Iterator[bool]:
    mine = _in_process.acquire(blocking=wait)
    try:
        yield mine
    finally:
        if mine:
            _in_process.release()
