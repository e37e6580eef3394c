"""Every route of the application: who may call it is written down here, and everybody else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from visitor import Visitor
from werkzeug.routing import Rule

from models import Notification, Programme, User
from models.choices import GrantState, Role
from web.accounts.setup import CLOSED
from web.permissions import LIBRARY_ENDPOINTS, access_of
from web.services.errors import Sentence
from web.services.journal import notify

_PUBLIC = (
    "static language.switch design.page health.show "
    "assignments.verify_form assignments.verify "
    "public.home public.help_page public.states public.map_data public.need public.needs public.programme "
    "public.programmes "
    "policy.public_rules "
    "accounts.register accounts.account_step accounts.code_step accounts.details_step accounts.done "
    "accounts.credit_code accounts.places institution.officer_link "
    "security.login security.logout security.forgot_password security.reset_password security.send_confirmation "
    "security.confirm_email security.change_email_confirm security.two_factor_token_validation "
    "security.mf_recovery"
)
PUBLIC = frozenset(_PUBLIC.split())
"""What everybody may call: nothing here shows personal data or acts for anybody but the visitor."""

EVERYBODY = frozenset(Role)
AREAS: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/admin/", frozenset({Role.ADMINISTRATOR})),
    ("/desk", frozenset({Role.MANAGER})),
    ("/audit", frozenset({Role.ADMINISTRATOR, Role.MANAGER})),
    ("/me", frozenset({Role.EXPERT})),
    ("/experts/", frozenset({Role.EMPLOYER, Role.MANAGER, Role.EXPERT})),
    ("/employer/organisation", frozenset({Role.EMPLOYER, Role.INSTITUTION})),
    ("/employer", frozenset({Role.EMPLOYER, Role.MANAGER})),
    ("/institution", frozenset({Role.INSTITUTION})),
    ("/pairings", frozenset({Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION, Role.MANAGER})),
    ("/assignments", frozenset({Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION, Role.MANAGER})),
    ("/certificates", frozenset({Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION, Role.MANAGER})),
    ("/account", EVERYBODY),
    ("/home", EVERYBODY),
    ("/documents", EVERYBODY),
    ("/officer", EVERYBODY),
    *(
        (page, EVERYBODY)
        for page in ("/change", "/change-email", "/confirm-password", "/tf-setup", "/mf-recovery-codes")
    ),
)
"""Where the pages of a role live: the first that fits a path says who may be let in at most."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def people(make: Maker) -> dict[str, User]:
    """One person for each role, one without any, and one whose role is not confirmed yet."""
    organisation = make.organisation()
    waiting = make.user()
    make.grant(waiting, Role.EMPLOYER, organisation_id=organisation.id, state=GrantState.PENDING)
    former = make.user()
    for role in (Role.ADMINISTRATOR, Role.EXPERT):
        make.grant(former, role, state=GrantState.REVOKED)
    institution = make.user()
    make.grant(institution, Role.INSTITUTION, organisation_id=organisation.id)
    expert = make.user()
    make.expert(expert)
    return {
        Role.EMPLOYER: make.employer(organisation)[0],
        Role.EXPERT: expert,
        Role.INSTITUTION: institution,
        Role.MANAGER: make.manager(""),
        Role.ADMINISTRATOR: make.administrator(),
        "no role": make.user(),
        "pending": waiting,
        "revoked": former,
    }


@pytest.fixture
def values(make: Maker, session: Session) -> dict[str, Any]:
    """A real value for every part of a URL, by its name; `endpoint.name` where the name means different things."""
    user, organisation = make.employer()
    need, expert = make.need(organisation), make.expert()
    programme = session.scalars(select(Programme.code)).first()
    notify(session, [user.id], Sentence("通知", "notice"), path="")
    session.flush()
    return {
        "code": need.code,
        "matches.expert.code": expert.code,
        "public.programme.code": programme,
        "expert_code": expert.code,
        "work_id": expert.works[0].id,
        "credit_code": organisation.credit_code,
        "grant_id": user.grants[0].id if user.grants else 1,
        "user_id": user.id,
        "notice_id": session.scalars(select(Notification.id)).one(),
        "tie_id": 1,
        "dismissal_id": 1,
        "delegation_id": 1,
        "board.set_approvers.programme": programme,
        "pairing_code": make.pairing(need, expert).code,
        "assignment_code": make.assignment().code,
        "log_id": 1,
        "milestone_id": 1,
        "training_id": 1,
        "leg_id": 1,
        "site_id": 1,
        "claim_id": 1,
        "assignments.pdf.number": "ZM2026-000001",
        "assignments.verify.number": "ZM2026-000001",
        "document_id": 1,
        "objection_id": 1,
        "token": "token",
        "filename": "css/base.css",
        "rule": "mode",
        "rule_code": "dual_term",
        "needs.term_search.kind": "industry",
    }


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods, but those that Flask adds."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def guarded(app: Flask) -> Iterator[tuple[Rule, str]]:
    return ((rule, method) for rule, method in rules(app) if rule.endpoint not in PUBLIC | CLOSED)


