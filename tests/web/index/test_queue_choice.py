"""The job queue is the one that the settings name, or there is a plain error."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from huey import SqliteHuey

from web.jobs.queue import RedisMissingError, open_queue
from web.settings import ServiceSettings


def test_without_a_redis_url_the_queue_is_a_file(tmp_path: Path) -> None:
    queue = open_queue(ServiceSettings(var_dir=tmp_path, redis_url=""))
    assert isinstance(queue, SqliteHuey)
    assert (tmp_path / "jobs.sqlite3").exists()


@pytest.mark.skipif(find_spec("redis") is not None, reason="the client of Redis is installed here")
def test_redis_without_its_client_is_an_error_that_names_the_extra(tmp_path: Path) -> None:
    with pytest.raises(RedisMissingError, match=r"dongcai\[redis\]"):
        open_queue(ServiceSettings(var_dir=tmp_path, redis_url="redis://127.0.0.1:6379/0"))
    assert not (tmp_path / "jobs.sqlite3").exists()
