"""What a first visit costs: HTML, styles, scripts and drawings as they would travel, compressed."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Route

from .conftest import NewPage
from .pages import NEED

MOST_BYTES = 300 * 1000
FEWEST_FILES = 20
"""The page, its styles, its scripts."""
KINDS = ("text/html", "text/css", "javascript", "image/svg")
MAP = ("echarts", "china-map", "map.json", "/js/map.js", "/js/charts.js")
"""The landing page's map comes on top."""


@pytest.mark.parametrize(
    ("account", "path"), [("", "/"), ("", "/needs"), ("employer", f"/employer/needs/{NEED}/matches")]
)
def test_a_first_visit_weighs_at_most_300_kb(new_page: NewPage, account: str, path: str) -> None:
    page = new_page(account)
    sizes: dict[str, int] = {}

    def weigh(route: Route) -> None:
        answer = route.fetch()
        kind = answer.headers.get("content-type", "")
        if answer.status == 200 and any(k in kind for k in KINDS) and not any(part in answer.url for part in MAP):
            sizes[answer.url] = len(gzip.compress(answer.body()))
        route.fulfill(response=answer)

    page.route("**/*", weigh)  # which also leaves the browser's cache unused
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= FEWEST_FILES, "not everything was weighed"
    total = sum(sizes.values())
    largest = ", ".join(f"{url.split('/')[-1] or '/'} {size / 1000:.1f}" for url, size in _largest(sizes))
    print(f"{path}: {total / 1000:.0f} kB gzip in {len(sizes)} files; largest (kB): {largest}")
    assert total <= MOST_BYTES


def _largest(sizes: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda item: -item[1])[:4]
