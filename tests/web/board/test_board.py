"""The board shows the jurisdiction's pairings by state, finds them, and asks as much for many as for few."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from approval_cast import TOO_MANY, acting, order, related, waiting
from factories import Maker
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models import Need, Pairing, Programme, RuleCheck, User
from models.choices import PairingState, Role
from models.columns import utc_now
from web.extensions import db
from web.services import board, pairing_moves, policy
from web.services.faceted import Wanted
from web.services.orders import Order

Browser = Callable[[User], FlaskClient]
_S = PairingState


def codes(page: str) -> list[str]:
    """The pairings of the page's table, in order."""
    return re.findall(r'href="/pairings/(DJ[^"]+)"', page.split("<tbody>")[1]) if "<tbody>" in page else []


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked inside."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_board_lists_the_jurisdiction_with_counts_per_state(cast: Cast, browser: Browser) -> None:
    mine = [waiting(cast), waiting(cast), waiting(cast, state=_S.INVITED), waiting(cast, state=_S.EXPIRED)]
    other = waiting(cast, need=cast.make.need(cast.make.organisation(region_code="620100")))
    visitor = browser(cast.manager)
    page = visitor.get("/desk/pairings").text
    assert set(codes(page)) == {one.code for one in mine} and other.code not in page
    tabs = re.findall(
        r"(\S+)\s*<span class=\"count\">(\d+)</span></a>", page.split('class="tabs"')[1].split("</ul>")[0]
    )
    assert [(name.split(">")[-1], count) for name, count in tabs] == [
        ("全部状态", "4"), ("已邀请", "1"), ("已接受", "2"), ("已过期", "1")]  # fmt: skip
    assert codes(visitor.get("/desk/pairings?state=expired").text) == [mine[3].code]
    assert '<span class="count">2<' in page.split("<main")[0]


def test_what_waits_comes_first_then_the_longest(cast: Cast, browser: Browser) -> None:
    now = utc_now()
    closed = waiting(cast, state=_S.DECLINED, state_since=now - timedelta(days=90))
    young = waiting(cast, state_since=now - timedelta(days=1))
    old = waiting(cast, state_since=now - timedelta(days=12))
    invited = waiting(cast, state=_S.INVITED, state_since=now - timedelta(days=20))
    visitor = browser(cast.manager)
    page = visitor.get("/desk/pairings").text
    assert codes(page) == [old.code, young.code, invited.code, closed.code]
    assert "12 天" in page and "到期" in page and "管理人员审批" in page
    assert codes(visitor.get("/desk/pairings?overdue=1").text) == [old.code, invited.code]
    assert codes(visitor.get("/desk/pairings?waits=1&overdue=1").text) == [old.code]


def test_waits_for_me_leaves_out_what_is_ones_own_or_endorsed(cast: Cast, session: Session) -> None:
    plain, endorsed, own = waiting(cast), waiting(cast, endorsed_by_id=cast.manager.id), waiting(cast)
    cast.make.grant(cast.manager, Role.EMPLOYER, organisation_id=(host := cast.make.organisation()).id)
    own.need.organisation = host
    by = acting(session, cast.manager)
    found = board.board_of(session, Wanted(chosen={"waits": ("1",)}, sort="next"), by=by).page.items
    assert [one.code for one in found] == [plain.code]
    assert board.count_waiting_for(session, by=by) == 1
    assert endorsed.code != own.code


@pytest.mark.parametrize(
    "q",
    [
        "黑果",
        "heiguo",
        "hgb",
        "junweishuang",
        "jws",
        "菌未霜",
        "jianghuai",
        "江淮农业",
        "zhongning",
        "{code}",
        "{lower}",
    ],
)
def test_search_finds_by_code_need_expert_institution_and_pinyin(cast: Cast, browser: Browser, q: str) -> None:
    pairing = waiting(cast, need=cast.need, expert=cast.expert)
    other = waiting(
        cast,
        need=cast.make.need(cast.make.organisation(name="盐池滩羊联社", region_code="640323"), title="滩羊选育"),
        expert=cast.make.expert(cast.make.user(), name="罗小满", institution="浙东水产学院"),
        institution=None,
    )
    words = q.format(code=pairing.code, lower=pairing.code.lower())
    assert codes(browser(cast.manager).get(f"/desk/pairings?q={words}").text) == [pairing.code]
    assert other.code != pairing.code


def test_expert_under_a_code_is_not_found_by_name(cast: Cast, browser: Browser) -> None:
    need = cast.make.need(cast.host, hides_names=True)
    hidden = waiting(cast, need=need, expert=cast.expert, state=_S.INVITED, institution=None)
    visitor = browser(cast.manager)
    page = visitor.get("/desk/pairings").text
    assert hidden.code in page and cast.expert.name not in page
    assert codes(visitor.get("/desk/pairings?q=junweishuang").text) == []


