"""A person's own account: registration, name and language, notices."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Expert, Grant, Notification, User
from models.choices import Role, Subject
from models.columns import utc_now
from models.encryption import lookup_digest
from web.accounts.credential import Credential
from web.services import grants, organisations
from web.services.access import Actor
from web.services.codes import next_code
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.organisation_details import Details
from web.services.searching import search_text

LONGEST_NAME = 80
LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Person:
    """Who registers; the password is hashed already."""

    name: str
    email: str
    password_hash: str
    locale: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The organisation to act for: a known one by its code, a new one with details."""

    role: Role
    credit_code: str
    details: Details | None = None


def find_credential(session: Session, email: str) -> Credential | None:
    """Who signs in with that address."""
    return session.scalar(select(Credential).where(Credential.email_digest == lookup_digest(email.strip().lower())))


def register(session: Session, *, person: Person, membership: Membership | None) -> Credential | None:
    """A new account: an expert's, or of somebody who acts for an organisation. None when the address has one already.

    Raises InvalidError and ConflictError as `organisations.register` does.
    """
    if find_credential(session, person.email) is not None:
        return None
    user = User(name=check_name(person.name), locale=person.locale)
    credential = Credential(
        user=user,
        email=person.email,
        password=person.password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
    )
    session.add_all([user, credential])
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("刚才没有办成，请再提交一次", "That did not work out; submit it again") from error
    if membership is None:
        become_expert(session, user)
    else:
        join(session, user, membership)
    return credential


def join(session: Session, user: User, membership: Membership) -> Grant:
    """Registers the organisation if it is new, and the person's right to act for it.

    Raises NotFoundError for an unknown code without details.
    """
    organisation = organisations.find(session, membership.credit_code)
    is_new = organisation is None
    if organisation is None:
        if membership.details is None:
            raise NotFoundError("没有这个单位", "There is no such organisation")
        organisation = organisations.register(
            session, credit_code=membership.credit_code, details=membership.details, role=membership.role
        )
    return grants.ask(session, user=user, role=membership.role, organisation=organisation, is_new=is_new)


def become_expert(session: Session, user: User) -> Expert:
    """The role of an expert and an empty profile to fill in. Raises ConflictError for somebody who has one."""
    if session.scalar(select(Expert.id).where(Expert.user_id == user.id)) is not None:
        raise ConflictError("您已有专家档案", "You have an expert profile already")
    expert = Expert(code=next_code(session, Subject.EXPERT), user=user, name=user.name)
    expert.search_text = search_text(expert.code, person=user.name)
    session.add_all([expert, Grant(user=user, role=Role.EXPERT)])
    session.flush()
    return expert


def check_name(written: str) -> str:
    """A person's name. Raises InvalidError."""
    name = " ".join(written.split())
    if not name:
        raise InvalidError([FieldProblem("name", Sentence("请填写姓名", "Enter your name"))])
    if len(name) > LONGEST_NAME:
        sentence = Sentence(
            f"姓名最多 {LONGEST_NAME} 字，现在 {len(name)} 字",
            f"A name may have {LONGEST_NAME} characters; this has {len(name)}",
        )
        raise InvalidError([FieldProblem("name", sentence)])
    return name


def change_settings(session: Session, user: User, *, name: str, locale: str) -> None:
    """The person's own name and language. Raises InvalidError."""
    if locale not in LOCALES:
        raise InvalidError([FieldProblem("locale", Sentence("没有这种语言", "There is no such language"))])
    user.name, user.locale = check_name(name), locale


def grants_of(session: Session, user: User) -> list[Grant]:
    """The person's roles, past ones too, in the order in which they came."""
    statement = select(Grant).options(joinedload(Grant.organisation)).where(Grant.user_id == user.id)
    return list(session.scalars(statement.order_by(Grant.created_at, Grant.id)))


def notices_of(*, by: Actor) -> Select[Notification]:
    """The person's notices, the newest first."""
    return (
        select(Notification)
        .where(Notification.user_id == by.user_id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )


def unread(session: Session, *, by: Actor) -> int:
    """How many notices the person has not read."""
    mine = select(func.count()).where(Notification.user_id == by.user_id, Notification.read_at.is_(None))
    return session.scalar(mine) or 0


def read_notice(session: Session, *, notice_id: int, by: Actor) -> Notification:
    """Marks a notice as read. Raises NotFoundError, also for those of others."""
    notice = session.get(Notification, notice_id)
    if notice is None or notice.user_id != by.user_id:
        raise NotFoundError("没有这条通知", "There is no such notice")
    notice.read_at = notice.read_at or utc_now()
    return notice


def read_all(session: Session, *, by: Actor) -> None:
    """Marks every notice of the person as read."""
    mine = (Notification.user_id == by.user_id, Notification.read_at.is_(None))
    session.execute(update(Notification).where(*mine).values(read_at=utc_now()))