def url_of(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    given = {}
    for name, converter in rule._converters.items():
        value = values.get(f"{rule.endpoint}.{name}", values.get(name))
        if value is None and hasattr(converter, "items"):
            value = sorted(converter.items)[0]  # one of a closed choice
        assert value is not None, f"{rule.endpoint}: the test needs a real value for <{name}> of {rule}"
        given[name] = value
    _, path = rule.build(given, append_unknown=False) or (None, None)
    assert path, f"no URL for {rule}"
    return path


def may_be_let_in(rule: Rule, method: str) -> frozenset[Role]:
    """The roles of the route's area; of the employers' pages managers read the matches and change nothing."""
    roles = next((roles for start, roles in AREAS if rule.rule.startswith(start)), frozenset[Role]())
    is_matches = rule.endpoint.startswith("matches.") and method == "GET"
    return roles if is_matches or roles != {Role.EMPLOYER, Role.MANAGER} else frozenset({Role.EMPLOYER})


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    silent = {rule.endpoint for rule, _ in rules(app) if access_of(app, rule.endpoint) is None}
    assert silent == CLOSED


def test_public_views_are_those_written_here(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule, _ in rules(app)
        if (access := access_of(app, rule.endpoint)) is not None and access.is_public
    }
    assert public == PUBLIC


def test_library_views_that_are_named_exist(app: Flask) -> None:
    assert set(LIBRARY_ENDPOINTS) <= set(app.view_functions)


def test_views_let_in_no_role_from_outside_their_area(app: Flask) -> None:
    wrong = []
    for rule, method in guarded(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        allowed = may_be_let_in(rule, method)
        if not (set(access.roles) or EVERYBODY) <= allowed:
            wrong.append(f"{method} {rule}: {access.roles} outside {sorted(allowed)}")
    assert wrong == []


def test_visitors_are_sent_to_sign_in(app: Flask, client: FlaskClient, values: dict[str, Any]) -> None:
    wrong = []
    for rule, method in guarded(app):
        answer = client.open(url_of(app, rule, values), method=method)
        if answer.status_code != 302 or not answer.location.startswith("/login"):
            wrong.append(f"{method} {rule}: {answer.status_code} {answer.location}")
    assert wrong == []


def test_partial_updates_of_visitors_are_refused(app: Flask, client: FlaskClient, values: dict[str, Any]) -> None:
    wrong = []
    for rule, method in guarded(app):
        answer = client.open(url_of(app, rule, values), method=method, headers={"HX-Request": "true"})
        if answer.status_code != 401:
            wrong.append(f"{method} {rule}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", [*Role, "no role", "pending", "revoked"])
def test_other_roles_are_refused(
    app: Flask, client: FlaskClient, session: Session, people: dict[str, User], values: dict[str, Any], who: str
) -> None:
    sign_in(client, people[who], session)
    wrong = []
    for rule, method in guarded(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        if not access.roles or who in access.roles:
            continue
        answer = client.open(url_of(app, rule, values), method=method)
        if answer.status_code != 403:
            wrong.append(f"{method} {rule} for {who}: {answer.status_code}")
    assert wrong == []


def test_ways_of_the_library_that_have_no_use_are_closed(app: Flask, client: FlaskClient) -> None:
    for rule, method in rules(app):
        if rule.endpoint in CLOSED:
            assert client.open(rule.rule, method=method).status_code == 404


def test_nothing_is_changed_without_a_token(app: Flask, client: FlaskClient, values: dict[str, Any]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        wrong = []
        for rule, method in rules(app):
            if method == "GET" or rule.endpoint in CLOSED:
                continue
            answer = client.open(url_of(app, rule, values), method=method)
            if answer.status_code != 400:
                wrong.append(f"{method} {rule}: {answer.status_code}")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert wrong == []
