"""What waits on a manager's desk: within the jurisdiction, the oldest first, with what is wrong marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from factories import LANZHOU, Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Need
from models.choices import NeedState, Role, Verification
from web.services import desk as service
from web.services.access import actor_for
from web.services.errors import NotAllowedError

Desk, Waits, Act = Callable[..., str], Callable[..., Need], Callable[..., TestResponse]


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/desk/(?:needs|organisations)/[^"]+">([^<]+)</a>', page)


def test_only_what_waits_in_the_jurisdiction_is_shown(desk: Desk, make: Maker, waits: Waits) -> None:
    waits(title="宁夏的")
    waits(make.organisation(region_code=LANZHOU), title="甘肃的", task_code=None)
    waits(title="已发布的", state=NeedState.PUBLISHED)
    waits(title="已退回的", state=NeedState.RETURNED)
    waits(title="还是草稿", state=NeedState.DRAFT)
    make.organisation(name="中宁新来的合作社", verification=Verification.PENDING)
    make.organisation(name="兰州新来的公司", region_code=LANZHOU, verification=Verification.PENDING)
    assert set(titles(desk("/desk"))) == {"宁夏的", "中宁新来的合作社"}


def test_a_national_manager_sees_everything(desk: Desk, make: Maker, waits: Waits) -> None:
    waits(title="宁夏的")
    waits(make.organisation(region_code=LANZHOU), title="甘肃的", task_code=None)
    waits(make.organisation(region_code="659001", is_xpcc=True), title="兵团的", task_code="xinjiang-1")
    assert set(titles(desk("/desk", by=make.manager("")))) == {"宁夏的", "甘肃的", "兵团的"}


def test_the_corps_and_xinjiang_are_told_apart(desk: Desk, make: Maker, waits: Waits) -> None:
    waits(make.organisation(region_code="659001", is_xpcc=True), title="兵团的", task_code="xinjiang-1")
    waits(make.organisation(region_code="650100"), title="新疆的", task_code="xinjiang-1")
    assert titles(desk("/desk", by=make.manager("66"))) == ["兵团的"]
    assert titles(desk("/desk", by=make.manager("65"))) == ["新疆的"]


def test_a_manager_of_one_programme_sees_its_needs_and_those_without_a_task(
    desk: Desk, make: Maker, waits: Waits
) -> None:
    waits(title="支宁任务")
    waits(title="没有任务", task_code=None)
    other = make.organisation(region_code="650100")
    waits(other, title="援疆任务", task_code="xinjiang-1")
    assert set(titles(desk("/desk", by=make.manager("", ("ningxia",))))) == {"支宁任务", "没有任务"}
    assert titles(desk("/desk", by=make.manager("64", ("xinjiang",)))) == ["没有任务"]


def test_the_oldest_comes_first_whatever_it_is(desk: Desk, make: Maker, waits: Waits) -> None:
    waits(title="三天的", days=3)
    waits(title="昨天的", days=1)
    old = datetime.now(UTC) - timedelta(days=5)
    make.organisation(name="五天的单位", verification=Verification.PENDING, updated_at=old)
    waits(title="两天的", days=2)
    page = desk("/desk")
    assert titles(page) == ["五天的单位", "三天的", "两天的", "昨天的"]
    assert re.findall(r'<span class="nowrap[^"]*">(\d 天)</span>', page) == ["5 天", "3 天", "2 天", "1 天"]


def test_what_is_wrong_is_marked(desk: Desk, make: Maker, waits: Waits) -> None:
    pending = make.organisation(verification=Verification.PENDING)
    waits(pending, title="两处有问题", indicators="")
    waits(title="没有问题")
    page = desk("/desk?kind=need")
    assert page.count(">单位未核验<") == 1
    assert page.count(">缺指标<") == 1
    assert page.count('<span class="muted">未发现问题</span>') == 1


def test_a_similar_need_of_the_same_organisation_is_marked_and_one_of_another_is_not(
    desk: Desk, make: Maker, waits: Waits
) -> None:
    organisation = make.organisation()
    waits(organisation, title="枸杞黑果病怎么治")
    waits(organisation, title="枸杞黑果病怎么治理", state=NeedState.PUBLISHED, problem="这一条写得完全不同" * 4)
    waits(title="枸杞黑果病怎么治")
    assert desk("/desk?kind=need").count(">可能重复<") == 1


def test_kinds_and_results_narrow_the_queue(desk: Desk, make: Maker, waits: Waits) -> None:
    waits(title="没有问题")
    waits(title="该看一眼", indicators="")
    waits(title="必须改", goal="")
    make.organisation(name="新单位", verification=Verification.PENDING)
    assert titles(desk("/desk?kind=organisation")) == ["新单位"]
    assert titles(desk("/desk?kind=need&result=clear")) == ["没有问题"]
    assert titles(desk("/desk?kind=need&result=look")) == ["该看一眼"]
    assert titles(desk("/desk?kind=need&result=must")) == ["必须改"]


@pytest.mark.parametrize("query", ["kind=x", "result=%00", "kind=need&page=-3", "page=999999999999", "page=x"])
def test_strange_queries_are_answered(desk: Desk, waits: Waits, query: str) -> None:
    waits()
    desk(f"/desk?{query}")


def test_a_request_to_join_is_decided_from_the_queue(desk: Desk, make: Maker, session: Session, act: Act) -> None:
    _, organisation = make.employer()
    newcomer = make.user("新同事")
    grant = make.grant(newcomer, Role.EMPLOYER, organisation_id=organisation.id, state="pending")
    assert "新同事 申请以“用人单位”身份加入" in desk("/desk?kind=request")
    answer = act(f"/desk/requests/{grant.id}/accept")
    assert answer.status_code == 302
    session.refresh(grant)
    assert grant.state == "active"
    assert "新同事" not in desk("/desk?kind=request")


def test_a_request_of_another_province_is_not_found(make: Maker, act: Act) -> None:
    elsewhere = make.organisation(region_code=LANZHOU)
    grant = make.grant(make.user(), Role.EMPLOYER, organisation_id=elsewhere.id, state="pending")
    assert act(f"/desk/requests/{grant.id}/accept").status_code == 404
    assert act("/desk/requests/2147483648/accept").status_code == 404


def test_an_empty_desk_says_so(desk: Desk) -> None:
    assert "都办完了" in desk("/desk")


@pytest.mark.parametrize("path", ["", "/needs", "/needs.xlsx", "/organisations", "/experts"])
def test_the_desk_is_for_managers_only(desk: Desk, make: Maker, client: FlaskClient, path: str) -> None:
    assert client.get(f"/desk{path}").status_code == 302
    employer, _ = make.employer()
    for user in (employer, make.administrator()):
        desk(f"/desk{path}", by=user, status=403)


def test_the_services_refuse_who_is_no_manager(session: Session, make: Maker) -> None:
    employer, _ = make.employer()
    with pytest.raises(NotAllowedError):
        service.queue(session, by=actor_for(session, employer))
