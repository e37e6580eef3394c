"""Pictures of the pages for the README, from the demo data: `python scripts/screenshots.py`."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from web.services.demo_people import DOMAIN, PASSWORD

FOLDER = Path(__file__).parent.parent / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en-GB"}
DESK, PHONE = (1280, 900), (390, 844)
READY_WITHIN_S = 300
MOST_BYTES = 250 * 1000
NEED = "XQ2026-0003"
TITLE = "枸杞鲜果采后三天就软，加工厂收不动"
PROBLEM = "鲜果从地里到车间要两天，到厂时三成已经发软流汁。试过冰袋和泡沫箱，夏天还是不行。"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: whose page, in which language, on which screen, and what is done before it is taken."""

    name: str
    path: str
    account: str = ""
    language: str = "zh"
    size: tuple[int, int] = DESK
    before: Callable[[Page], None] | None = None


def write_need(page: Page) -> None:
    """Types the beginning of a need and waits for the panel beside it."""
    page.fill("#title", TITLE)
    page.fill("#problem", PROBLEM)
    page.locator("#live .need-best > li").nth(2).wait_for()
    page.evaluate("window.scrollTo(0, 0)")


def open_why(page: Page) -> None:
    """Opens the reasons of the first expert and brings that card to the top."""
    page.locator("#experts [data-disclose]").first.click()
    page.locator("#experts table.bars").first.wait_for()
    page.locator("#experts article.card").first.evaluate("card => card.scrollIntoView({block: 'start'})")


RANKED = f"/employer/needs/{NEED}/matches"
PICTURES = (
    Picture("landing", "/"),
    Picture("landing-en", "/", language="en"),
    Picture("landing-phone", "/", size=PHONE),
    Picture("need-form", "/employer/needs/new", "employer", before=write_need),
    Picture("ranked", RANKED, "employer"),
    Picture("ranked-en", RANKED, "employer", language="en"),
    Picture("ranked-phone", RANKED, "employer", size=PHONE),
    Picture("why", RANKED, "employer", before=open_why),
    Picture("recommended", "/me/needs", "expert-medicine"),
    Picture("recommended-en", "/me/needs", "expert-medicine", language="en"),
    Picture("desk", "/desk", "manager"),
    Picture("board", "/desk/pairings", "manager-ningxia"),
)


def main() -> None:
    """Takes all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a server that runs already with the demo data; else one is started")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go (%(default)s)")
    chosen = parser.parse_args()
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        parser.error(f"no browser: one of {', '.join(BROWSERS)} is needed on the PATH")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with _server(chosen.url) as url, sync_playwright() as playwright:
        for language, tag in LANGUAGE_TAGS.items():
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", f"--lang={tag}"])
            for picture in PICTURES:
                if picture.language == language:
                    _take(browser, url, picture, chosen.folder / f"{picture.name}.png")
            browser.close()


def _take(browser: Browser, url: str, picture: Picture, path: Path) -> None:
    width, height = picture.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale=LANGUAGE_TAGS[picture.language]
    )
    page = context.new_page()
    if picture.account:
        page.goto("/login")
        page.fill("#email", f"{picture.account}@{DOMAIN}")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda now: "/login" not in now)
    page.goto(f"/language/{picture.language}?next={picture.path}")
    page.wait_for_load_state("networkidle")
    if picture.before:
        picture.before(page)
    page.wait_for_timeout(800)  # the map draws itself in
    page.screenshot(path=path, animations="disabled")
    context.close()
    size = path.stat().st_size
    print(f"{path.name:<24} {width} x {height}  {size / 1000:5.0f} kB{'  TOO LARGE' if size > MOST_BYTES else ''}")


@contextmanager
def _server(running: str | None) -> Iterator[str]:
    """The URL of a server with the demo data; one that is started here ends with the block."""
    if running:
        yield running.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder, closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = {**os.environ, "DONGCAI_VAR_DIR": folder, "DATABASE_URL": ""}
        code = "from web.cli import main; main()"
        command = [sys.executable, "-c", code, "serve", "--prepare", "--port", str(port)]
        process = subprocess.Popen(command, env=env, cwd=Path(__file__).parent.parent)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{url}/health", process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit("the server stopped before it was ready")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise SystemExit(f"the server was not ready after {READY_WITHIN_S} s")


if __name__ == "__main__":
    main()
