"""What an administrator does with other people's accounts. Each act is accountable."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from models import Grant, User
from models.choices import GrantState, Role, Subject
from models.encryption import lookup_digest
from web.accounts.credential import Credential
from web.services.access import Actor
from web.services.errors import NotAllowedError, NotFoundError
from web.services.journal import note_audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the list: part of a name or a whole e-mail address, a role that holds or waits, suspended or not."""

    text: str = ""
    role: Role | None = None
    suspended: bool = False


def search(wanted: Wanted, *, by: Actor) -> Select[Credential]:
    """Accounts by name, without their addresses in sight. Raises NotAllowedError."""
    by.require(Role.ADMINISTRATOR)
    roles = selectinload(User.grants).selectinload(Grant.organisation)
    statement = select(Credential).join(Credential.user).options(selectinload(Credential.user).options(roles))
    text = wanted.text.strip()
    if "@" in text:
        statement = statement.where(Credential.email_digest == lookup_digest(text.lower()))
    elif text:
        statement = statement.where(User.name.icontains(text, autoescape=True))
    if wanted.role is not None:
        holds = exists().where(Grant.user_id == User.id, Grant.role == wanted.role, Grant.state != GrantState.REVOKED)
        statement = statement.where(holds)
    if wanted.suspended:
        statement = statement.where(Credential.active.is_(False))
    return statement.order_by(User.name, User.id)


def account(session: Session, *, user_id: int, by: Actor) -> Credential:
    """One account. Raises NotAllowedError, NotFoundError."""
    by.require(Role.ADMINISTRATOR)
    credential = session.scalar(select(Credential).where(Credential.user_id == user_id))
    if credential is None:
        raise NotFoundError("没有这个用户", "There is no such user")
    return credential


def contact(session: Session, *, user_id: int, by: Actor) -> str:
    """A person's e-mail address; the look at it is kept. Raises NotAllowedError, NotFoundError."""
    credential = account(session, user_id=user_id, by=by)
    note_audit(session, action="contact.look", subject=Subject.USER, subject_id=user_id, by=by)
    return credential.email


def suspend(session: Session, *, user_id: int, by: Actor) -> None:
    """Nobody signs in with this account any more, and who is signed in is out at once. Raises NotAllowedError."""
    if user_id == by.user_id:
        raise NotAllowedError("不能停用自己的账号", "You cannot suspend your own account")
    credential = account(session, user_id=user_id, by=by)
    credential.active = False
    credential.fs_uniquifier = uuid.uuid4().hex  # sessions from before stay out when the account is opened again
    note_audit(session, action="user.suspend", subject=Subject.USER, subject_id=user_id, by=by)


def reinstate(session: Session, *, user_id: int, by: Actor) -> None:
    """Opens a suspended account again."""
    account(session, user_id=user_id, by=by).active = True
    note_audit(session, action="user.reinstate", subject=Subject.USER, subject_id=user_id, by=by)


def reset_second_factor(session: Session, *, user_id: int, by: Actor) -> None:
    """For somebody who has lost phone and recovery codes: the password alone signs in again."""
    credential = account(session, user_id=user_id, by=by)
    credential.tf_primary_method = credential.tf_totp_secret = None
    credential.mf_recovery_codes = None
    note_audit(session, action="user.reset_second_factor", subject=Subject.USER, subject_id=user_id, by=by)
