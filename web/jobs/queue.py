"""The job queue: Huey on SQLite in the server's own folder, or on Redis."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer

from web.services.errors import ServiceError
from web.settings import ServiceSettings

NAME = "dongcai"
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.25
"""How soon a worker sees a job: the queue on SQLite is asked for new ones, not told."""


class RedisMissingError(ServiceError):
    """The settings name Redis, and the package that speaks to it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "DONGCAI_REDIS_URL 要求用 Redis，但没有安装 redis：请运行 pip install 'dongcai[redis]'，或去掉这项设置",
            "DONGCAI_REDIS_URL asks for Redis, but its client is not installed: "
            "run pip install 'dongcai[redis]', or leave the setting out",
        )


def open_queue(settings: ServiceSettings) -> Huey:
    """The queue that the settings name. Results are not kept: jobs leave theirs in the database.

    Raises RedisMissingError when they name Redis and its client is not installed; SQLite does not stand in for it.
    """
    if settings.redis_url:
        if find_spec("redis") is None:
            raise RedisMissingError
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
