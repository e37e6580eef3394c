"""Pages of reports: each figure leads to its rows; Excel and PDF say the same; nobody else gets in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import openpyxl
import pytest
from factories import Maker, sign_in
from flask.testing import FlaskClient
from plain_pages import get
from pypdf import PdfReader
from sqlalchemy.orm import Session

from models import User
from web.services import reports
from web.services.access import actor_for
from web.services.report_rows import Scope

from .conftest import World

Worlds = Callable[..., World]


@pytest.fixture
def manager(make: Maker, session: Session, client: FlaskClient) -> User:
    """A national manager who has signed in."""
    user = make.manager("")
    sign_in(client, user, session)
    return user


def test_every_number_leads_to_rows_that_add_up_to_it(
    world: Worlds, client: FlaskClient, manager: User, session: Session
) -> None:
    world(1)
    page = get(client, "/desk/reports?year=2026&by=mode")
    found = reports.figures(session, Scope(2026), by=actor_for(session, manager))
    links = [link for link in page.links if link.startswith("/desk/reports/rows")]
    for figure, total in found.items():
        assert any(f"figure={figure}" in link or "figure=grades." in link for link in links), figure
        assert f"{total:,.10g}" in page.text
    for link in dict.fromkeys(links):
        rows = get(client, link)
        assert "合计 0 " not in rows.text
        assert "条记录" in rows.text


def test_the_workbooks_rows_add_up_to_its_figures(world: Worlds, client: FlaskClient, manager: User) -> None:
    world(2, 50)
    book = openpyxl.load_workbook(BytesIO(client.get("/desk/reports/report.xlsx?year=").data))
    figures, rows, _about = book.worksheets
    total = {line[0]: line[3] for line in figures.iter_rows(min_row=2, values_only=True)}
    sums: dict[str, float] = defaultdict(float)
    for line in rows.iter_rows(min_row=2, values_only=True):
        sums[str(line[0])] += float(line[10])  # type: ignore[arg-type]
    assert total
    assert {name: round(value, 6) for name, value in sums.items()} == total


def test_a_text_of_the_workbook_is_never_a_formula(make: Maker, client: FlaskClient, manager: User) -> None:
    make.need(title='=HYPERLINK("http://x")')
    book = openpyxl.load_workbook(BytesIO(client.get("/desk/reports/report.xlsx?year=").data))
    cell = book.worksheets[1].cell(2, 4)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("项目报告", "已发布需求")), ("en", ("Programme report", "Count"))]
)
def test_the_pdf_can_be_read(
    world: Worlds, client: FlaskClient, manager: User, session: Session, language: str, words: tuple[str, ...]
) -> None:
    world(3, 40)
    client.get(f"/language/{language}")
    answer = client.get("/desk/reports/report.pdf?year=2026")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for word in words:
        assert word in text
    days = reports.figures(session, Scope(2026), by=actor_for(session, manager))["days"]
    assert f"{days:,.10g}" in text


@pytest.mark.parametrize("name", ["months", "days", "states", "provinces"])
def test_charts_draw_what_the_tables_say(world: Worlds, client: FlaskClient, manager: User, name: str) -> None:
    made = world(4)
    data = client.get(f"/desk/reports/{name}.json?year=2026&by=province").get_json()
    assert all(len(one["values"]) == len(data["categories"]) for one in data["series"])
    figure = {"months": "needs", "days": "days", "provinces": "days"}.get(name)
    is_2026 = made.figures(lambda *row: row[4].year == 2026)
    wanted = is_2026[figure] if figure else sum(n for key, n in is_2026.items() if key.startswith("assignments."))
    assert sum(data["series"][0]["values"]) == wanted


def test_what_the_url_cannot_mean_is_left_out(world: Worlds, client: FlaskClient, manager: User) -> None:
    world(1, 3)
    for query in (
        "year=1", "year=99999", "year=x", "year=2026&month=13", "province=9", "province=xx", "programme=%00", "task=x",
        "mode=happiness", "by=colour", "month=3", "programme=" + "a" * 300, "year=%E2%91%A0", "task=none",
    ):  # fmt: skip
        for path in ("", "/rows", "/report.xlsx", "/months.json"):
            get_ = client.get(f"/desk/reports{path}?{query}&figure=needs&page=0")
            assert get_.status_code == 200, (path, query)


@pytest.mark.parametrize("figure", ["", "x", "needs.x", "pairings.", "grades.A", "indicators", "indicators.x", "%00"])
def test_a_figure_that_is_none_is_not_found(client: FlaskClient, manager: User, figure: str) -> None:
    assert client.get(f"/desk/reports/rows?figure={figure}").status_code == 404


def test_pages_of_rows_miss_none(make: Maker, client: FlaskClient, manager: User) -> None:
    host = make.organisation()
    codes = {make.need(host).code for _ in range(120)}
    seen = [get(client, f"/desk/reports/rows?figure=needs&year=2026&page={page}") for page in (1, 2, 3)]
    found = [{link for link in page.links if "/desk/needs/" in link} for page in seen]
    assert [len(one) for one in found] == [50, 50, 20]
    assert all(not one & other for one, other in pairwise(found))
    assert len(set().union(*found)) == len(codes)


def test_jurisdiction_holds_on_every_page(world: Worlds, make: Maker, client: FlaskClient, session: Session) -> None:
    made = world(5, 40)
    sign_in(client, make.manager("62"), session)
    codes = {one.code for one in made.assignments if not one.pairing.need.jurisdiction_code.startswith("62")}
    assert codes
    for path in (
        "?year=",
        "/rows?year=&figure=assignments",
        "/rows?year=&figure=days",
        "/rows?year=&figure=assignments&province=64",
    ):
        assert not [code for code in codes if code in get(client, f"/desk/reports{path}").html]
    book = openpyxl.load_workbook(BytesIO(client.get("/desk/reports/report.xlsx?year=").data))
    assert {line[5] for line in book.worksheets[1].iter_rows(min_row=2, values_only=True)} == {"甘肃"}


def test_no_page_of_it_names_a_person(world: Worlds, client: FlaskClient, manager: User) -> None:
    made = world(6)
    people = {one.expert.name for one in made.assignments} | {"马站长", "19900000001"}
    for path in ("?year=", "/rows?year=&figure=assignments", "/rows?year=&figure=pairings", "/rows?year=&figure=days"):
        assert not [name for name in people if name in get(client, f"/desk/reports{path}").html]


def test_an_empty_report_says_what_to_do(client: FlaskClient, manager: User) -> None:
    page = get(client, "/desk/reports")
    assert "这个范围内还没有记录" in page.text
    assert client.get("/desk/reports/report.xlsx").status_code == 200
    assert client.get("/desk/reports/report.pdf").status_code == 200
