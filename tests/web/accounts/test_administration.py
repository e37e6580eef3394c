"""The administrator: appoints, takes away, suspends; sees an address only on purpose, and every act is kept."""

from __future__ import annotations

from typing import Any

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Grant, Programme
from models.choices import GrantState, Role, Subject
from web.services import grants, people
from web.services.access import actor_for
from web.services.errors import ConflictError, InvalidError, NotAllowedError


@pytest.fixture
def visitor(browser: Any, make: Maker) -> Any:
    return browser(make.administrator())


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_list_finds_by_name_role_and_whole_address(visitor: Any, make: Maker) -> None:
    user, _ = make.employer()
    user.name = "马建国"
    make.user("菌未霜", email="jun@example.org")
    by_name = visitor.get("/admin/users?q=建国").text
    assert "马建国" in by_name
    assert "菌未霜" not in by_name
    assert "菌未霜" in visitor.get("/admin/users?q=JUN@example.org").text
    by_role = visitor.get("/admin/users?role=employer").text
    assert "马建国" in by_role
    assert "菌未霜" not in by_role
    assert "没有符合条件的用户" in visitor.get("/admin/users?q=%25").text


def test_list_shows_no_address(visitor: Any, make: Maker) -> None:
    user = make.user("马建国", email="ma@example.org")
    assert "example.org" not in visitor.get("/admin/users").text
    assert "example.org" not in visitor.get(f"/admin/users/{user.id}").text


def test_list_has_pages_and_keeps_its_filters(visitor: Any, make: Maker) -> None:
    for number in range(25):
        make.user(f"用户甲{number:02d}")
    page = visitor.get("/admin/users?q=用户甲").text
    assert "共 25 条" in page
    assert "用户甲24" not in page
    assert "用户甲24" in visitor.get("/admin/users?q=用户甲&page=2").text
    assert "page=2" in page and "q=" in page


@pytest.mark.parametrize("page", ["0", "-3", "999", "x"])
def test_strange_page_numbers_do_no_harm(visitor: Any, page: str) -> None:
    assert visitor.get(f"/admin/users?page={page}&role=nobody").status_code == 200


def test_look_at_an_address_is_kept(visitor: Any, session: Session, make: Maker) -> None:
    user = make.user("马建国", email="ma@example.org")
    assert "ma@example.org" in visitor.post(f"/admin/users/{user.id}/contact").text
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject, event.subject_id) == ("contact.look", Subject.USER, user.id)
    assert event.actor_id is not None


def test_manager_is_appointed_for_a_place_and_programmes(visitor: Any, session: Session, make: Maker) -> None:
    user = make.user()
    codes = session.scalars(select(Programme.code).order_by(Programme.code)).all()[:2]
    form = {"role": "manager", "province": "640000", "city": "640500", "programmes": codes}
    assert visitor.post(f"/admin/users/{user.id}", data=form).location == f"/admin/users/{user.id}"
    grant = session.scalars(select(Grant).where(Grant.user_id == user.id)).one()
    assert (grant.role, grant.state) == (Role.MANAGER, GrantState.ACTIVE)
    assert (grant.adcode_prefix, grant.programmes) == ("6405", tuple(codes))
    assert grant.decided_by_id is not None
    assert actions(session) == ["grant.appoint"]
    page = visitor.get(f"/admin/users/{user.id}").text
    assert "宁夏·中卫市" in page


@pytest.mark.parametrize(
    ("form", "prefix"), [({}, ""), ({"province": "640000"}, "64"), ({"province": "640000", "city": "640000"}, "64")]
)
def test_jurisdiction_is_the_deepest_place_that_was_chosen(
    visitor: Any, session: Session, make: Maker, form: dict[str, str], prefix: str
) -> None:
    user = make.user()
    visitor.post(f"/admin/users/{user.id}", data={"role": "manager", **form})
    assert session.scalars(select(Grant.adcode_prefix).where(Grant.user_id == user.id)).one() == prefix


