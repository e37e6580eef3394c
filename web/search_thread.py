"""The threads in which a server opens search, keeps it in step with the index, and loads the models."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.orm import Session

from models.database import writing
from web.matching import Matching

HEAD_START_S = 0.5
"""What the thread loads keeps the interpreter busy: a page that is asked for at once is answered first."""
POLL_S = 0.5
"""How often changes that other processes wrote are looked for."""
AGAIN_S = 5
"""How long to wait before a step that failed is tried again."""
LAG = 0.1
"""While more of the records than this wait to be indexed (say, by a new encoder), search would show too few."""

_log = logging.getLogger(__name__)


class SearchThread:
    """Opens search, then follows the index until it is stopped, and beside loads the models.

    `on_ready` is called when search is open, `on_warm` when the models are loaded too.
    """

    def __init__(
        self,
        matching: Matching,
        sessions: Callable[[], Session],
        *,
        on_ready: Callable[[], None],
        on_warm: Callable[[], None],
    ) -> None:
        self._matching, self._sessions, self._on_ready, self._on_warm = matching, sessions, on_ready, on_warm
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="search", daemon=True)
        self._models = Thread(target=self._warm, name="models", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, after the step that it is at. Models that are being loaded are left to the process's end."""
        self._stopped.set()
        self._matching.changed.set()
        self._thread.join()

    def _run(self) -> None:
        self._stopped.wait(HEAD_START_S)
        self._do(self._ask_for_missing, self._await_index, self._follow, self._on_ready)
        self._models.start()  # beside, for it takes some seconds, and changes are followed meanwhile
        while not self._stopped.is_set():
            self._matching.changed.wait(POLL_S)
            self._matching.changed.clear()
            self._succeeds(self._follow)

    def _warm(self) -> None:
        self._do(self._load_tasks, self._matching.load_models, self._on_warm)

    def _do(self, *steps: Callable[[], None]) -> None:
        for step in steps:
            while not self._stopped.is_set() and not self._succeeds(step):
                self._stopped.wait(AGAIN_S)

    def _succeeds(self, step: Callable[[], None]) -> bool:
        """Whether the step went well. The thread outlives a database or an encoder that is away for a while."""
        try:
            step()
        except Exception:
            _log.exception("search could not go on; it will be tried again")
            return False
        return True

    def _ask_for_missing(self) -> None:
        from web.services.indexing import ask_for_missing

        encoder = self._matching.engine.encoder.fingerprint
        with self._sessions() as session, writing():
            ask_for_missing(session, encoder)
            session.commit()

    def _await_index(self) -> None:
        from web.services.indexing import lag, waiting

        encoder = self._matching.engine.encoder.fingerprint
        while not self._stopped.is_set():
            with self._sessions() as session:
                missing, total = lag(session, encoder)
                is_settled = not waiting(session)
            if is_settled or missing <= LAG * total:
                return
            self._matching.note_progress(total - missing, total)
            self._stopped.wait(POLL_S)

    def _follow(self) -> None:
        with self._sessions() as session:
            self._matching.load_now(session)

    def _load_tasks(self) -> None:
        with self._sessions() as session:
            self._matching.load_tasks(session)
