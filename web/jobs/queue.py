"""The job queue: Huey on SQLite in the server's own folder, or on Redis."""

from __future__ import annotations

from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer

from web.settings import ServiceSettings

NAME = "dongcai"
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.25
"""How soon a worker sees a job: the queue on SQLite is asked for new ones, not told."""


def open_queue(settings: ServiceSettings) -> Huey:
    """The queue that the settings name. Results are not kept: jobs leave theirs in the database."""
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, results=False)
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(settings.var_dir / "jobs.sqlite3"), results=False, timeout=30)


class ThreadConsumer(Consumer):  # type: ignore[misc]  # the library is untyped
    """Huey's workers as threads of this process, which keeps its own signal handlers."""

    def __init__(self, huey: Huey, *, workers: int) -> None:
        waits: dict[str, Any] = {"initial_delay": SHORTEST_WAIT_S, "max_delay": LONGEST_WAIT_S}
        super().__init__(huey, workers=workers, check_worker_health=False, **waits)

    def _set_signal_handlers(self) -> None:
        """Signals belong to the server, which stops the consumer; only a main thread could take them anyway."""
