"""Drains an outbox in a process of its own, which kills itself (SIGKILL) before its n-th statement or commit."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from matcher.config import Settings
from matcher.opening import open_engine
from models.database import make_engine
from web.services import indexing


def drain_and_die(url: str, encoder: str, cache: Path, at: int, counted: Path) -> None:
    """`at` 0 never dies; how many statements and commits there were is written to `counted`."""
    database = make_engine(url)
    engine = open_engine(Settings(encoder=encoder, cache_dir=cache))
    steps = 0

    def step(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database, "before_cursor_execute", step)
    event.listen(database, "commit", step)
    indexing.BATCH = 3  # several transactions in one drain
    with Session(database) as session:
        indexing.drain(session, engine)
    counted.write_text(str(steps), "utf-8")
