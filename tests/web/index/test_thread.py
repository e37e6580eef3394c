"""The thread behind a server: opens search, follows the index, outlives a failure, waits for a new encoder's index."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import IndexedExpert
from web.extensions import db
from web.matching import Matching
from web.search_thread import SearchThread
from web.services.indexing import drain, waiting

PATIENCE_S = 60
Start = Callable[..., SearchThread]


def eventually(test: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not test():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def start(app: Flask, search: Matching) -> Iterator[Start]:
    """Starts the thread; it is stopped at the end."""
    with app.app_context():
        sessions = db.sessionmaker
    started: list[SearchThread] = []

    def one(opened: Callable[[], Session] = sessions, **calls: Callable[[], None]) -> SearchThread:
        usual: dict[str, Callable[[], None]] = {"on_ready": lambda: None, "on_warm": lambda: None}
        started.append(SearchThread(search, opened, **{**usual, **calls}))
        started[-1].start()
        return started[-1]

    yield one
    for thread in started:
        thread.stop()


def test_search_opens_then_the_models_are_loaded(
    start: Start, search: Matching, session: Session, make: Maker, settle: Any
) -> None:
    settle(make.expert())
    search.close()
    said: list[str] = []
    start(on_ready=lambda: said.append(f"ready {search.is_warm}"), on_warm=lambda: said.append("warm"))
    eventually(lambda: len(said) == 2)
    assert said == ["ready False", "warm"]
    assert search.is_warm
    assert int(search.snapshot().live.sum()) == 1


def test_what_another_process_indexed_is_searched_soon(
    start: Start, search: Matching, session: Session, make: Maker, changed: Any
) -> None:
    warm = threading.Event()
    start(on_warm=warm.set)
    assert warm.wait(PATIENCE_S)
    expert = make.expert()
    changed(expert)
    drain(session, search.engine)
    began = time.monotonic()
    eventually(lambda: search.snapshot().get(expert.code) is not None)
    assert time.monotonic() - began < 5


def test_what_this_process_indexed_is_searched_at_once(
    start: Start, search: Matching, session: Session, make: Maker, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.search_thread.POLL_S", 3600)
    warm = threading.Event()
    start(on_warm=warm.set)
    assert warm.wait(PATIENCE_S)
    expert = make.expert()
    changed(expert)
    drain(session, search.engine)
    search.changed.set()
    eventually(lambda: search.snapshot().get(expert.code) is not None)


def test_database_that_is_away_for_a_moment_ends_nothing(
    app: Flask, start: Start, search: Matching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.search_thread.AGAIN_S", 0.01)
    with app.app_context():
        sessions = db.sessionmaker
    failures = iter([OSError("away")] * 3)

    def opened() -> Session:
        for failure in failures:
            raise failure
        return sessions()

    start(opened)
    eventually(lambda: search.is_ready)
    assert next(failures, None) is None


def test_search_with_a_new_encoder_waits_until_the_records_are_encoded_by_it(
    start: Start, search: Matching, session: Session, make: Maker, settle: Any
) -> None:
    settle(*(make.expert() for _ in range(5)))
    search.close()
    for row in session.scalars(select(IndexedExpert)):
        row.encoder = "older-1"
    session.commit()
    start()
    eventually(lambda: search.progress == (0, 5))
    assert not search.is_ready
    session.rollback()
    assert waiting(session) == 5, "the outbox was filled with what must be encoded anew"
    drain(session, search.engine)
    eventually(lambda: search.is_ready)
    assert int(search.snapshot().live.sum()) == 5


def test_few_records_that_lag_behind_hold_up_nobody(
    start: Start, search: Matching, session: Session, make: Maker, settle: Any
) -> None:
    settle(*(make.expert() for _ in range(12)))
    search.close()
    session.scalars(select(IndexedExpert)).first().encoder = "older-1"  # type: ignore[union-attr]  # there are twelve
    session.commit()
    start()
    eventually(lambda: search.is_ready)
    assert int(search.snapshot().live.sum()) == 11


def test_stopping_ends_the_thread(start: Start, search: Matching) -> None:
    thread = start()
    eventually(lambda: search.is_ready)
    thread.stop()
    assert "search" not in {one.name for one in threading.enumerate()}
