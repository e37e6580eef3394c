"""The jobs of the service, bound to one application."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from typing import Any, cast

from flask import Flask, current_app
from huey import crontab
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from models import OutboxEntry
from models.database import writing
from web.extensions import db
from web.jobs.mail import Message, deliver, send_notices
from web.jobs.queue import ThreadConsumer, open_queue
from web.services.retention import Periods, read_periods
from web.settings import ServiceSettings

WORKERS = 2
"""Threads that run jobs: while one encodes, the other sends mail."""
DRAIN_WITHIN_S = 300
"""An order to drain that nobody took for so long is dropped: the minute's job drains anyway."""
MAIL_TRIES, MAIL_WAIT_S = 5, 60
DAILY = crontab(hour="19", minute="17")
"""UTC; a quarter past three in the night in China."""
_MARK = "outbox"

_log = logging.getLogger(__name__)


class Jobs:
    """Puts jobs into the queue, and runs them in threads once `start` was called."""

    def __init__(self, app: Flask, settings: ServiceSettings) -> None:
        self._app, self._settings = app, settings
        self.queue = open_queue(settings)
        self._drain = self.queue.task(name="drain", expires=DRAIN_WITHIN_S)(self._in_context(drain_index))
        self._mail = self.queue.task(name="mail", retries=MAIL_TRIES, retry_delay=MAIL_WAIT_S, retry_backoff=2)(
            lambda message: deliver(settings, Message(*message))
        )
        self.queue.periodic_task(crontab(), name="minute", expires=60)(self._in_context(every_minute))
        self.queue.periodic_task(DAILY, name="day", expires=3600)(self._in_context(every_day))
        self._phrases = self.queue.task(name="phrases", expires=DRAIN_WITHIN_S)(self._in_context(prepare_reasons))
        self._consumer: ThreadConsumer | None = None
        self.stopping = Event()
        """Set when the server stops: long jobs end after the batch that they are at, and go on at the next start."""

    def order_drain(self) -> None:
        """Has the outbox drained soon. A queue that is away is logged: the minute's job will do it."""
        try:
            self._drain()
        except Exception:
            _log.exception("the order to drain the outbox could not be put into the queue")

    def order_mail(self, message: Message) -> None:
        """Has the mail sent soon; it is tried again for half an hour when the mail server does not take it."""
        self._mail((message.to, message.subject, message.text))

    def start(self) -> None:
        """Starts the threads, and has drained what an earlier process left."""
        self._consumer = ThreadConsumer(self.queue, workers=WORKERS)
        self._consumer.start()
        self.order_drain()

    def order_phrases(self) -> None:
        """Has the reasons' phrases made ready, which takes a minute or two the first time."""
        self._phrases()

    def stop(self) -> None:
        """Ends the threads, after the jobs that they are at."""
        self.stopping.set()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)

    def _in_context(self, job: Any) -> Any:
        def run() -> None:
            with self._app.app_context():
                job()

        return run


def drain_index() -> None:
    """Indexes what waits in the outbox, and has it searched at once."""
    from web.matching import matching
    from web.services.indexing import drain

    search = matching()
    drain(db.session, search.engine, progress=lambda _done, _total: search.changed.set(), go_on=_goes_on())


def prepare_reasons() -> None:
    """Makes the phrases of every indexed text ready, so that no page waits for them."""
    from web.matching import matching
    from web.services.indexing import prepare_phrases

    prepare_phrases(db.session, matching().engine, go_on=_goes_on())


def _goes_on() -> Callable[[], bool]:
    stopping = jobs().stopping
    return lambda: not stopping.is_set()


def every_minute() -> None:
    """What time does to needs, pairings and assignments, the notices that wait, and what was left in the outbox."""
    from web.services.assignment_moves import begin_due
    from web.services.expiry import expire_needs
    from web.services.pairing_time import let_time_pass

    for pass_time in (expire_needs, let_time_pass, begin_due):
        with writing():
            pass_time(db.session)
            db.session.commit()
    send_notices()
    drain_index()


def every_day() -> None:
    """Removes what is not kept for ever, and the people who have asked for it."""
    from web.services import documents, erasure, retention

    periods = current_periods()
    for act in (retention.remove_what_is_over, erasure.carry_out_what_is_due):
        with writing():
            act(db.session, periods)
            db.session.commit()
    documents.sweep(db.session, current_app.config["SETTINGS"].var_dir)
    db.session.commit()


def current_periods() -> Periods:
    """How long what is kept is kept in this installation."""
    return read_periods(current_app.config["SETTINGS"].retention_file)


def jobs() -> Jobs:
    """The running application's jobs."""
    return cast(Jobs, current_app.extensions["jobs"])


def bind(app: Flask, settings: ServiceSettings) -> None:
    """Gives the application its jobs; a commit that wrote to the outbox orders it to be drained."""
    mine = app.extensions["jobs"] = Jobs(app, settings)
    with app.app_context():
        sessions = db.sessionmaker

    def note(session: Session, _flush: UOWTransaction) -> None:
        if any(isinstance(row, OutboxEntry) for row in session.new):
            session.info[_MARK] = True

    def order(session: Session) -> None:
        if session.info.pop(_MARK, False):
            mine.order_drain()

    def forget(session: Session) -> None:
        session.info.pop(_MARK, None)

    event.listen(sessions, "after_flush", note)
    event.listen(sessions, "after_commit", order)
    event.listen(sessions, "after_rollback", forget)
