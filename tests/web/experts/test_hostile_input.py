"""Scripts, SQL, NUL, emoji and floods are text or are refused; they never run, break a page or a database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from plain_pages import get, post
from sqlalchemy.orm import Session

from models import Expert, User, Work

Browser = Callable[[User], FlaskClient]
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE expert; --",
    "{{ 7 * 7 }}{% raw %}",
    "👩‍🔬🐑 emoji 枸杞",
    "null\x00byte and \x1b[31m colour",
    "\u202eright to left\u202c",
    "%(name)s %s {0} \\",
    "ＡＢＣ１２３",
)


@pytest.fixture
def visitor(browser: Browser, expert: Expert) -> FlaskClient:
    assert expert.user is not None
    return browser(expert.user)


def shown_safely(html: str) -> bool:
    title = html.split("<title>", maxsplit=1)[-1].split("</title>", maxsplit=1)[0]
    return "<script>alert" not in html and "<img src=x" not in html and "49" not in title


@pytest.mark.parametrize("nasty", NASTY)
def test_text_stays_text_everywhere(visitor: FlaskClient, session: Session, nasty: str) -> None:
    page = get(visitor, "/me/profile/expertise")
    post(visitor, "/me/profile/expertise", page.sent(bio=nasty, keywords=f"{nasty[:30]}、枸杞", next="1"))
    page = get(visitor, "/me/profile/basics")
    post(visitor, "/me/profile/basics", page.sent(name=nasty[:60], title=nasty[:40], institution=nasty, next="1"))
    page = get(visitor, "/me/works/new")
    post(visitor, "/me/works/new", page.sent(title=f"T {nasty}", venue=nasty, abstract=nasty, keywords=nasty))
    page = get(visitor, "/me/profile/ties")
    data = page.sent(declared="some", ties__0__kind="equity", ties__0__counterpart=nasty, ties__0__note=nasty, next="1")
    post(visitor, "/me/profile/ties", data)
    for path in ("/me", "/me/works", "/me/profile/basics", "/me/profile/expertise", "/me/profile/ties", "/me/preview"):
        assert shown_safely(get(visitor, path).html), path
    assert "{{ 7 * 7 }}" not in nasty or "{{ 7 * 7 }}" in get(visitor, "/me").text, "no template runs in a text"
    session.expire_all()
    row = session.query(Expert).one()
    kept = "".join((row.name, row.bio, row.institution, *row.keywords, *(work.title for work in row.works)))
    assert "\x00" not in kept and "\x1b" not in kept
    assert row.works[-1].title.startswith("T ") and session.query(Expert).count() == 1


@pytest.mark.parametrize("nasty", NASTY)
def test_pasted_and_imported_text_stays_text(visitor: FlaskClient, session: Session, nasty: str) -> None:
    page = get(visitor, "/me/works/import/list")
    page = post(visitor, "/me/works/import/list", page.sent(text=f"{nasty} 枸杞研究, 2020\n{nasty}"), 200)
    assert shown_safely(page.html)
    assert shown_safely(post(visitor, "/me/works/import/review", page.sent(save="1")).html)
    entry = "@article{a, title = {T " + nasty.replace("{", "").replace("}", "") + " x}}"
    page = post(visitor, "/me/works/import/bibtex", get(visitor, "/me/works/import/bibtex").sent(text=entry), 200)
    assert shown_safely(page.html)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/me/profile/basics", "name"),
        ("/me/profile/basics", "birth_year"),
        ("/me/profile/expertise", "bio"),
        ("/me/profile/expertise", "keywords"),
        ("/me/profile/cooperation", "days_per_year"),
        ("/me/profile/cooperation", "windows-0-starts"),
        ("/me/profile/contact", "phone"),
        ("/me/profile/contact", "email"),
        ("/me/profile/contact", "id_number"),
        ("/me/works/new", "title"),
        ("/me/works/new", "abstract"),
    ],
)
def test_flood_is_refused_beside_its_field(visitor: FlaskClient, path: str, field: str) -> None:
    page = post(visitor, path, {**get(visitor, path).sent(), field: "x" * 1_000_000, "next": "1"}, 422)
    assert f"#{field}" in page.links


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/me/profile/basics", {"kind": "robot", "gender": "x", "degree": "x", "province": "x", "city": "y"}),
        ("/me/profile/cooperation", {"modes": ["x"], "languages": ["x"], "regions_served": ["99"], "altitude": "x"}),
        ("/me/profile/ties", {"declared": "x", "ties-0-kind": "x", "ties-0-counterpart": "x"}),
        ("/me/works/new", {"title": "T", "kind": "x"}),
    ],
)
def test_choices_that_there_are_not_are_refused(visitor: FlaskClient, path: str, data: dict[str, object]) -> None:
    assert visitor.post(path, data={"next": "1", **data}).status_code == 422


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/me/profile/cooperation", {f"windows-{n}-starts": "2027-01-01" for n in range(500)}),
        ("/me/profile/ties", {f"ties-{n}-note": "x" for n in range(500)}),
        ("/me/profile/cooperation", {"windows-999999999-starts": "x", "windows-x-starts": "x", "remove": "nothing"}),
        ("/me/works/import/review", {"rows-0-kind": "x", "rows-0-keep": "y", "again": "1", "text": "x"}),
        ("/me/works/import/review", {"rows-0-kind": "x", "rows-0-keep": "y", "save": "1"}),
        ("/me/works/import/review", {"save": "1"}),
        ("/me/works/restore", {"position": "-5", "title": ""}),
        ("/me/works/restore", {"position": "99999999999999999999", "title": "T", "kind": "paper"}),
    ],
)
def test_forged_forms_break_nothing(visitor: FlaskClient, path: str, data: dict[str, str]) -> None:
    assert visitor.post(path, data=data).status_code in (200, 303, 422)


def test_text_beyond_what_a_form_takes_is_refused_as_a_whole(visitor: FlaskClient, session: Session) -> None:
    answer = visitor.post("/me/works/import/list", data={"text": "枸杞" * 1_000_000})
    assert answer.status_code == 413 and "提交的内容太大" in answer.get_data(as_text=True)
    assert session.query(Work).count() == 2
