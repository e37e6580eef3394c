"""A commit that wrote to the outbox orders it to be drained; nothing else does; a queue that is away harms nobody."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from sqlalchemy.orm import Session

from models import User
from models.choices import NeedState, Subject
from web.jobs import Jobs
from web.matching import Matching
from web.services.indexing import waiting
from web.services.journal import note_change


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    """The application's jobs, with nothing in the queue."""
    mine: Jobs = app.extensions["jobs"]
    mine.queue.flush()
    return mine


def orders(jobs: Jobs) -> list[str]:
    return [task.name for task in jobs.queue.pending()]


def run_all(jobs: Jobs) -> None:
    """Runs what is in the queue, as a worker does."""
    while (task := jobs.queue.dequeue()) is not None:
        jobs.queue.execute(task)


def test_commit_with_a_change_orders_one_drain(jobs: Jobs, session: Session, make: Maker) -> None:
    expert, need = make.expert(), make.need()
    note_change(session, Subject.EXPERT, expert.id)
    note_change(session, Subject.NEED, need.id)
    assert orders(jobs) == []
    session.commit()
    assert orders(jobs) == ["drain"]


def test_commit_without_a_change_orders_nothing(jobs: Jobs, session: Session) -> None:
    session.add(User(name="无名"))
    session.commit()
    assert orders(jobs) == []


def test_change_that_is_undone_orders_nothing(jobs: Jobs, session: Session, make: Maker) -> None:
    expert = make.expert()
    session.commit()
    note_change(session, Subject.EXPERT, expert.id)
    session.flush()
    session.rollback()
    session.add(User(name="无名"))
    session.commit()
    assert orders(jobs) == []


def test_ordered_drain_indexes_and_wakes_the_search(
    jobs: Jobs, search: Matching, session: Session, make: Maker, changed: Any
) -> None:
    changed(make.expert())
    run_all(jobs)
    session.rollback()
    assert waiting(session) == 0
    assert search.changed.is_set()


def test_queue_that_is_away_is_logged_and_the_change_stays(
    jobs: Jobs, session: Session, make: Maker, changed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    expert, file = make.expert(), jobs.queue.storage.filename
    session.commit()
    jobs.queue.storage.close()
    jobs.queue.storage.filename = "/nowhere/jobs.sqlite3"
    try:
        with caplog.at_level(logging.ERROR):
            changed(expert)
    finally:
        jobs.queue.storage.filename = file
    assert "could not be put into the queue" in caplog.text
    assert waiting(session) == 1


def test_every_minute_needs_expire_and_leftovers_are_drained(
    jobs: Jobs, search: Matching, session: Session, make: Maker, changed: Any
) -> None:
    need = make.need(deadline=date(2020, 1, 1))
    changed(need)
    jobs.queue.flush()
    minute, _day = jobs.queue._registry._periodic_tasks
    jobs.queue.execute(minute())
    session.expire_all()
    assert need.state == NeedState.EXPIRED
    assert waiting(session) == 0
