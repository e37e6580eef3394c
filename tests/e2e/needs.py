"""Posting a need by the form, as an employer does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Page, expect

MODES = ("service_mission", "joint_research", "training", "remote_consulting", "extension_exchange")
"""Enough for nearly every expert to offer one."""


@dataclass(frozen=True)
class Text:
    """The words of a need."""

    title: str
    problem: str
    goal: str
    keywords: str
    discipline: str = "植物保护"
    indicators: str = ""


WOLFBERRY = Text(
    title="枸杞鲜果采后三天就软，加工厂收不动",
    problem="鲜果从地里到车间要两天，到厂时三成已经发软流汁。试过冰袋和泡沫箱，夏天还是不行，想找便宜的预冷和保鲜办法。",
    goal="鲜果货架期到七天，损耗降到一成以内",
    keywords="枸杞、采后保鲜、预冷",
)


def coming(months: int) -> str:
    """A month from now on, as a month field wants it."""
    year, month = divmod(date.today().year * 12 + date.today().month - 1 + months, 12)
    return f"{year}-{month + 1:02d}"


def write_problem(page: Page, text: Text) -> None:
    """The first two boxes: enough for the panel beside the form to find somebody."""
    page.fill("#title", text.title)
    page.fill("#problem", text.problem)


def write_rest(page: Page, text: Text, *, days: int = 5, modes: Sequence[str] = MODES) -> None:
    """All other things that must be there before a need can be submitted, but the goal."""
    page.fill("#keywords", text.keywords)
    if text.indicators:
        page.fill("#indicators", text.indicators)
    page.fill("#discipline_code", "")
    page.type("#discipline_code", text.discipline)
    page.click("#discipline_code-found button >> nth=0")
    for mode in modes:
        page.check(f"input[name=modes][value={mode}]")
    page.fill("#days_per_year", str(days))
    page.fill("#starts", coming(1))
    page.fill("#ends", coming(12))
    page.fill("#deadline", (date.today() + timedelta(days=60)).isoformat())
    if not page.input_value("#contact_email"):
        page.fill("#contact_email", "office@example.org")


def post(page: Page, text: Text, *, modes: Sequence[str] = MODES) -> str:
    """Writes and submits a need; its code."""
    page.goto("/employer/needs/new")
    write_problem(page, text)
    page.fill("#goal", text.goal)
    write_rest(page, text, modes=modes)
    page.click("#need-form .form-actions button[value=submit]")
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].startswith("XQ"))
    expect(page.locator("main h1")).to_contain_text(text.title)
    return page.url.rstrip("/").split("/")[-1]
