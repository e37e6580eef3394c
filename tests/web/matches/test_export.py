"""The Excel file has what the page has: the same experts in the same order with the same reasons, and no formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Expert, Need, User, Work
from web.matching import Matching
from web.services import match_export
from web.services.need_submission import today_in_china

Browser = Callable[[User], FlaskClient]
Many = Callable[[int], list[Expert]]
Indexed = Callable[[], Matching]


def sheet_of(client: FlaskClient, need: Need, query: str = "") -> tuple[list[dict[str, Any]], list[str], Any]:
    """Rows by heading, the notes below them, and the worksheet."""
    answer = client.get(f"/employer/needs/{need.code}/matches.xlsx{query}")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    headings, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    rows = [dict(zip(headings, line, strict=True)) for line in lines if any(line[1:])]
    return rows, [str(line[0]) for line in lines if not any(line[1:])], sheet


def shown(html: str) -> list[dict[str, Any]]:
    """The cards of a page: code, rank, what is said of it, quotes, tags."""
    found = []
    for card in html.split('<article class="card" id="expert-')[1:]:
        body = card.split("</article>")[0]
        quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", body, re.DOTALL)
        found.append(
            {
                "code": body.split('"')[0],
                "rank": int(re.search(r'class="rank">(\d+)<', body)[1]),  # type: ignore[index]
                "position": re.search(r"高于 (\d+)% 的候选人|在 (\d+) 位候选人中排第 (\d+)", body),
                "quotes": [unescape(re.sub(r"<[^>]+>", "", quote)) for quote in quotes],
                "met": re.findall(r'<span class="tag is-green">.*?</svg>([^<]+)</span>', body, re.DOTALL),
                "missing": [t.removeprefix("缺：") for t in re.findall(r'"tag is-missing">([^<]+)<', body)],
                "unknown": [t.removeprefix("待核实：") for t in re.findall(r'"tag is-amber">([^<]+)<', body)],
            }
        )
    return found


def eligible_of(html: str) -> int:
    """How many the page says are eligible, filtered or not."""
    found = re.search(r"符合条件的(?:专家|共) (\d+) 位", html)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("query", ["", "?sort=days&english=1", "?try=1&try_min_title=%E4%B8%AD%E7%BA%A7&province=31"])
def test_the_file_has_the_experts_order_and_reasons_of_the_page(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser, query: str
) -> None:
    many(70)
    user, need = employer
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    rows, notes, _ = sheet_of(client, need, query)
    total = eligible_of(client.get(f"{url}{query}").text)
    page, seen = 1, []
    while len(seen) < len(rows):
        more = shown(client.get(f"{url}{query}{'&' if query else '?'}page={page}").text)
        assert more
        seen += more
        page += 1
    assert [row["编号"] for row in rows] == [card["code"] for card in seen]
    for row, card in zip(rows, seen, strict=True):
        assert row["名次"] == card["rank"]
        share, of, rank = card["position"].groups()
        assert (row["高于候选人（%）"] == int(share)) if share else (of, rank) == (str(total), str(row["名次"]))
        assert [text for text in (row["依据 1"], row["依据 2"]) if text] == card["quotes"]
        assert (row["符合的条件"] or "") == "、".join(card["met"])
        assert (row["欠缺的条件"] or "") == "、".join(card["missing"])
        assert (row["待核实的条件"] or "") == "、".join(card["unknown"])
    assert notes[0].startswith(f"需求：{need.code}") and f"名单共 {len(rows)} 位" in notes
    assert any("试算条件（未保存）" in note for note in notes) == ("try=1" in query)


def test_cells_that_look_like_formulas_are_plain_text(
    make: Maker, employer: tuple[User, Need], indexed: Indexed, browser: Browser
) -> None:
    user, need = employer
    for start in "=+-@":
        make.expert(
            name=f"{start}cmd|' /C calc'!A0",
            institution=f'{start}HYPERLINK("http://evil.example")',
            bio=f"{start}SUM(1,2) 枸杞黑果病",
            works=[Work(position=0, title=f"{start}1+1 枸杞炭疽病")],
        )
    indexed()
    rows, _, sheet = sheet_of(browser(user), need)
    assert len(rows) == 4
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)}
    assert kinds == {"s"}
    assert sorted(row["姓名"][0] for row in rows) == sorted("=+-@")


def test_the_file_is_named_by_need_and_day(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(2)
    user, need = employer
    indexed()
    answer = browser(user).get(f"/employer/needs/{need.code}/matches.xlsx")
    assert f"{need.code}-{today_in_china().isoformat()}.xlsx" in answer.headers["Content-Disposition"]


def test_a_long_list_is_cut_and_the_file_says_so(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(30)
    user, need = employer
    indexed()
    client = browser(user)
    whole, _, _ = sheet_of(client, need)
    monkeypatch.setattr(match_export, "MOST_EXPORTED", 5)
    rows, notes, _ = sheet_of(client, need)
    assert rows == whole[:5]
    assert f"名单共 {len(whole)} 位，此表只含前 5 位" in notes


def test_the_file_speaks_the_pages_language_and_hides_names_as_the_page_does(
    session: Session, employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    experts = many(40)
    user, need = employer
    need.hides_names = True
    indexed()
    client = browser(user)
    client.get("/language/en")
    rows, notes, _ = sheet_of(client, need)
    assert {"Rank", "Name", "Evidence 1", "Wishes met"} <= set(rows[0])
    assert [row["Name"] for row in rows] == [row["Code"] for row in rows]
    text = " ".join(str(value) for row in rows for value in row.values())
    assert not [expert.name for expert in experts if expert.name in text]
    assert notes[0].startswith("Need: ")


def test_an_empty_list_gives_a_file_that_says_so(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(3)
    user, need = employer
    indexed()
    rows, notes, _ = sheet_of(browser(user), need, "?province=99")
    assert rows == [] and "名单共 0 位" in notes
