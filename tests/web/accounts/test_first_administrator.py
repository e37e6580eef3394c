"""Nobody can appoint the first administrator in a browser: the server's command line does."""

from __future__ import annotations

from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Grant
from models.choices import Role
from web.services.access import actor_for
from web.services.accounts import find_credential
from web.services.first_administrator import make_administrator


def test_a_new_address_becomes_a_confirmed_administrator(session: Session) -> None:
    user = make_administrator(session, email="Root@Example.org", name="陈管理", password_hash="$argon2id$x")  # noqa: S106 - no password
    credential = find_credential(session, "root@example.org")
    assert credential is not None
    assert credential.confirmed_at is not None
    assert actor_for(session, user).has(Role.ADMINISTRATOR)
    session.commit()
    assert session.scalars(select(AuditEvent.action)).all() == ["grant.appoint"]


def test_a_known_person_keeps_the_account_and_is_appointed_once(session: Session, make: Maker) -> None:
    known = make.user(email="chen@example.org")
    for _ in range(2):
        assert make_administrator(session, email="chen@example.org").id == known.id
    assert len(session.scalars(select(Grant).where(Grant.user_id == known.id)).all()) == 1
