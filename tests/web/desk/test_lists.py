"""The lists of all needs, organisations and experts: within the jurisdiction, searched, filtered, sorted, exported."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from factories import LANZHOU, SHANGHAI, YINCHUAN, Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Need, User
from models.choices import NeedState, Verification

Browser = Callable[[User], FlaskClient]
Desk, Waits = Callable[..., str], Callable[..., Need]


def results(page: str) -> str:
    return page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/desk/(?:needs|organisations)/[^"]+">([^<]+)</a>', results(page))


def count(page: str, name: str, value: str) -> int:
    """What stands beside a value of a filter."""
    found = re.search(
        rf'name="{name}" value="{value}"[^>]*>\s*<span>[^<]*</span><span class="count">(\d+)</span>', page
    )
    return int(found[1]) if found else 0


@pytest.fixture
def several(make: Maker) -> None:
    """Needs of three places in several states."""
    zhongning = make.organisation(name="中宁枸杞站")
    yinchuan = make.organisation(name="银川奶业站", region_code=YINCHUAN)
    make.need(
        zhongning, title="枸杞黑果病", state=NeedState.PUBLISHED, task_code="ningxia-1", deadline=date(2027, 6, 1)
    )
    make.need(zhongning, title="枸杞还没写完", state=NeedState.DRAFT)
    make.need(
        zhongning, title="枸杞烘干能耗", state=NeedState.SUBMITTED, modes=("training",), deadline=date(2027, 3, 1)
    )
    make.need(yinchuan, title="奶牛热应激", state=NeedState.CLOSED, task_code="ningxia-2", deadline=None)
    make.need(make.organisation(region_code=LANZHOU), title="百合连作障碍", state=NeedState.PUBLISHED)


@pytest.mark.usefixtures("several")
def test_all_states_but_drafts_are_listed_within_the_jurisdiction(desk: Desk, make: Maker) -> None:
    assert set(names(desk("/desk/needs"))) == {"枸杞黑果病", "枸杞烘干能耗", "奶牛热应激"}
    assert set(names(desk("/desk/needs", by=make.manager("6401")))) == {"奶牛热应激"}
    assert set(names(desk("/desk/needs", by=make.manager("", ("ningxia",))))) >= {"枸杞黑果病", "百合连作障碍"}
    assert "百合连作障碍" in names(desk("/desk/needs", by=make.manager("")))


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=closed", {"奶牛热应激"}),
        ("state=closed&state=published", {"奶牛热应激", "枸杞黑果病"}),
        ("region=6401", {"奶牛热应激"}),
        ("programme=ningxia", {"枸杞黑果病", "奶牛热应激"}),
        ("programme=none", {"枸杞烘干能耗"}),
        ("mode=training", {"枸杞烘干能耗"}),
        ("q=枸杞", {"枸杞黑果病", "枸杞烘干能耗"}),
        ("q=gouqi", {"枸杞黑果病", "枸杞烘干能耗"}),
        ("q=nnryj", {"奶牛热应激"}),
        ("q=银川奶业", {"奶牛热应激"}),
        ("q=奶业 nainiu", {"奶牛热应激"}),
        ("q=枸杞&state=submitted", {"枸杞烘干能耗"}),
        ("state=draft", {"枸杞黑果病", "枸杞烘干能耗", "奶牛热应激"}),
        ("state=nonsense&mode=%00&region=x&programme=x", {"枸杞黑果病", "枸杞烘干能耗", "奶牛热应激"}),
    ],
)
def test_needs_are_searched_and_filtered(desk: Desk, query: str, expected: set[str]) -> None:
    assert set(names(desk(f"/desk/needs?{query}"))) == expected


@pytest.mark.usefixtures("several")
def test_each_filter_counts_what_it_would_leave_beside_the_others(desk: Desk) -> None:
    page = desk("/desk/needs?region=6405")
    assert [count(page, "state", state) for state in ("published", "submitted", "closed")] == [1, 1, 0]
    assert [count(page, "region", region) for region in ("6405", "6401")] == [2, 1]
    assert 'value="6405" checked' in page


@pytest.mark.usefixtures("several")
def test_a_national_manager_filters_by_province(desk: Desk, make: Maker) -> None:
    make.need(make.organisation(region_code="659001", is_xpcc=True), title="兵团棉花")
    everybody = make.manager("")
    page = desk("/desk/needs", by=everybody)
    assert [count(page, "region", prefix) for prefix in ("64", "62", "66", "65")] == [3, 1, 1, 0]
    assert names(desk("/desk/needs?region=66", by=everybody)) == ["兵团棉花"]


@pytest.mark.usefixtures("several")
def test_needs_are_sorted_and_those_without_a_value_come_last(desk: Desk) -> None:
    assert names(desk("/desk/needs?sort=deadline")) == ["枸杞烘干能耗", "枸杞黑果病", "奶牛热应激"]
    assert names(desk("/desk/needs?sort=deadline&order=desc")) == ["枸杞黑果病", "枸杞烘干能耗", "奶牛热应激"]


def test_a_need_is_found_by_its_code(desk: Desk, make: Maker) -> None:
    need = make.need(title="这一条")
    make.need(title="另一条")
    assert names(desk(f"/desk/needs?q={need.code.lower()}")) == ["这一条"]


def test_pages_keep_the_filters(desk: Desk, make: Maker) -> None:
    organisation = make.organisation()
    for number in range(23):
        make.need(organisation, title=f"需求{number:02d}")
    page = desk("/desk/needs?state=published&q=需求&page=2")
    assert "第 21–23 条，共 23 条" in page
    assert "state=published" in page.split('rel="prev"')[0][-300:]


@pytest.mark.parametrize("path", ["needs", "organisations", "experts"])
@pytest.mark.parametrize(
    "query",
    ["q=%27%3B+DROP+TABLE+need--", "q=%3Cscript%3Ealert(1)%3C/script%3E", "q=%F0%9F%8C%B6+%00+%25_", "page=x&sort=x",
     "q=" + "x" * 5000, "region=%27&region=６４", "order=%22%3E&sort=updated", "page=99999999999999999999"],
)  # fmt: skip
def test_hostile_queries_are_answered_and_escaped(desk: Desk, make: Maker, path: str, query: str) -> None:
    make.expert()
    make.need()
    page = desk(f"/desk/{path}?{query}")
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("path", ["needs", "organisations", "experts"])
def test_htmx_gets_the_list_alone(browser: Browser, make: Maker, manager: User, path: str) -> None:
    make.need()
    make.expert()
    page = browser(manager).get(f"/desk/{path}", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in page
    assert "<tbody>" in page


@pytest.mark.usefixtures("several")
def test_the_sheet_has_the_filtered_needs_without_contacts_and_formulas(
    browser: Browser, make: Maker, manager: User
) -> None:
    make.need(
        title='=HYPERLINK("http://evil.example")', contact_name="马站长", contact_phone="19900001234", funding=30.0
    )
    answer = browser(manager).get("/desk/needs.xlsx?state=published")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    headings, *rows = list(sheet.iter_rows(values_only=True))
    column = headings.index("需求名称")
    assert {row[column] for row in rows} == {"枸杞黑果病", '=HYPERLINK("http://evil.example")'}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert 30 in [row[headings.index("资金（万元）")] for row in rows]
    text = str(rows)
    assert "马站长" not in text
    assert "19900001234" not in text


def test_organisations_are_filtered_counted_and_show_what_waits(desk: Desk, make: Maker, waits: Waits) -> None:
    station = make.organisation(name="中宁枸杞站")
    make.organisation(name="银川奶业公司", region_code=YINCHUAN, kind="enterprise", verification=Verification.PENDING)
    make.organisation(name="兰州百合站", region_code=LANZHOU)
    waits(station)
    make.need(station, state=NeedState.DRAFT)
    assert set(names(desk("/desk/organisations"))) == {"中宁枸杞站", "银川奶业公司"}
    assert names(desk("/desk/organisations?verification=pending")) == ["银川奶业公司"]
    assert names(desk("/desk/organisations?kind=extension_station")) == ["中宁枸杞站"]
    assert names(desk("/desk/organisations?q=zngqz")) == ["中宁枸杞站"]
    assert names(desk(f"/desk/organisations?q={station.credit_code[-6:]}")) == ["中宁枸杞站"]
    page = desk("/desk/organisations?region=6405")
    assert count(page, "region", "6401") == 1
    assert re.search(r'data-label="待审需求" class="num"><span class="nowrap">1</span>', page)


def test_experts_are_national_and_show_nothing_to_reach_them_by(desk: Desk, make: Maker) -> None:
    expert = make.expert(name="菌未霜", phone="19900001234", email="jun@example.org", id_number="360426199101010071")
    make.expert(name="藏起来的", state="hidden")
    page = desk("/desk/experts")
    assert f'<a href="/experts/{expert.code}">菌未霜</a>' in page
    assert "菌未霜" in page
    assert expert.institution in page
    assert "藏起来的" not in page
    assert not any(secret in page for secret in ("19900001234", "jun@example.org", "360426199101010071"))


def test_experts_are_filtered_by_home_mode_and_age(desk: Desk, make: Maker, session: Session) -> None:
    make.expert(name="南京新的")
    old = make.expert(name="上海旧的", region_code=SHANGHAI, modes=("training",))
    old.updated_at = datetime.now(UTC) - timedelta(days=366)
    session.flush()

    def shown(query: str) -> list[str]:
        return [name for name in ("南京新的", "上海旧的") if name in results(desk(f"/desk/experts?{query}"))]

    assert shown("") == ["南京新的", "上海旧的"]
    assert shown("region=31") == ["上海旧的"]
    assert shown("mode=training") == ["上海旧的"]
    assert shown("age=stale") == ["上海旧的"]
    assert shown("age=fresh") == ["南京新的"]
    assert shown("q=njxd") == ["南京新的"]
    page = desk("/desk/experts")
    assert count(page, "region", "31") == 1
    assert results(page).count("超过 12 个月") == 1


def test_completeness_is_the_share_of_what_is_filled_in(make: Maker) -> None:
    from web.services.expert_list import completeness

    whole = make.expert()
    assert completeness(whole) == pytest.approx((13 + 2 / 3) / 14)  # two of the three works that are enough
    bare = make.expert(bio="", keywords=(), altitude_ok=None)
    assert completeness(bare) == pytest.approx((10 + 2 / 3) / 14)
