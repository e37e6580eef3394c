"""What a first visit costs: HTML, styles, scripts and drawings as they would travel, compressed."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Response

from .conftest import NewPage
from .pages import NEED

MOST_BYTES = 300 * 1000
KINDS = ("text/html", "text/css", "javascript", "image/svg")
MAP = ("echarts", "china-map", "map.json", "/js/map.js", "/js/charts.js")
"""The landing page's map comes on top."""


@pytest.mark.parametrize(
    ("account", "path"), [("", "/"), ("", "/needs"), ("employer", f"/employer/needs/{NEED}/matches")]
)
def test_a_first_visit_weighs_at_most_300_kb(new_page: NewPage, account: str, path: str) -> None:
    page = new_page(account)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - no built-in method is taken
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = {
        answer.url: len(gzip.compress(answer.body()))
        for answer in answers
        if answer.status == 200
        and any(kind in answer.headers.get("content-type", "") for kind in KINDS)
        and not any(part in answer.url for part in MAP)
    }
    total = sum(sizes.values())
    largest = ", ".join(f"{url.split('/')[-1] or '/'} {size / 1000:.1f}" for url, size in _largest(sizes))
    print(f"{path}: {total / 1000:.0f} kB gzip in {len(sizes)} files; largest (kB): {largest}")
    assert total <= MOST_BYTES


def _largest(sizes: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda item: -item[1])[:4]
