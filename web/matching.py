"""The application's one search: engine, experts, published needs, tasks. Every request reads it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from models import IndexedNeed, Need
from models.database import writing
from web.services.errors import ServiceError

if TYPE_CHECKING:  # the engine takes a second to import, and pages without search do not wait for it
    from matcher.engine import Engine
    from matcher.live import Snapshot
    from matcher.needs import NeedTable
    from matcher.prepared import PreparedNeed
    from matcher.tasks import TaskIndex
    from web.services.index_following import Searched

WARM_UP = "预热 warm-up"


class NotReadyError(ServiceError):
    """Search is still being opened; the page comes back by itself."""

    def __init__(self, done: int = 0, total: int = 0) -> None:
        self.done, self.total = done, total
        zh, en = (f"（{done}/{total}）", f" ({done} of {total})") if total else ("", "")
        super().__init__(f"检索正在准备{zh}", f"Search is being prepared{en}")


class Matching:
    """What is searched. A server opens and follows it in a thread (`web.search_thread`), a test by `load_now`.

    Its readers may be many threads; none of them waits for a change.
    """

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._opening, self._following, self._reading_tasks = Lock(), Lock(), Lock()
        self._engine: Engine | None = None
        self._searched: Searched | None = None
        self._tasks: TaskIndex | None = None
        self.is_warm = False
        """Whether the encoders are loaded: the first text that somebody types is then encoded at once."""
        self.progress: tuple[int, int] = (0, 0)
        """Records ready, and records in all, while search is being opened."""
        self.changed = Event()
        """Set by whoever has changed the index in this process, so that the thread looks at once."""

    @property
    def is_ready(self) -> bool:
        """Whether experts and needs can be searched."""
        return self._searched is not None

    @property
    def position(self) -> int:
        """The id of the index's last change that is searched; 0 before search is open."""
        return 0 if self._searched is None else self._searched.position

    @property
    def engine(self) -> Engine:
        """The engine, opened on first use; its model is loaded when a text must be encoded."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    @property
    def tasks(self) -> TaskIndex:
        """The policy's tasks, to suggest one for a need. Raises NotReadyError."""
        if self._tasks is None:
            raise NotReadyError
        return self._tasks

    def require_ready(self) -> None:
        """Raises NotReadyError while search is being opened."""
        self._ready()

    def snapshot(self) -> Snapshot:
        """The experts as they are now. Take one per request. Raises NotReadyError."""
        return self._ready().experts.snapshot()

    def need_table(self) -> NeedTable:
        """The published needs as they are now. Take one per request. Raises NotReadyError."""
        return self._ready().needs.snapshot()

    def prepare(self, session: Session, need: Need) -> PreparedNeed:
        """Any need in any state, ready to be assessed; it is encoded only where the index does not have its text."""
        from web.services.index_reading import query_of
        from web.services.index_records import digest_of_need
        from web.services.values import need_value

        value = need_value(need)
        kept = None if self._searched is None else self._searched.needs.snapshot().get(value.id)
        if kept is not None and kept.need == value:
            return kept
        row = session.get(IndexedNeed, need.id)
        query = None if row is None else query_of(row, self.engine, digest_of_need(value))
        return self.engine.prepare_need(value, query=query)

    def load_now(self, session: Session) -> None:
        """Opens search from what the index holds, or takes over what has changed in it since."""
        from web.services.index_following import Searched

        with self._following:
            if self._searched is None:
                self._searched = Searched(session, self.engine, self.note_progress)
            else:
                self._searched.follow(session)

    def load_tasks(self, session: Session) -> None:
        """Encodes the tasks, once, through the engine's cache."""
        from web.services.index_tasks import task_index

        with self._reading_tasks:
            if self._tasks is None:
                self._tasks = task_index(session, self.engine)

    def load_models(self) -> None:
        """Loads the encoders, which takes some seconds."""
        from matcher.types import Need as NeedValue

        self.engine.encode_need(NeedValue("", title=WARM_UP), keep=False)
        self.engine.explainer.prepare([WARM_UP], keep=False)
        self.is_warm = True

    def catch_up(self, session: Session) -> None:
        """Indexes here and now what the index lacks, and opens search anew from what it then holds; tasks too.

        For tests and commands. The session must be free of changes: this commits.
        """
        from web.services.indexing import ask_for_missing, drain

        with writing():
            ask_for_missing(session, self.engine.encoder.fingerprint)
            session.commit()
        drain(session, self.engine)
        self.close()
        self.load_now(session)
        self.load_tasks(session)

    def close(self) -> None:
        """Forgets experts and needs, as before search was opened; the engine stays."""
        with self._following:
            searched, self._searched = self._searched, None
        if searched is not None:
            searched.close()

    def note_progress(self, done: int, total: int) -> None:
        """Keeps how far the opening has come."""
        self.progress = (done, total)

    def _ready(self) -> Searched:
        if self._searched is None:
            raise NotReadyError(*self.progress)
        return self._searched


def matching() -> Matching:
    """The running application's search."""
    return cast(Matching, current_app.extensions["matching"])


def open_engine() -> Engine:
    """The engine as the environment sets it (`DONGCAI_ENCODER`, `DONGCAI_CACHE_DIR`)."""
    from matcher import opening
    from matcher.config import Settings

    return opening.open_engine(Settings())


def bind(app: Flask) -> None:
    """Gives the application its search, not yet opened."""
    app.extensions["matching"] = Matching(open_engine)
