"""Comparing and rebuilding the index as jobs: ordered from a page, with progress and result for every page to see.

What the jobs report stands in the queue's own store, so that the process that shows it need not be the one that works.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from flask import Flask, current_app
from huey.api import Huey
from huey.signals import SIGNAL_ERROR

from models.columns import utc_now
from web.extensions import db
from web.jobs import jobs
from web.matching import matching
from web.services.errors import ConflictError

MOST_NAMED = 50
"""Differences that a report names; it counts them all."""
MOST_ERRORS = 10
SILENT_AFTER = timedelta(minutes=15)
"""A job that has not reported for so long died with its process."""


class Work(StrEnum):
    """What can be ordered."""

    VERIFY = "verify"
    REBUILD = "rebuild"


class State(StrEnum):
    """How far it is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What a job says of itself. `total` 0: how long it takes is not known; `named`: (what, code, fault, detail)."""

    state: State
    ordered_by: str
    ordered_at: datetime
    at: datetime
    done: int = 0
    total: int = 0
    faults: tuple[tuple[str, int], ...] = ()
    named: tuple[tuple[str, str, str, str], ...] = ()
    waiting: int = 0
    """Differences that the outbox is about to settle."""
    error: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it waits or works."""
        return self.state in (State.QUEUED, State.RUNNING) and utc_now() - self.at < SILENT_AFTER


@dataclass(frozen=True, slots=True)
class JobError:
    """A job that failed."""

    at: datetime
    job: str
    text: str


class StoppedError(Exception):
    """The server stops; what was not done must be ordered again."""


class IndexWork:
    """Orders the jobs and keeps their reports, in the queue of one application."""

    def __init__(self, app: Flask, queue: Huey) -> None:
        self._app, self._queue = app, queue
        run = queue.task(name="index_work")(self._run)
        self._order = run
        queue.signal(SIGNAL_ERROR)(self._note_error)

    def order(self, work: Work, *, ordered_by: str) -> None:
        """Puts it into the queue. Raises ConflictError while the same is at work."""
        last = self.report(work)
        if last is not None and last.is_active:
            raise ConflictError("已在进行，请等它做完", "This is at work already; wait until it is done")
        now = utc_now()
        self._keep(work, Report(State.QUEUED, ordered_by, now, now))
        self._order(work.value)

    def report(self, work: Work) -> Report | None:
        """What the last job of this kind says, None before the first."""
        return cast("Report | None", self._queue.get(_key(work), peek=True))

    def errors(self) -> tuple[JobError, ...]:
        """The last jobs that failed, the newest first."""
        return cast("tuple[JobError, ...]", self._queue.get(_ERRORS, peek=True) or ())

    def counts(self) -> tuple[int, int]:
        """How many jobs wait, and how many are to be tried again later."""
        return int(self._queue.pending_count()), int(self._queue.scheduled_count())

    def _run(self, name: str) -> None:
        work = Work(name)
        begun = self.report(work)
        if begun is None or not begun.is_active:
            return
        with self._app.app_context():
            try:
                self._keep(work, replace(begun, state=State.RUNNING, at=utc_now()))
                done = self._verify(begun) if work == Work.VERIFY else self._rebuild(begun)
            except BaseException as error:
                text = f"{type(error).__name__}: {error}"
                self._keep(work, replace(begun, state=State.FAILED, at=utc_now(), error=text[:500]))
                raise
            self._keep(work, done)

    def _verify(self, begun: Report) -> Report:
        from web.services.index_health import differences
        from web.services.index_reading import dim_of

        engine = matching().engine
        found = list(differences(db.session, encoder=engine.encoder.fingerprint, dim=dim_of(engine)))
        wrong = [one for one in found if not one.is_waiting]
        return replace(
            begun,
            state=State.DONE,
            at=utc_now(),
            faults=tuple(sorted(Counter(one.fault.value for one in wrong).items())),
            named=tuple((one.subject.value, one.code, one.fault.value, one.detail) for one in wrong[:MOST_NAMED]),
            waiting=len(found) - len(wrong),
        )

    def _rebuild(self, begun: Report) -> Report:
        from web.services.indexing import rebuild

        def progress(done: int, total: int) -> None:
            if jobs().stopping.is_set():
                raise StoppedError
            self._keep(Work.REBUILD, replace(begun, state=State.RUNNING, at=utc_now(), done=done, total=total))
            matching().changed.set()

        count = rebuild(db.session, matching().engine, progress=progress)
        return replace(begun, state=State.DONE, at=utc_now(), done=count, total=count)

    def _keep(self, work: Work, report: Report) -> None:
        self._queue.put(_key(work), report)

    def _note_error(self, _signal: str, task: Any, error: BaseException | None = None) -> None:
        noted = JobError(utc_now(), str(task.name), f"{type(error).__name__}: {error}"[:500])
        self._queue.put(_ERRORS, (noted, *self.errors())[:MOST_ERRORS])


_ERRORS = "job-errors"


def _key(work: Work) -> str:
    return f"index-work-{work}"


def index_work() -> IndexWork:
    """The running application's."""
    return cast(IndexWork, current_app.extensions["index_work"])


def bind(app: Flask) -> None:
    """Gives the application its index work; the queue must be there."""
    app.extensions["index_work"] = IndexWork(app, app.extensions["jobs"].queue)
