"""An expert names the officer of an institution that has none: one link, one person, fourteen days, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from consent_cast import Cast, cast_of
from factories import NANJING, Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Grant, OfficerInvitation, User
from models.choices import GrantState, OrganisationKind, PairingState, Role, Verification
from models.columns import utc_now
from web.accounts.credential import Credential
from web.institution.links import signed
from web.services import consents, grants, organisations
from web.services import officer_invitations as invitations
from web.services.accounts import Membership
from web.services.errors import ConflictError, InvalidError, NotAllowedError
from web.services.officer_invitations import DeadLinkError, Sent
from web.services.organisation_details import Details

Browser = Callable[[User], FlaskClient]
EMAIL = "rsc@jhxm.example.org"
COLLEGE = "江淮畜牧学院"


@pytest.fixture
def cast(make: Maker, session: Session) -> Cast:
    """The expert's institution is not on the service yet."""
    return cast_of(make, session, has_institution=False)


@pytest.fixture
def officer(make: Maker) -> User:
    return make.user("钱科长", email=EMAIL)


def invite(cast: Cast, session: Session, name: str = "钱科长", email: str = EMAIL, user: User | None = None) -> Sent:
    by = cast.by(user or cast.expert_user)
    return invitations.invite(session, cast.code, name=name, email=email, order=cast.order(), by=by)


def membership(code: str, name: str = COLLEGE) -> Membership:
    details = Details(
        name=name, name_en="", kind=OrganisationKind.UNIVERSITY, region_code=NANJING, is_xpcc=False, intro=""
    )
    return Membership(Role.INSTITUTION, code, details)


def test_the_officer_of_a_new_institution_acts_once_it_is_verified(
    cast: Cast, officer: User, make: Maker, session: Session
) -> None:
    sent, code = invite(cast, session), make.credit_code()
    grant = invitations.accept(session, sent.token, membership=membership(code), by=cast.by(officer))
    assert (grant.role, grant.state, grant.organisation_id) == (
        Role.INSTITUTION,
        GrantState.ACTIVE,
        cast.pairing.institution_id,
    )
    with pytest.raises(ConflictError, match="not verified"):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(officer))
    college = organisations.find(session, code)
    assert college is not None and college.verification == Verification.PENDING
    college.verification = Verification.VERIFIED
    consents.consent(session, cast.code, order=cast.order(), by=cast.by(officer))
    assert cast.pairing.state == PairingState.CONSENTED


def test_a_known_institution_is_joined_only_when_somebody_confirms_it(
    cast: Cast, officer: User, make: Maker, session: Session
) -> None:
    college = make.organisation(name=COLLEGE)
    known = Membership(Role.INSTITUTION, college.credit_code)
    grant = invitations.accept(session, invite(cast, session).token, membership=known, by=cast.by(officer))
    assert (grant.state, cast.pairing.institution_id) == (GrantState.PENDING, college.id)
    assert college.id not in cast.by(officer).organisations(Role.INSTITUTION)


def test_the_expert_does_not_confirm_the_officer(cast: Cast, officer: User, make: Maker, session: Session) -> None:
    college = make.organisation(name=COLLEGE)
    known = Membership(Role.INSTITUTION, college.credit_code)
    grant = invitations.accept(session, invite(cast, session).token, membership=known, by=cast.by(officer))
    make.grant(cast.expert_user, Role.EMPLOYER, organisation_id=college.id)
    fellow = make.expert(make.user(), institution=COLLEGE).user
    make.grant(fellow, Role.INSTITUTION, organisation_id=college.id)
    for user in (cast.expert_user, fellow):
        with pytest.raises(NotAllowedError, match="named this officer"):
            grants.decide(session, grant_id=grant.id, accept=True, by=cast.by(user))
    colleague = make.employer(college)[0]
    assert grants.decide(session, grant_id=grant.id, accept=True, by=cast.by(colleague)).state == GrantState.ACTIVE


def test_the_link_is_for_the_experts_own_institution(cast: Cast, officer: User, make: Maker, session: Session) -> None:
    sent = invite(cast, session)
    for wrong in (
        membership(make.credit_code(), "西北某学院"),
        Membership(Role.INSTITUTION, cast.institution.credit_code),
    ):
        with pytest.raises(InvalidError, match=COLLEGE):
            invitations.accept(session, sent.token, membership=wrong, by=cast.by(officer))
    assert session.scalar(select(Grant).where(Grant.user_id == officer.id)) is None


def test_links_that_are_used_or_expired_or_replaced_or_forged_open_nothing(
    cast: Cast, officer: User, make: Maker, session: Session
) -> None:
    first, second = invite(cast, session), invite(cast, session)
    with pytest.raises(DeadLinkError, match="no longer valid"):
        invitations.opened(session, first.token)
    with pytest.raises(DeadLinkError, match="no longer valid"):
        invitations.opened(session, second.token, now=utc_now() + timedelta(days=14, minutes=1))
    assert invitations.opened(session, second.token, now=utc_now() + timedelta(days=13)) == second.invitation
    with pytest.raises(DeadLinkError, match="not ours"):
        invitations.opened(session, second.token[:-1] + "!")
    invitations.accept(session, second.token, membership=membership(make.credit_code()), by=cast.by(officer))
    with pytest.raises(DeadLinkError, match="used"):
        invitations.accept(session, second.token, membership=membership(make.credit_code()), by=cast.by(officer))


