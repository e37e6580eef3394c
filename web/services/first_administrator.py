"""The first administrator, whom nobody can appoint yet: made from the command line of the server."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Grant, User
from models.choices import GrantState, Role, Subject
from models.columns import utc_now
from web.accounts.credential import Credential
from web.services.access import NOBODY
from web.services.accounts import check_name, find_credential
from web.services.journal import note_audit


def make_administrator(session: Session, *, email: str, name: str = "", password_hash: str = "") -> User:
    """The person with that address as administrator; the account is made, confirmed, where there is none.

    Raises InvalidError for a name that cannot be one.
    """
    credential = find_credential(session, email)
    if credential is None:
        credential = Credential(
            user=User(name=check_name(name), locale="zh"),
            email=email,
            password=password_hash,
            active=True,
            confirmed_at=utc_now().replace(tzinfo=None),
            fs_uniquifier=uuid.uuid4().hex,
        )
        session.add(credential)
        session.flush()
    if not _is_administrator(session, credential.user):
        grant = Grant(user=credential.user, role=Role.ADMINISTRATOR)
        session.add(grant)
        session.flush()
        note_audit(
            session,
            action="grant.appoint",
            subject=Subject.GRANT,
            subject_id=grant.id,
            by=NOBODY,
            detail="from the command line",
        )
    return credential.user


def _is_administrator(session: Session, user: User) -> bool:
    active = select(Grant.id).where(
        Grant.user_id == user.id, Grant.role == Role.ADMINISTRATOR, Grant.state == GrantState.ACTIVE
    )
    return session.scalar(active) is not None
