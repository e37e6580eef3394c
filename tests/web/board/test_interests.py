"""Declared interests keep managers away from their own affairs; another manager may set one aside, for a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from approval_cast import acting, form, order, related, waiting
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, ManagerTie, Pairing, Tie, TieDismissal, User
from models.choices import PairingState, TieKind
from models.columns import utc_now
from web.services import interests, pairing_approval, pairing_waivers, policy, tie_dismissals
from web.services.errors import ConflictError, NotAllowedError, NotFoundError
from web.services.need_submission import today_in_china

Browser = Callable[[User], FlaskClient]
TODAY = today_in_china()


def approve(session: Session, pairing: Pairing, user: User) -> None:
    pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, user))


def declare(cast: Cast, counterpart: str, user: User | None = None) -> ManagerTie:
    by = acting(cast.session, user or cast.manager)
    return interests.declare(cast.session, kind=TieKind.EQUITY, counterpart=counterpart, note="", by=by)


@pytest.mark.parametrize("whom", ["host", "institution", "expert", "part"])
def test_manager_with_a_declared_interest_may_not_approve(cast: Cast, session: Session, whom: str) -> None:
    names = {"host": cast.host.name, "institution": cast.institution.name, "expert": cast.expert.name,
             "part": cast.host.name[:8]}  # fmt: skip
    pairing = waiting(cast, need=cast.need, expert=cast.expert)
    declare(cast, names[whom])
    with pytest.raises(NotAllowedError, match="declared an interest"):
        approve(session, pairing, cast.manager)


def test_interest_in_others_does_not_stand_in_the_way(cast: Cast, session: Session) -> None:
    pairing = waiting(cast)
    for name in ("甘肃定西马铃薯研究所", "中宁", "菌某"):
        declare(cast, name)
    approve(session, pairing, cast.manager)
    assert pairing.state == PairingState.APPROVED


def test_page_names_the_interest_and_has_no_button(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    visitor = browser(cast.manager)
    wrong = visitor.post("/desk/interests", data={"kind": "equity", "counterpart": " "})
    assert wrong.status_code == 422 and "请填写单位或人员的名称" in wrong.text
    assert "请选择关系的种类" in visitor.post("/desk/interests", data={"counterpart": "某厂"}).text
    assert visitor.post("/desk/interests", data={"kind": "equity", "counterpart": cast.host.name}).status_code == 303
    assert cast.host.name in visitor.get("/desk/interests").text
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert f"您申报了与“{cast.host.name}”的利益关系" in page
    for act in ("approve", "reject", "return", "waive"):
        assert f"/desk/pairings/{pairing.code}/{act}" not in page
        data = form(pairing, reason="请补充材料", rule_code="personal_ties")
        assert visitor.post(f"/desk/pairings/{pairing.code}/{act}", data=data).status_code == 403


def test_dismissed_interest_keeps_reason_and_expiry_and_counts_again_after_it(cast: Cast, session: Session) -> None:
    pairing, national = waiting(cast), cast.make.manager("")
    tie, until = declare(cast, cast.host.name), TODAY + timedelta(days=30)
    row = tie_dismissals.dismiss(
        session, tie, reason="股份已转让，有工商记录", until=until, by=acting(session, national)
    )
    assert (row.reason, row.until, row.by_id) == ("股份已转让，有工商记录", until, national.id)
    assert tie_dismissals.is_dismissed(session, tie, today=until)
    assert not tie_dismissals.is_dismissed(session, tie, today=until + timedelta(days=1))
    row.until = TODAY - timedelta(days=1)
    with pytest.raises(NotAllowedError):
        approve(session, pairing, cast.manager)
    row.until = TODAY
    approve(session, pairing, cast.manager)
    session.commit()
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "tie.dismiss")).one().actor_id == national.id


def test_nobody_dismisses_their_own_and_no_manager_from_elsewhere(cast: Cast, session: Session) -> None:
    tie, until = declare(cast, cast.host.name), TODAY + timedelta(days=30)
    for user in (cast.manager, cast.make.manager("62"), cast.make.manager("6405")):
        with pytest.raises(NotAllowedError):
            tie_dismissals.dismiss(session, tie, reason="股份已转让", until=until, by=acting(session, user))
        with pytest.raises(NotFoundError):
            interests.colleagues_tie(session, tie.id, by=acting(session, user))
    assert session.scalars(select(TieDismissal)).all() == []


def test_withdrawn_dismissal_counts_no_more(cast: Cast, session: Session) -> None:
    pairing, national = waiting(cast), acting(session, cast.make.manager(""))
    tie = declare(cast, cast.host.name)
    row = tie_dismissals.dismiss(session, tie, reason="股份已转让", until=TODAY, by=national)
    tie_dismissals.withdraw(session, row.id, by=national)
    with pytest.raises(NotAllowedError):
        approve(session, pairing, cast.manager)


def test_a_dismissal_holds_for_the_host_and_while_it_is_open(cast: Cast, session: Session) -> None:
    pairing = related(cast)
    elsewhere = cast.make.organisation(name=f"{cast.host.name}分站", region_code="620100")
    other = cast.make.pairing(cast.make.need(elsewhere), pairing.expert, state=PairingState.ACCEPTED)
    pairing.expert.ties.append(Tie(kind=TieKind.EQUITY, counterpart="南京某某公司"))
    by, (kin, far) = acting(session, cast.manager), pairing.expert.ties
    given = {"reason": "已核实不在同一单位", "until": TODAY, "by": by}
    with pytest.raises(ConflictError, match="nothing to do"):
        pairing_waivers.dismiss_tie(session, pairing.code, tie_id=far.id, **given)
    row = pairing_waivers.dismiss_tie(session, pairing.code, tie_id=kin.id, **given)
    found = [{one.rule.code for one in policy.stops(policy.look(session, each))} for each in (pairing, other)]
    assert ["personal_ties" in one for one in found] == [False, True]
    row.withdrawn_at, pairing.state = utc_now(), PairingState.APPROVED
    session.flush()
    with pytest.raises(ConflictError, match="decided"):
        pairing_waivers.dismiss_tie(session, pairing.code, tie_id=kin.id, **given)


def test_experts_interest_is_dismissed_on_the_page_for_a_time(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = related(cast)
    visitor, tie = browser(cast.manager), pairing.expert.ties[0]
    url = f"/desk/pairings/{pairing.code}/ties/{tie.id}/dismiss"
    assert url in visitor.get(f"/pairings/{pairing.code}").text
    wrong = visitor.post(url, data={"reason": "无", "until": str(TODAY - timedelta(days=1))})
    assert wrong.status_code == 422 and "一年之内" in wrong.text and "排除的原因请写" in wrong.text
    assert visitor.post(url, data={"reason": "已核实不在同一单位", "until": str(TODAY)}).status_code == 303
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert "已核实不在同一单位" in page and f"/desk/pairings/{pairing.code}/approve" in page
    session.expire_all()
    session.scalars(select(TieDismissal)).one().until = TODAY - timedelta(days=1)
    assert f"/desk/pairings/{pairing.code}/approve" not in visitor.get(f"/pairings/{pairing.code}").text