def test_nobody_else_can_use_the_link(cast: Cast, officer: User, make: Maker, session: Session) -> None:
    sent = invite(cast, session)
    unconfirmed = session.scalars(select(Credential).where(Credential.user_id == officer.id)).one()
    unconfirmed.confirmed_at = None
    session.flush()
    for user in (make.user(), cast.expert_user, cast.employer, officer):
        with pytest.raises(NotAllowedError):
            invitations.accept(session, sent.token, membership=membership(make.credit_code()), by=cast.by(user))
    assert sent.invitation.used_at is None


def test_the_employer_cannot_be_the_officer(cast: Cast, make: Maker, session: Session) -> None:
    email = session.scalars(select(Credential.email).where(Credential.user_id == cast.employer.id)).one()
    sent = invite(cast, session, email=email)
    with pytest.raises(NotAllowedError, match="party"):
        invitations.accept(session, sent.token, membership=membership(make.credit_code()), by=cast.by(cast.employer))


@pytest.mark.parametrize(
    ("name", "email", "field"), [("", EMAIL, "name"), ("甲", "nobody", "email"), ("甲" * 81, EMAIL, "name")]
)
def test_what_is_wrong_stands_beside_its_field(cast: Cast, session: Session, name: str, email: str, field: str) -> None:
    with pytest.raises(InvalidError) as wrong:
        invite(cast, session, name, email)
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_the_expert_alone_names_and_not_themself_and_only_where_nobody_acts(
    cast: Cast, make: Maker, session: Session
) -> None:
    with pytest.raises(ConflictError):
        invite(cast, session, user=cast.employer)
    own = session.scalars(select(Credential.email).where(Credential.user_id == cast.expert_user.id)).one()
    with pytest.raises(InvalidError, match="Not yourself"):
        invite(cast, session, email=own.upper())
    served = cast_of(make, session, institution=cast.institution)
    with pytest.raises(ConflictError):
        invite(served, session)


def test_only_digests_are_kept_and_both_acts_are_audited(
    cast: Cast, officer: User, make: Maker, session: Session
) -> None:
    sent = invite(cast, session)
    kept = " ".join(str(value) for value in vars(sent.invitation).values())
    assert sent.token not in kept and EMAIL not in kept
    invitations.accept(session, sent.token, membership=membership(make.credit_code()), by=cast.by(officer))
    session.commit()
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == cast.pairing.id)).all()
    assert {"officer.invite", "officer.accept"} <= set(actions)


def mailed_link(app: Flask) -> str:
    newest = max(Path(app.config["SETTINGS"].var_dir, "mail").glob("*.txt"))
    line = next(line for line in newest.read_text("utf-8").splitlines() if "/officer/" in line)
    return "/officer/" + line.split("/officer/")[1].strip()


def test_the_whole_way_through_the_pages(
    app: Flask, cast: Cast, officer: User, make: Maker, browser: Browser, session: Session
) -> None:
    experts = browser(cast.expert_user)
    page = f"/pairings/{cast.code}/officer"
    form = {"version": cast.pairing.version, "name": "钱科长", "email": EMAIL}
    assert experts.post(page, data={**form, "email": "x"}).status_code == 422
    assert experts.post(page, data=form).status_code == 302
    link = mailed_link(app)
    assert "钱科长" in app.test_client().get(link).text
    other = browser(make.user()).get(link)
    assert other.status_code == 403 and "另一个邮箱" in other.text
    mine, code = browser(officer), make.credit_code()
    assert COLLEGE in mine.get(link).text
    assert mine.post(f"{link}/accept", data={"credit_code": "123"}).status_code == 422
    asked = mine.post(f"{link}/accept", data={"credit_code": code})
    assert asked.status_code == 200 and f'value="{COLLEGE}"' in asked.text
    place = {"province": "320000", "city": "320100", "county": "320100"}
    done = mine.post(f"{link}/accept", data={"credit_code": code, "name": COLLEGE, "kind": "university", **place})
    assert (done.status_code, done.location) == (302, "/institution/requests")
    assert cast.code in mine.get("/institution/requests").text
    used = mine.get(link)
    assert used.status_code == 404 and "已经用过" in used.text


def test_forged_links_get_a_clear_page(
    app: Flask, cast: Cast, officer: User, browser: Browser, session: Session
) -> None:
    invite(cast, session)
    for token in ("x", "a.b.c", signed("no such token"), "%00", "é" * 300):
        answer = browser(officer).get(f"/officer/{token}")
        assert answer.status_code == 404
    assert "不是本系统发出的" in browser(officer).get("/officer/abc.def").text
    assert session.scalars(select(OfficerInvitation.used_at)).all() == [None]
