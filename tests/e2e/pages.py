"""The main pages of every role, and what one visit to a page finds out about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

NEED = "XQ2026-0003"
"""A published need of the demo employer."""
WAITING = "XQ2026-0181"
"""A need in Ningxia that waits to be checked."""
NO_PAGE = "/no-such-page"
"""The page about a page that does not exist is looked at as well."""


@dataclass(frozen=True)
class First:
    """The page of the first record on a list: `link` is what its address begins with, `then` what is added to it."""

    list: str
    link: str
    then: str = ""

    def __str__(self) -> str:
        return f"{self.list} → {self.link}…{self.then}"


PAIRING, ASSIGNMENT = "/pairings/", "/assignments/"
MAIN_PAGES: dict[str, tuple[str | First, ...]] = {
    "": (
        "/",
        "/programmes",
        "/programmes/ningxia",
        "/needs",
        f"/needs/{NEED}",
        "/help",
        "/help/employer",
        "/login",
        "/reset",
        "/register",
        "/register/expert",
        "/register/employer",
        "/rules",
        "/help/states",
        "/verify",
        NO_PAGE,
    ),
    "employer": (
        "/employer",
        "/employer/needs/new",
        f"/employer/needs/{NEED}",
        f"/employer/needs/{NEED}/matches",
        f"/employer/needs/{NEED}/matches/ZJ000239",
        f"/employer/needs/{NEED}/why-not?q=ZJ000239",
        f"/employer/needs/{NEED}/compare?compare=ZJ000239&compare=ZJ000158",
        f"/employer/needs/{NEED}/shortlist",
        f"/employer/needs/{NEED}/progress",
        f"/employer/needs/{NEED}/withdraw",
        "/experts/ZJ000239",
        "/employer/organisation",
        f"/employer/needs/{NEED}/invitations",
        f"/pairings/invite/{NEED}/ZJ000239",
        "/employer/pairings",
        First("/employer/pairings", PAIRING),
        First("/employer/pairings", PAIRING, "/revise"),
        "/employer/assignments",
        First("/employer/assignments", ASSIGNMENT),
        "/employer/sites/new",
        "/account",
        "/account/notifications",
        "/change",
    ),
    "expert-medicine": (
        "/me",
        "/me/needs",
        "/me/needs/dismissed",
        "/me/profile/basics",
        "/me/profile/expertise",
        "/me/works",
        "/me/works/new",
        "/me/works/import/list",
        "/me/works/import/bibtex",
        "/me/works/import/sheet",
        "/me/profile/cooperation",
        "/me/profile/ties",
        "/me/profile/contact",
        "/me/preview",
        "/me/availability",
        "/me/pairings",
        First("/me/pairings", PAIRING),
        First("/me/pairings", PAIRING, "/agreement"),
        "/me/assignments",
        First("/me/assignments", ASSIGNMENT),
        First("/me/assignments", ASSIGNMENT, "/log"),
        "/me/calendar",
        "/account/data",
    ),
    "manager": (
        "/desk",
        "/desk/needs",
        "/desk/organisations",
        "/desk/experts",
        f"/desk/needs/{WAITING}",
        "/desk/pairings",
        First("/desk/pairings", PAIRING),
        "/desk/delegations",
        "/desk/interests",
        "/desk/assignments",
        First("/desk/assignments", ASSIGNMENT),
        "/desk/evaluations",
        "/desk/reports",
    ),
    "admin": (
        "/admin/users",
        "/admin/users/1",
        "/admin/index",
        "/admin/approvers",
        "/admin/rules",
        First("/admin/rules", "/admin/rules/"),
        "/audit",
    ),
    "institution": (
        "/home",
        "/tf-setup",
        "/institution/requests",
        First("/institution/requests", "/institution/requests/"),
        "/institution/assignments",
    ),
}
"""Account → the pages that its people use; the empty account is a visitor."""

PHONE, WIDE = 390, 1920


@dataclass
class Visit:
    """What was found on one page."""

    path: str | First
    faults: list[str] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)
    """Width of the window → width that the page takes."""
    texts: list[str] = field(default_factory=list)
    """What the page says to the eye and to a screen reader, other than in passages marked with another language."""


def address_of(page: Page, path: str | First) -> str:
    """Where a page is; the first link of a list leads to it where it has no address of its own."""
    if isinstance(path, str):
        return path
    page.goto(path.list)
    found = page.locator(f"main tbody a[href^='{path.link}']").first.get_attribute("href")
    assert found, f"{path.list} links to no {path.link}"
    return found.split("?")[0] + path.then


def visit(page: Page, path: str | First, grave_faults: Callable[[Page], list[str]]) -> Visit:
    """Opens a page once and looks at it as on a desk, a phone and a wide screen."""
    seen = Visit(path)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address_of(page, path))
    page.wait_for_load_state("networkidle")  # parts that come by themselves have come
    seen.texts = page.evaluate(TEXTS)
    for width in (1280, PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        seen.widths[width] = page.evaluate("document.scrollingElement.scrollWidth")
        if width != WIDE:
            seen.faults += [f"{path} at {width} px: {fault}" for fault in grave_faults(page)]
    return seen


TEXTS = """() => {
  const own = document.documentElement.lang.slice(0, 2);
  const said = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    const holder = element.closest("[lang]");
    if (holder && holder.lang.slice(0, 2) !== own) continue;
    if (element.closest("script, style, noscript, textarea")) continue;
    if (node.nodeType === 3) said.push(node.data);
    else for (const name of ["aria-label", "title", "placeholder", "alt", "data-confirm"])
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
  }
  return said.map(text => text.trim()).filter(text => text);
}"""
