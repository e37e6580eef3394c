"""An expert names the officer of an institution that has none yet: one link, for one person, for fourteen days, once.

The web signs the token before it goes out; here only its digest is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.eligibility.rules import institution_key, is_part_of
from models import Grant, OfficerInvitation, Organisation, Pairing, User
from models.choices import GrantState, PairingState, Role, Side, Subject
from models.columns import utc_now
from models.encryption import lookup_digest
from web.accounts.credential import Credential
from web.services import accounts, organisations
from web.services.access import Actor
from web.services.accounts import Membership
from web.services.consents import goes_along, has_officer
from web.services.errors import (
    ConflictError,
    FieldProblem,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    Sentence,
)
from web.services.journal import note_audit, notify
from web.services.orders import Order
from web.services.pairings import locked, require_seen, sides_of
from web.services.profile_contact import tidy_email

VALID_DAYS = 14
NAME_CHARS = 80
OPEN_TO_NAMING = (PairingState.INVITED, PairingState.APPLIED, PairingState.ACCEPTED)


class DeadLinkError(NotFoundError):
    """A link that opens nothing; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes into the mail. The token is nowhere else."""

    invitation: OfficerInvitation
    token: str
    email: str


def may_name(session: Session, pairing: Pairing, by: Actor) -> bool:
    """Whether the person, as the expert, can and must name an officer now."""
    return (
        Side.EXPERT in sides_of(pairing, by)
        and pairing.mode.needs_consent
        and pairing.state in OPEN_TO_NAMING
        and not has_officer(session, pairing)
    )


def latest(session: Session, pairing: Pairing) -> OfficerInvitation | None:
    """The last invitation of the pairing."""
    mine = select(OfficerInvitation).where(OfficerInvitation.pairing_id == pairing.id)
    return session.scalar(mine.order_by(OfficerInvitation.id.desc()).limit(1))


def invite(
    session: Session, code: str, *, name: str, email: str, order: Order, by: Actor, now: datetime | None = None
) -> Sent:
    """Names the officer; links that were sent before for this pairing open nothing any more.

    Raises InvalidError, OvertakenError, ConflictError for all but the expert and where there is an officer already.
    """
    pairing, now = locked(session, code, by=by), now or utc_now()
    require_seen(session, pairing, order, by=by)
    if not may_name(session, pairing, by):
        raise ConflictError("现在不需要指定经办人", "No officer need be named now")
    institution = pairing.expert.institution.strip()
    name, email = " ".join(name.split()), tidy_email(email)
    if problems := [*_name_problems(name), *_email_problems(session, email, by), *_institution_problems(institution)]:
        raise InvalidError(problems)
    for earlier in _open_ones(session, pairing, now):
        earlier.expires_at = now
    token = secrets.token_urlsafe(32)
    invitation = OfficerInvitation(
        pairing=pairing,
        institution=institution[:120],
        officer_name=name,
        email_digest=lookup_digest(email.lower()),
        token_digest=lookup_digest(token),
        expires_at=now + timedelta(days=VALID_DAYS),
        invited_by_id=by.user_id,
    )
    session.add(invitation)
    session.flush()
    _audit(session, "officer.invite", pairing, invitation, by)
    return Sent(invitation, token, email)


def opened(session: Session, token: str, *, now: datetime | None = None, is_locked: bool = False) -> OfficerInvitation:
    """What a link opens. Raises DeadLinkError for a forged, an expired and a used one, and where all is over."""
    statement = select(OfficerInvitation).where(OfficerInvitation.token_digest == lookup_digest(token))
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    invitation = session.scalar(statement)
    if invitation is None:
        raise forged()
    if invitation.used_at is not None:
        raise DeadLinkError(
            "这个链接已经用过。请直接登录，在“单位主页”办理",
            "This link has been used. Sign in and go to your institution's page",
        )
    if invitation.expires_at <= (now or utc_now()):
        raise DeadLinkError(
            f"这个链接已失效（{VALID_DAYS} 天内有效，或专家已重新发送）。请联系专家重新发送",
            f"This link is no longer valid ({VALID_DAYS} days, or another was sent). Ask the expert to send it again",
        )
    if invitation.pairing.state not in OPEN_TO_NAMING:
        raise DeadLinkError(
            "这条对接已不需要派出单位办理", "The home institution is asked for nothing in this pairing now"
        )
    return invitation


def forged() -> DeadLinkError:
    """A link that this service has not made."""
    return DeadLinkError(
        "这个链接不完整或不是本系统发出的。请从邮件中重新打开，或联系专家重新发送",
        "This link is incomplete or not ours. Open it from the mail again, or ask the expert to send it once more",
    )


def require_addressee(session: Session, invitation: OfficerInvitation, by: Actor) -> None:
    """Raises NotAllowedError for anybody but the person to whom it was sent, and for the parties themselves."""
    credential = session.scalar(select(Credential).where(Credential.user_id == by.user_id))
    is_confirmed = credential is not None and credential.confirmed_at is not None
    if credential is None or not is_confirmed or credential.email_digest != invitation.email_digest:
        raise NotAllowedError(
            "这个链接是发给另一个邮箱的。请用收到邮件的邮箱登录或注册",
            "This link was sent to another address. Sign in or register with the address that got the mail",
        )
    if goes_along(invitation.pairing, by) or Side.EMPLOYER in sides_of(invitation.pairing, by):
        raise NotAllowedError(
            "您是这条对接的一方，不能同时代表派出单位",
            "You are a party to this pairing and cannot speak for the home institution too",
        )


def accept(session: Session, token: str, *, membership: Membership, by: Actor, now: datetime | None = None) -> Grant:
    """Makes the addressee an officer of the institution, and the institution known to the pairing.

    A new organisation waits for its check; joining a known one is confirmed by a colleague or a manager, for the
    expert has chosen the person. Raises DeadLinkError, NotAllowedError, InvalidError, ConflictError.
    """
    now = now or utc_now()
    invitation = opened(session, token, now=now, is_locked=True)
    require_addressee(session, invitation, by)
    pairing = invitation.pairing
    if has_officer(session, pairing) and pairing.institution_id not in by.organisations(Role.INSTITUTION):
        raise ConflictError("派出单位已有经办人", "The institution has an officer already")
    user = session.get_one(User, by.user_id)
    _require_same_name(session, invitation, membership)
    grant = _held(session, user, membership) or accounts.join(session, user, membership)
    pairing.institution_id, invitation.used_at = grant.organisation_id, now
    session.flush()
    _audit(session, "officer.accept", pairing, invitation, by)
    sentence = Sentence(
        f"{invitation.officer_name} 已接受邀请，代表“{invitation.institution}”办理对接 {pairing.code}",
        f"{invitation.officer_name} now acts for “{invitation.institution}” in pairing {pairing.code}",
    )
    notify(session, [pairing.expert.user_id], sentence, path=f"/pairings/{pairing.code}")
    return grant


def is_same_institution(written: str, name: str) -> bool:
    """Whether what the expert wrote names the organisation or a part of it."""
    return is_part_of(institution_key(written), institution_key(name))


def _held(session: Session, user: User, membership: Membership) -> Grant | None:
    """The role that the person has, or has asked for, there already."""
    same = select(Grant).join(Organisation, Organisation.id == Grant.organisation_id)
    return session.scalar(
        same.where(
            Grant.user_id == user.id,
            Grant.role == Role.INSTITUTION,
            Grant.state != GrantState.REVOKED,
            Organisation.credit_code == membership.credit_code,
        )
    )


def _require_same_name(session: Session, invitation: OfficerInvitation, membership: Membership) -> None:
    known = organisations.find(session, membership.credit_code)
    name = known.name if known is not None else membership.details.name if membership.details is not None else ""
    if is_same_institution(invitation.institution, name):
        return
    field = "credit_code" if known is not None else "name"
    zh = f"专家的工作单位是“{invitation.institution}”，这里是“{name}”；请核对，或请专家先改正资料"
    en = f"The expert works at “{invitation.institution}”, this is “{name}”; check it, or have the profile corrected"
    raise InvalidError([FieldProblem(field, Sentence(zh, en))])


def _open_ones(session: Session, pairing: Pairing, now: datetime) -> list[OfficerInvitation]:
    mine = (OfficerInvitation.pairing_id == pairing.id, OfficerInvitation.used_at.is_(None))
    return list(session.scalars(select(OfficerInvitation).where(*mine, OfficerInvitation.expires_at > now)))


def _name_problems(name: str) -> list[FieldProblem]:
    if not name:
        return [FieldProblem("name", Sentence("请填写经办人姓名", "Enter the officer's name"))]
    if len(name) > NAME_CHARS or not name.isprintable():
        return [FieldProblem("name", Sentence(f"姓名最多 {NAME_CHARS} 字", f"At most {NAME_CHARS} characters"))]
    return []


def _email_problems(session: Session, email: str, by: Actor) -> list[FieldProblem]:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        sentence = Sentence(
            "邮箱不对：应像 wang@example.org", "This is no e-mail address; one looks like wang@example.org"
        )
        return [FieldProblem("email", sentence)]
    own = session.scalar(select(Credential).where(Credential.user_id == by.user_id))
    if own is not None and own.email.strip().lower() == email.lower():
        sentence = Sentence(
            "不能指定自己；请填单位人事部门经办人的邮箱", "Not yourself: give the address of the personnel officer"
        )
        return [FieldProblem("email", sentence)]
    return []


def _institution_problems(institution: str) -> list[FieldProblem]:
    if institution:
        return []
    sentence = Sentence("请先在专家资料中填写工作单位", "Give your institution in your profile first")
    return [FieldProblem("institution", sentence)]


def _audit(session: Session, action: str, pairing: Pairing, invitation: OfficerInvitation, by: Actor) -> None:
    detail = f"{pairing.code} invitation={invitation.id}"
    note_audit(session, action=action, subject=Subject.PAIRING, subject_id=pairing.id, by=by, detail=detail)
