"""How fast the service answers: each page alone, then many people at once, on a server of its own with demo data."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from web.services.demo_people import PASSWORD, PEOPLE

LIST_MS, RANKED_MS, CROWD_MS = 100, 250, 1000
"""What 95 of 100 answers must not exceed: pages and lists, ranked pages, any page with many people at once."""
PATIENCE_S = 900
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_NEED = re.compile(r"/employer/needs/(XQ\d{4}-\d+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: status, seconds until the last byte, bytes."""

    path: str
    status: int
    seconds: float
    size: int


@dataclass
class Visitor:
    """A browser without pictures: cookies, and one request after another."""

    url: str
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def text(self, path: str, data: dict[str, str] | None = None) -> str:
        """The page, after redirects. Raises HTTPError."""
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(f"{self.url}{path}", body, timeout=60) as answer:
            return str(answer.read().decode())

    def get(self, path: str) -> Answer:
        """The page's figures; a failure is an answer too."""
        began = time.perf_counter()
        try:
            with self.opener.open(f"{self.url}{path}", timeout=60) as answer:
                status, size = answer.status, len(answer.read())
        except urllib.error.HTTPError as error:
            status, size = error.code, len(error.read())
        return Answer(path, status, time.perf_counter() - began, size)

    def sign_in(self, account: str) -> None:
        """Signs a demo person in. Raises RuntimeError when it does not work."""
        email = next(person.email for person in PEOPLE if person.account == account)
        found = _TOKEN.search(self.text("/login"))
        token = found[1] if found else ""
        if 'href="/login' in self.text("/login", {"email": email, "password": PASSWORD, "csrf_token": token}):
            raise RuntimeError(f"{email} could not sign in")


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A server with demo data in the folder, once search is ready and the models are loaded; gives its URL."""
    environment = {**os.environ, "DONGCAI_VAR_DIR": str(folder), "DONGCAI_RATE_LIMITS": "false", "DATABASE_URL": ""}
    command = [str(Path(sys.executable).with_name("dongcai")), "serve", "--prepare", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        url = next(found[0] for line in process.stdout or () if (found := re.search(r"http://[^/]+", line)))
        _await_warm(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _await_warm(url: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if '"warm":true' in Visitor(url).text("/health").replace(" ", ""):
                return
        except urllib.error.HTTPError:
            pass  # 503 until search is open
        time.sleep(0.2)
    raise TimeoutError(f"search was not ready within {PATIENCE_S} s")


def visitors(url: str) -> dict[str, tuple[Visitor, dict[str, int]]]:
    """Who looks at which pages, and how many milliseconds each page may take."""
    public, employer, expert, manager = (Visitor(url) for _ in range(4))
    for visitor, account in ((employer, "employer"), (expert, "expert"), (manager, "manager")):
        visitor.sign_in(account)
    needs = dict.fromkeys(_NEED.findall(employer.text("/employer")))
    if not needs:
        raise LookupError("the employer's home names no need, so no ranked page can be timed")
    ranked = {f"/employer/needs/{need}/matches": RANKED_MS for need in list(needs)[:3]}
    filtered = {f"{page}?mode=remote_consulting": RANKED_MS for page in list(ranked)[:1]}
    return {
        "visitor": (public, dict.fromkeys(("/", "/programmes", "/needs", "/needs?q=gouqi&page=1"), LIST_MS)),
        "employer": (employer, {"/employer": LIST_MS, **ranked, **filtered}),
        "expert": (expert, {"/me": LIST_MS, "/me/needs": RANKED_MS}),
        "manager": (manager, dict.fromkeys(("/desk", "/desk/needs", "/desk/experts?q=li"), LIST_MS)),
    }


def p95(answers: Sequence[Answer]) -> float:
    """The 95th percentile, in milliseconds."""
    return statistics.quantiles([1000 * answer.seconds for answer in answers], n=20, method="inclusive")[-1]


def one_person(people: dict[str, tuple[Visitor, dict[str, int]]], times: int) -> tuple[Table, bool]:
    """Each page alone; and whether all were within their limits."""
    table, is_good = Table("who", "page", "p50 ms", "p95 ms", "limit ms", "kB"), True
    for who, (visitor, pages) in people.items():
        for page, limit in pages.items():
            visitor.get(page)  # the first answer fills caches
            answers = [visitor.get(page) for _ in range(times)]
            fits = p95(answers) <= limit and all(answer.status == 200 for answer in answers)
            middle = statistics.median(1000 * answer.seconds for answer in answers)
            figures = (f"{middle:.0f}", f"{p95(answers):.0f}{'' if fits else ' !'}", str(limit))
            table.add_row(who, page, *figures, f"{answers[0].size / 1000:.0f}")
            is_good &= fits
    return table, is_good


def crowd(people: dict[str, tuple[Visitor, dict[str, int]]], count: int, seconds: float) -> tuple[Table, bool]:
    """So many people at once, each at its own pages one after another; and whether nobody waited too long or failed."""
    roles = list(people.values())
    end = time.monotonic() + seconds

    def visit(number: int) -> list[Answer]:
        visitor, pages = roles[number % len(roles)]
        paths = list(pages)
        answers: list[Answer] = []
        while time.monotonic() < end:
            answers.append(visitor.get(paths[(number + len(answers)) % len(paths)]))
        return answers

    with ThreadPoolExecutor(count) as threads:
        answers = [answer for mine in threads.map(visit, range(count)) for answer in mine]
    failed = [answer for answer in answers if answer.status != 200]
    middle = statistics.median(1000 * answer.seconds for answer in answers)
    table = Table("people", "answers", "a second", "failed", "p50 ms", "p95 ms", "limit ms")
    rate = f"{len(answers) / seconds:.0f}"
    figures = (str(len(failed)), f"{middle:.0f}", f"{p95(answers):.0f}", str(CROWD_MS))
    table.add_row(str(count), str(len(answers)), rate, *figures)
    return table, not failed and p95(answers) <= CROWD_MS


@click.command()
@click.option("--url", help="A running server with demo data, instead of one of its own.")
@click.option("--times", default=40, show_default=True, help="Requests a page.")
@click.option("--people", default=20, show_default=True, help="People at once.")
@click.option("--seconds", default=20.0, show_default=True, help="How long they stay.")
def main(url: str | None, times: int, people: int, seconds: float) -> None:
    """Measure the service's pages; exit status 1 when one is slower than its limit."""
    with tempfile.TemporaryDirectory() as folder:
        if url is None:
            with server(Path(folder)) as own:
                _measure(own, times, people, seconds)
        else:
            _measure(url, times, people, seconds)


def _measure(url: str, times: int, people: int, seconds: float) -> None:
    console, roles = Console(width=120), visitors(url)
    alone, is_fast = one_person(roles, times)
    console.print("Each page, one person")
    console.print(alone)
    together, holds = crowd(roles, people, seconds)
    console.print("Everybody at once")
    console.print(together)
    if not (is_fast and holds):
        sys.exit(1)


if __name__ == "__main__":
    main()
