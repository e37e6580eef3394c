"""The server process: waitress in front, jobs and search in threads behind it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from flask import Flask
from waitress.server import create_server

from web.extensions import db
from web.matching import Matching
from web.search_thread import SearchThread

Say = Callable[[str], None]


def serve(app: Flask, *, host: str, port: int, is_behind_proxy: bool, say: Say) -> None:
    """Answers requests until SIGINT or SIGTERM. `say` is given what the person at the terminal wants to know.

    The address answers before search is open; pages that need it show its progress. Only behind a proxy are
    `X-Forwarded-…` headers believed: without one, anybody could send them. Raises OSError when the address cannot
    be had.
    """
    began = time.monotonic()
    drop_headers = not is_behind_proxy
    server = create_server(
        app,
        host=host,
        port=port,
        threads=app.config["SETTINGS"].threads,
        ident="dongcai",
        clear_untrusted_proxy_headers=drop_headers,
    )
    signal.signal(signal.SIGTERM, _leave)
    search, jobs = app.extensions["matching"], app.extensions["jobs"]
    with app.app_context():
        sessions = db.sessionmaker
    thread = SearchThread(search, sessions, on_ready=lambda: say(_ready(search, began)), on_warm=jobs.order_phrases)
    say(f"东才西用  http://{_address(server)}/  （Ctrl-C 停止 · Ctrl-C stops it）")
    say("检索正在后台准备，页面已可打开 · search is being opened in the background, pages answer already")
    jobs.start()
    thread.start()
    try:
        server.run()  # returns on SystemExit and KeyboardInterrupt, when the requests at hand are answered
    finally:
        jobs.stop()
        thread.stop()


def _ready(search: Matching, began: float) -> str:
    experts, needs = int(search.snapshot().live.sum()), len(search.need_table())
    took = time.monotonic() - began
    return f"检索就绪 · search is ready after {took:.1f} s: {experts} experts, {needs} published needs"


def _address(server: Any) -> str:
    """Where the first socket listens, as a browser wants it; a name may stand for several."""
    several = getattr(server, "effective_listen", None)
    host, port = several[0] if several else (server.effective_host, server.effective_port)
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
