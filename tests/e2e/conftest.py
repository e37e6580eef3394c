"""A real server with the demo data, and a real browser before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from .people import sign_in

AXE = (Path(__file__).parent / "vendor" / "axe-core.min.js").read_text("utf-8")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "no Chromium on this machine, so the browser tests are left out; to run them: "
    "sudo apt-get install -y chromium fonts-noto-cjk (Debian), or put any `chromium` on the PATH"
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
START_WITHIN_S, READY_WITHIN_S = 60, 240
PATIENCE_MS = 30_000
"""How long a page may take on a machine that is busy with other things; a green run needs a fraction of it."""

expect.set_options(timeout=PATIENCE_MS)


def pytest_report_header() -> str:
    """Says before anything runs whether the browser tests will."""
    path = browser_path()
    return f"browser tests: {path}" if path else NO_BROWSER


def browser_path() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    var_dir: Path


def run_dongcai(*arguments: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    code = "from web.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=env)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """The service as `make run` starts it, on a free port, with the demo data and search ready.

    Asks for the browser so that a machine without one loads nothing. Vectors come from the user's cache.
    While tests are being written, DONGCAI_E2E_URL names a server that runs already, in DONGCAI_VAR_DIR.
    """
    if running := os.environ.get("DONGCAI_E2E_URL"):
        yield Site(running, Path(os.environ["DONGCAI_VAR_DIR"]))
        return
    var_dir = tmp_path_factory.mktemp("e2e")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    own = {"DONGCAI_VAR_DIR": str(var_dir), "DONGCAI_PUBLIC_URL": url, "DONGCAI_RATE_LIMITS": "false"}
    env = {**os.environ, **own, "DATABASE_URL": ""}
    for command in (("db", "upgrade"), ("demo", "load")):
        assert run_dongcai(*command, env=env).wait(timeout=READY_WITHIN_S) == 0
    server = run_dongcai("serve", "--host", "127.0.0.1", "--port", str(port), env=env)
    try:
        _wait_for(f"{url}/", START_WITHIN_S, server)
        _wait_for(f"{url}/health", READY_WITHIN_S, server)
        yield Site(url, var_dir)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str, seconds: float, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within {seconds} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the tests are skipped, but never in CI."""
    path = browser_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: Site) -> Callable[[str], Any]:
    """The cookies of a demo account that has signed in by the form, once in the whole run."""
    kept: dict[str, Any] = {}

    def cookies(account: str) -> Any:
        if account not in kept:
            context = browser.new_context(base_url=site.url, locale="zh-CN")
            context.set_default_timeout(PATIENCE_MS)
            sign_in(context.new_page(), account)
            kept[account] = context.storage_state()
            context.close()
        return kept[account]

    return cookies


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, site: Site, signed_in: Callable[[str], Any]) -> Iterator[NewPage]:
    """Opens pages: new_page('employer', size='phone', language='en'), without an account as a visitor.

    A script error or a refused resource on any of them fails the test, but for messages with one of the texts in
    `allow`: what the test itself brings about.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        account: str = "", *, size: str = "desktop", language: str = "zh", allow: Sequence[str] = (), **options: Any
    ) -> Page:
        width, height = SIZES[size]
        viewport: Any = {"width": width, "height": height}
        state = signed_in(account) if account else None
        context = browser.new_context(
            base_url=site.url, viewport=viewport, locale="zh-CN", storage_state=state, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: script error: {error}"))
        page.on("console", lambda said: complaints.extend(_complaint(page, said, allow)))
        page.goto(f"/language/{language}?next=/help")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


LEFT_BEHIND = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says of a request under way when its page was left; one that fails is `sendError` or `responseError`."""


def _complaint(page: Page, message: Any, allow: Sequence[str]) -> list[str]:
    """What the browser itself holds against a page: Content-Security-Policy, missing files, failed scripts."""
    told = f"{page.url}: {message.text} {message.location.get('url', '')}"
    is_expected = any(words in told for words in ("status of 422", *LEFT_BEHIND, *allow))
    return [told] if message.type == "error" and not is_expected else []


@pytest.fixture(scope="session")
def grave_faults() -> Callable[[Page], list[str]]:
    """What axe holds to be serious or critical on a page."""

    def check(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
            for violation in found
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"][:3]
        ]

    return check
