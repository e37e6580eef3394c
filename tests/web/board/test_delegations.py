"""While a manager is absent another one approves in their place: by the days, for approvals alone, named with both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from approval_cast import acting, form, order, stands_in, waiting
from factories import Maker
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Delegation, Notification, StateChange, User
from models.choices import GrantState, PairingState, Role, TieKind
from web.accounts.credential import Credential
from web.services import audit_trail, delegations, interests, pairing_approval
from web.services.access import actor_for
from web.services.errors import InvalidError, NotAllowedError, NotFoundError
from web.services.need_submission import today_in_china

Browser = Callable[[User], FlaskClient]
TODAY = today_in_china()
PLACE = "640521"


@pytest.fixture
def deputy(make: Maker) -> User:
    """A manager of another province."""
    return make.manager("62")


def test_deputy_holds_the_jurisdiction_from_the_first_day_to_the_last(
    cast: Cast, session: Session, deputy: User
) -> None:
    stands_in(session, cast.manager, deputy, first=1, last=3)
    held = [actor_for(session, deputy, today=TODAY + timedelta(days=n)).answers_for(PLACE) for n in range(5)]
    assert held == [False, True, True, True, False]


def test_deputy_approves_and_both_are_named(cast: Cast, browser: Browser, session: Session, deputy: User) -> None:
    pairing = waiting(cast)
    assert browser(deputy).get(f"/pairings/{pairing.code}").status_code == 404
    stands_in(session, cast.manager, deputy)
    visitor = browser(deputy)
    assert f"您代 {cast.manager.name} 审批" in visitor.get(f"/pairings/{pairing.code}").text
    assert pairing.code in visitor.get("/desk/pairings").text
    assert visitor.post(f"/desk/pairings/{pairing.code}/approve", data=form(pairing)).status_code == 303
    session.expire_all()
    change = session.scalars(select(StateChange).where(StateChange.move == "approve")).one()
    assert (change.actor_id, change.on_behalf_of_id) == (deputy.id, cast.manager.id)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "pairing.approve")).one()
    assert event.actor_id == deputy.id and f"on_behalf_of={cast.manager.id}" in event.detail
    assert audit_trail.verify(session)[1] == []
    assert f"{deputy.name}（代 {cast.manager.name}）" in visitor.get(f"/pairings/{pairing.code}").text


def test_waiver_and_rejection_of_a_deputy_name_both_too(cast: Cast, session: Session, deputy: User) -> None:
    from approval_cast import related

    from web.services import pairing_moves, pairing_waivers

    stands_in(session, cast.manager, deputy)
    pairing, by = related(cast), acting(session, deputy)
    pairing_waivers.waive(
        session, pairing.code, rule_code="personal_ties", order=order(pairing, "亲属不在本项目"), by=by
    )
    pairing_moves.reject(session, pairing.code, order=order(pairing, "条件不成熟"), by=by)
    session.commit()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action.in_(("rule.waive", "pairing.reject")))).all()
    assert len(events) == 2
    assert all(str(cast.manager.id) in event.detail.split("behalf", 1)[1] for event in events)


def test_deputy_may_do_nothing_but_decide_on_pairings(
    cast: Cast, browser: Browser, session: Session, deputy: User
) -> None:
    stands_in(session, cast.manager, deputy)
    by = acting(session, deputy)
    assert by.answers_for(PLACE) and not by.manages(PLACE)
    visitor = browser(deputy)
    assert visitor.get(f"/desk/needs/{cast.need.code}").status_code in (403, 404)
    assert cast.need.code not in visitor.get("/desk/needs").text


def test_delegation_is_not_passed_on(cast: Cast, session: Session, deputy: User) -> None:
    third = cast.make.manager("61")
    stands_in(session, cast.manager, deputy)
    stands_in(session, deputy, third)
    assert actor_for(session, deputy).answers_for(PLACE)
    assert not actor_for(session, third).answers_for(PLACE)
    assert actor_for(session, third).answers_for("620100")


def test_revoked_delegation_ends_at_once(cast: Cast, session: Session, deputy: User) -> None:
    row = stands_in(session, cast.manager, deputy)
    with pytest.raises(NotFoundError):
        delegations.revoke(session, row.id, by=acting(session, cast.make.manager("64")))
    delegations.revoke(session, row.id, by=acting(session, cast.manager))
    assert not actor_for(session, deputy).answers_for(PLACE)


@pytest.mark.parametrize("ends", ["givers role", "deputys role", "givers account"])
def test_delegation_ends_with_what_it_rests_on(cast: Cast, session: Session, deputy: User, ends: str) -> None:
    stands_in(session, cast.manager, deputy)
    if ends == "givers account":
        session.scalars(select(Credential).where(Credential.user_id == cast.manager.id)).one().active = False
    else:
        user = cast.manager if ends == "givers role" else deputy
        for grant in user.grants:
            grant.state = GrantState.REVOKED
    session.flush()
    session.expire_all()
    assert not actor_for(session, deputy).answers_for(PLACE)


@pytest.mark.parametrize("whose", ["giver", "deputy"])
def test_no_approval_where_the_giver_or_the_deputy_has_an_interest(
    cast: Cast, browser: Browser, session: Session, deputy: User, whose: str
) -> None:
    pairing = waiting(cast)
    stands_in(session, cast.manager, deputy)
    with_interest = cast.manager if whose == "giver" else deputy
    by = acting(session, with_interest)
    interests.declare(session, kind=TieKind.EQUITY, counterpart=cast.host.name, note="", by=by)
    with pytest.raises(NotAllowedError, match="interest"):
        pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, deputy))
    page = browser(deputy).get(f"/pairings/{pairing.code}").text
    assert "您不能审批这次对接" in page and f"/desk/pairings/{pairing.code}/approve" not in page
    session.expire_all()
    assert pairing.state == PairingState.ACCEPTED


def test_of_two_givers_the_one_without_an_interest_counts(cast: Cast, session: Session, deputy: User) -> None:
    other, pairing = cast.make.manager("64"), waiting(cast)
    interests.declare(
        session, kind=TieKind.EQUITY, counterpart=cast.host.name, note="", by=acting(session, cast.manager)
    )
    for giver in (cast.manager, other):
        stands_in(session, giver, deputy)
    pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, deputy))
    change = session.scalars(select(StateChange).where(StateChange.move == "approve")).one()
    assert change.on_behalf_of_id == other.id


def test_page_names_a_deputy_and_says_what_is_wrong(
    cast: Cast, browser: Browser, session: Session, deputy: User
) -> None:
    visitor = browser(cast.manager)
    good = {"to_id": str(deputy.id), "starts": str(TODAY), "ends": str(TODAY + timedelta(days=7)), "reason": "休假"}
    wrong = [
        (good | {"to_id": str(cast.manager.id)}, "请选择一位管理人员"),
        (good | {"to_id": str(cast.employer.id)}, "请选择一位管理人员"),
        (good | {"ends": str(TODAY - timedelta(days=1))}, "结束日期不能早于开始日期"),
        (good | {"ends": str(TODAY + timedelta(days=400))}, "一次委托最多"),
        (good | {"reason": ""}, "请写明原因"),
        (good | {"starts": "下周"}, "应是日期"),
    ]
    for data, said in wrong:
        answer = visitor.post("/desk/delegations", data=data)
        assert answer.status_code == 422 and said in answer.text
    assert visitor.post("/desk/delegations", data=good).status_code == 303
    assert "这段时间已经委托给别人" in visitor.post("/desk/delegations", data=good).text
    session.expire_all()
    row = session.scalars(select(Delegation)).one()
    assert (row.from_id, row.to_id, row.reason) == (cast.manager.id, deputy.id, "休假")
    told = session.scalars(select(Notification.text_zh).where(Notification.user_id == deputy.id)).one()
    assert cast.manager.name in told and str(TODAY) in told
    assert f"代 {cast.manager.name} 审批" in browser(deputy).get("/desk/delegations").text
    assert visitor.post(f"/desk/delegations/{row.id}/revoke").status_code == 303
    session.expire_all()
    assert row.revoked_at is not None


def test_only_managers_delegate(cast: Cast, session: Session, deputy: User) -> None:
    days = {"starts": TODAY, "ends": TODAY, "reason": "休假"}
    with pytest.raises(NotAllowedError):
        delegations.delegate(session, to_id=deputy.id, by=acting(session, cast.employer), **days)
    former = cast.make.manager("61")
    former.grants[0].state = GrantState.REVOKED
    assert former.grants[0].role == Role.MANAGER
    with pytest.raises(InvalidError):
        delegations.delegate(session, to_id=former.id, by=acting(session, cast.manager), **days)
