"""Joining an organisation that is known: colleagues or the manager of the place decide."""

from __future__ import annotations

from typing import Any

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Grant, Notification, User
from models.choices import GrantState, Role
from web.services import grants
from web.services.access import actor_for
from web.services.errors import ConflictError, NotAllowedError, NotFoundError


@pytest.fixture
def request_of(make: Maker) -> Grant:
    """A request to join an organisation in 宁夏 that has one employer."""
    _, organisation = make.employer()
    return make.grant(make.user("新同事"), Role.EMPLOYER, organisation_id=organisation.id, state=GrantState.PENDING)


def colleague(session: Session, request: Grant) -> User:
    statement = select(User).join(Grant, Grant.user_id == User.id)
    return session.scalars(
        statement.where(Grant.organisation_id == request.organisation_id, Grant.state == GrantState.ACTIVE)
    ).one()


@pytest.mark.parametrize(("accept", "state"), [(True, GrantState.ACTIVE), (False, GrantState.REVOKED)])
def test_colleague_decides(session: Session, request_of: Grant, accept: bool, state: GrantState) -> None:
    by = actor_for(session, colleague(session, request_of))
    grants.decide(session, grant_id=request_of.id, accept=accept, by=by)
    session.flush()
    assert (request_of.state, request_of.decided_by_id) == (state, by.user_id)
    assert session.scalars(select(Notification.user_id)).all() == [request_of.user_id]
    session.commit()
    assert session.scalars(select(AuditEvent.action)).all() == ["grant.accept" if accept else "grant.refuse"]


def test_manager_of_the_place_decides(session: Session, make: Maker, request_of: Grant) -> None:
    grants.decide(session, grant_id=request_of.id, accept=True, by=actor_for(session, make.manager("64")))
    assert request_of.state == GrantState.ACTIVE


def test_others_do_not_even_learn_of_it(session: Session, make: Maker, request_of: Grant) -> None:
    for person in (make.manager("62"), make.employer()[0], make.administrator(), request_of.user):
        with pytest.raises(NotFoundError):
            grants.decide(session, grant_id=request_of.id, accept=True, by=actor_for(session, person))
    assert request_of.state == GrantState.PENDING


def test_nobody_decides_on_their_own_request(session: Session, make: Maker, request_of: Grant) -> None:
    make.grant(request_of.user, Role.INSTITUTION, organisation_id=request_of.organisation_id)
    with pytest.raises(NotAllowedError):
        grants.decide(session, grant_id=request_of.id, accept=True, by=actor_for(session, request_of.user))


def test_request_is_decided_once(session: Session, make: Maker, request_of: Grant) -> None:
    by = actor_for(session, make.manager())
    grants.decide(session, grant_id=request_of.id, accept=False, by=by)
    with pytest.raises(ConflictError):
        grants.decide(session, grant_id=request_of.id, accept=True, by=by)


def test_manager_sees_requests_of_the_jurisdiction_alone(session: Session, make: Maker, request_of: Grant) -> None:
    assert session.scalars(grants.waiting_for(session, by=actor_for(session, make.manager("64")))).all() == [request_of]
    assert session.scalars(grants.waiting_for(session, by=actor_for(session, make.manager("62")))).all() == []
    with pytest.raises(NotAllowedError):
        grants.waiting_for(session, by=actor_for(session, request_of.user))


def test_request_with_an_unconfirmed_address_stays_unseen(session: Session, make: Maker) -> None:
    _, organisation = make.employer()
    stranger = make.user(confirmed=False)
    grants.ask(session, user=stranger, role=Role.EMPLOYER, organisation=organisation, is_new=False)
    assert grants.waiting_at(session, organisation) == []
    assert session.scalars(select(Notification)).all() == []


def test_colleagues_hear_of_it_when_the_address_is_confirmed(
    client: Any, session: Session, make: Maker, mail: Any
) -> None:
    user, organisation = make.employer()
    person = {"name": "新同事", "email": "neu@example.org", "password": "a long pass-phrase 2026"}
    client.post("/register/employer", data=person)
    client.post("/register/employer/organisation", data={"credit_code": organisation.credit_code})
    client.post("/register/employer/organisation/details")
    assert session.scalars(select(Notification)).all() == []
    client.get(mail.last("neu@example.org").path)
    notice = session.scalars(select(Notification)).one()
    assert (notice.user_id, notice.path) == (user.id, "/employer/organisation")
    assert "新同事申请加入" in notice.text_zh


def test_colleague_decides_on_the_page(browser: Any, session: Session, request_of: Grant) -> None:
    visitor = browser(colleague(session, request_of))
    page = visitor.get("/employer/organisation").text
    assert "新同事" in page
    answer = visitor.post(f"/employer/organisation/requests/{request_of.id}/accept")
    assert answer.location == "/employer/organisation"
    session.refresh(request_of)
    assert request_of.state == GrantState.ACTIVE


def test_who_waits_sees_so_and_may_not_act(browser: Any, request_of: Grant) -> None:
    visitor = browser(request_of.user)
    page = visitor.get("/account").text
    assert "待确认" in page
    assert "您现在没有生效的身份" in page
    assert visitor.get("/employer/organisation").status_code == 403