def test_filters_stand_in_the_url_and_strange_values_are_left_out(
    cast: Cast, browser: Browser, session: Session
) -> None:
    programme = session.scalars(select(Programme).order_by(Programme.position)).first()
    assert programme is not None
    tasked = waiting(cast, need=cast.make.need(cast.host, task=programme.tasks[0]), mode=cast.make.mode("training"))
    plain = waiting(cast, need=cast.make.need(cast.make.organisation(region_code="640100")))
    visitor = browser(cast.manager)
    assert codes(visitor.get(f"/desk/pairings?programme={programme.code}").text) == [tasked.code]
    assert codes(visitor.get("/desk/pairings?programme=none").text) == [plain.code]
    assert codes(visitor.get("/desk/pairings?mode=training").text) == [tasked.code]
    assert codes(visitor.get("/desk/pairings?region=6401").text) == [plain.code]
    strange = "state=x&mode=y&region=zz&programme=%00&waits=2&overdue=&page=0&sort=none"
    assert set(codes(visitor.get(f"/desk/pairings?{strange}").text)) == {tasked.code, plain.code}
    part = visitor.get("/desk/pairings?state=accepted", headers={"HX-Request": "true"}).text
    assert "<html" not in part and tasked.code in part


def test_rule_summary_is_the_last_stored_check(cast: Cast, browser: Browser, session: Session) -> None:
    never, passes = waiting(cast), waiting(cast)
    waivable, blocked = related(cast), waiting(cast, days_per_year=TOO_MANY)
    by = acting(session, cast.manager)
    for one in (passes, waivable, blocked):
        policy.evaluate(session, one, purpose="ready", by=by)
    visitor = browser(cast.manager)
    page = visitor.get("/desk/pairings").text
    rows = {codes(f"<tbody>{row}")[0]: row for row in page.split("<tbody>")[1].split("<tr>")[1:]}
    words = {never: "尚未检查", passes: "全部通过", waivable: "待豁免", blocked: "不能批准"}
    for one, word in words.items():
        assert word in rows[one.code], word
    policy.waive(session, waivable, rule_code="personal_ties", reason="亲属不在本项目", by=by)
    assert "待豁免" not in visitor.get("/desk/pairings").text.split("<tbody>")[1]


def test_rules_are_tested_when_a_pairing_comes_to_the_manager(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(_S.INVITED, needs_consent=False)
    by = acting(session, cast.expert_user)
    pairing_moves.accept(session, pairing.code, order=Order(pairing.version), by=by)
    assert session.scalars(select(RuleCheck.purpose)).all() == ["ready"]
    asked = order(pairing, "请补材料")
    pairing_moves.return_(session, pairing.code, order=asked, by=acting(session, cast.manager))
    assert session.scalars(select(RuleCheck.purpose)).all() == ["ready", "ready"]


def test_database_is_asked_as_much_for_many_as_for_few(cast: Cast, browser: Browser, session: Session) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            policy.evaluate(session, waiting(cast), purpose="ready", by=acting(session, cast.manager))

    fill(3)
    visitor = browser(cast.manager)
    visitor.get("/desk/pairings")
    with statements() as few:
        visitor.get("/desk/pairings")
    fill(15)
    session.commit()
    with statements() as many:
        page = visitor.get("/desk/pairings").text
    assert len(codes(page)) == 18 and len(few) == len(many)


def test_pages_follow_the_order_of_work_through_waiting_open_and_closed_pairings(cast: Cast, browser: Browser) -> None:
    now, sections = utc_now(), ([_S.ACCEPTED] * 12, [_S.INVITED, _S.APPLIED] * 6, [_S.EXPIRED, _S.DECLINED] * 11)
    rows = [
        [
            waiting(cast, state=state, state_since=now - timedelta(days=(5 * n) % len(states)))
            for n, state in enumerate(states)
        ]
        for states in sections
    ]
    first, second, last = (sorted(part, key=lambda one: (one.state_since, one.id)) for part in rows)
    last.sort(key=lambda one: (-one.state_since.timestamp(), one.id))
    expected = [one.code for one in (*first, *second, *last)]
    visitor = browser(cast.manager)
    pages = [codes(visitor.get(f"/desk/pairings?page={number}").text) for number in (1, 2, 3)]
    assert pages == [expected[:20], expected[20:40], expected[40:]]


def test_pages_follow_one_another(make: Maker, cast: Cast, browser: Browser) -> None:
    everyone = {waiting(cast).code for _number in range(23)}
    visitor = browser(cast.manager)
    pages = [codes(visitor.get(f"/desk/pairings?page={number}").text) for number in (1, 2, 9)]
    assert [len(page) for page in pages] == [20, 3, 3]
    assert set(pages[0]) | set(pages[1]) == everyone


def test_administrator_asks_for_two_approvers(make: Maker, browser: Browser, session: Session) -> None:
    programme = session.scalars(select(Programme).order_by(Programme.position)).first()
    assert programme is not None and not programme.two_approvers
    visitor = browser(make.administrator())
    assert visitor.post(f"/admin/approvers/{programme.code}/two").status_code == 303
    session.expire_all()
    assert programme.two_approvers and "改为一人审批" in visitor.get("/admin/approvers").text
    visitor.post(f"/admin/approvers/{programme.code}/one")
    session.expire_all()
    assert not programme.two_approvers
    assert visitor.post("/admin/approvers/nonsense/two").status_code == 404


def test_english_pages_are_english(cast: Cast, browser: Browser) -> None:
    pairing = waiting(cast)
    visitor = browser(cast.manager)
    visitor.get("/language/en")
    assert "Pairings to decide" in visitor.get("/desk/pairings").text
    assert "Delegations" in visitor.get("/desk/delegations").text
    assert "My interests" in visitor.get("/desk/interests").text
    assert "Decision" in visitor.get(f"/pairings/{pairing.code}").text
    assert isinstance(pairing, Pairing) and isinstance(pairing.need, Need)