@pytest.mark.parametrize("form", [{"role": "employer"}, {"role": "manager", "programmes": "nothing"}, {}])
def test_what_does_not_exist_is_not_appointed(
    visitor: Any, session: Session, make: Maker, form: dict[str, str]
) -> None:
    user = make.user()
    assert visitor.post(f"/admin/users/{user.id}", data={"role": "", **form}).status_code == 422
    assert session.scalars(select(Grant).where(Grant.user_id == user.id)).all() == []


def test_service_refuses_other_roles_and_unknown_places(session: Session, make: Maker) -> None:
    user, by = make.user(), actor_for(session, make.administrator())
    for wrong in ({"role": Role.EMPLOYER}, {"role": Role.MANAGER, "adcode": "999999"}):
        with pytest.raises(InvalidError):
            grants.appoint(session, user, by=by, **wrong)  # type: ignore[arg-type]


def test_same_appointment_twice_is_refused(session: Session, make: Maker) -> None:
    user, by = make.user(), actor_for(session, make.administrator())
    grants.appoint(session, user, role=Role.MANAGER, adcode="640000", by=by)
    with pytest.raises(ConflictError):
        grants.appoint(session, user, role=Role.MANAGER, adcode="640000", by=by)


def test_role_is_taken_away_but_never_ones_own(visitor: Any, session: Session, make: Maker) -> None:
    manager = make.manager()
    grant = session.scalars(select(Grant).where(Grant.user_id == manager.id)).one()
    visitor.post(f"/admin/grants/{grant.id}/revoke")
    session.refresh(grant)
    assert grant.state == GrantState.REVOKED
    assert visitor.post(f"/admin/grants/{grant.id}/revoke").status_code == 409
    own = session.scalars(select(Grant).where(Grant.role == Role.ADMINISTRATOR)).one()
    assert visitor.post(f"/admin/grants/{own.id}/revoke").status_code == 403
    assert actions(session) == ["grant.revoke"]


def test_account_is_suspended_and_opened_again_but_never_ones_own(
    visitor: Any, session: Session, make: Maker, credential_of: Any
) -> None:
    user = make.user()
    visitor.post(f"/admin/users/{user.id}/suspend")
    assert credential_of(user).active is False
    assert "已停用" in visitor.get("/admin/users?suspended=1").text
    visitor.post(f"/admin/users/{user.id}/reinstate")
    assert credential_of(user).active is True
    own = session.scalars(select(Grant.user_id).where(Grant.role == Role.ADMINISTRATOR)).one()
    assert visitor.post(f"/admin/users/{own}/suspend").status_code == 403
    assert actions(session) == ["user.suspend", "user.reinstate"]


def test_lost_second_factor_is_reset(visitor: Any, session: Session, make: Maker, credential_of: Any) -> None:
    user = make.user()
    credential = credential_of(user)
    credential.tf_primary_method, credential.tf_totp_secret = "authenticator", "secret"
    credential.mf_recovery_codes = ["code"]
    visitor.post(f"/admin/users/{user.id}/reset_second_factor")
    credential = credential_of(user)
    assert (credential.tf_primary_method, credential.tf_totp_secret) == (None, None)
    assert not credential.mf_recovery_codes
    assert actions(session) == ["user.reset_second_factor"]


@pytest.mark.parametrize("verb", ["account", "contact", "suspend", "reinstate", "reset_second_factor"])
def test_nobody_else_touches_accounts(session: Session, make: Maker, verb: str) -> None:
    user = make.user()
    for person in (make.manager(""), make.employer()[0], make.user()):
        with pytest.raises(NotAllowedError):
            getattr(people, verb)(session, user_id=user.id, by=actor_for(session, person))
    assert actions(session) == []


def test_nobody_else_appoints_or_searches(session: Session, make: Maker) -> None:
    user, by = make.user(), actor_for(session, make.manager(""))
    with pytest.raises(NotAllowedError):
        grants.appoint(session, user, role=Role.MANAGER, by=by)
    with pytest.raises(NotAllowedError):
        people.search(people.Wanted(), by=by)
    with pytest.raises(NotAllowedError):
        grants.revoke(session, grant_id=1, by=by)
