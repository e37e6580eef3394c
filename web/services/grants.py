"""Roles: asked for by people, decided by colleagues or managers, given and taken by administrators."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from matcher.eligibility.rules import institution_key, is_part_of
from models import Expert, Grant, OfficerInvitation, Organisation, Pairing, Programme, Region, User
from models.choices import GrantState, Role, Subject
from models.columns import utc_now
from models.place import prefix_of
from web.accounts.credential import Credential
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.journal import note_audit, notify
from web.services.organisations import ACTING, PAGE, people_of, within


def ask(session: Session, *, user: User, role: Role, organisation: Organisation, is_new: bool) -> Grant:
    """The right to act for an organisation: at once for a new one, else when it is confirmed.

    Raises ConflictError when the person has it or has asked already.
    """
    same = select(Grant).where(
        Grant.user_id == user.id,
        Grant.role == role,
        Grant.organisation_id == organisation.id,
        Grant.state != GrantState.REVOKED,
    )
    if session.scalar(same) is not None:
        raise ConflictError("您已是该单位成员或已提出申请", "You act for this organisation, or have asked to, already")
    state = GrantState.ACTIVE if is_new else GrantState.PENDING
    grant = Grant(user=user, role=role, organisation_id=organisation.id, state=state)
    session.add(grant)
    session.flush()
    announce(session, grant)
    return grant


def announce(session: Session, *grants: Grant) -> None:
    """Tells the colleagues who asks to join them, unless that person has yet to confirm the e-mail address."""
    ids = [grant.id for grant in grants]
    for grant in session.scalars(_waiting().where(Grant.id.in_(ids))).all():
        name, organisation = grant.user.name, grant.organisation
        if organisation is not None:
            sentence = Sentence(f"{name}申请加入“{organisation.name}”", f"{name} asks to join “{organisation.name}”")
            notify(session, people_of(session, organisation), sentence, path=PAGE)


def waiting_at(session: Session, organisation: Organisation) -> list[Grant]:
    """Who asks to join an organisation, the oldest first; those with an unconfirmed address are left out."""
    statement = _waiting().where(Grant.organisation_id == organisation.id)
    return list(session.scalars(statement))


def waiting_for(session: Session, *, by: Actor) -> Select[Grant]:
    """Who asks to join an organisation in the manager's jurisdiction, the oldest first. Raises NotAllowedError."""
    by.require(Role.MANAGER)
    return _waiting().where(within(by))


def decide(session: Session, *, grant_id: int, accept: bool, by: Actor) -> Grant:
    """Lets a person join, or not; by somebody who acts for the organisation or a manager of the place.

    Raises NotFoundError, NotAllowedError, ConflictError when it is decided already.
    """
    grant = session.get(Grant, grant_id, with_for_update=True)
    if grant is None or grant.organisation is None:
        raise NotFoundError("没有这项申请", "There is no such request")
    organisation = grant.organisation
    is_colleague = any(organisation.id in by.organisations(role) for role in ACTING)
    if not is_colleague and not by.manages(organisation.jurisdiction_code):
        raise NotFoundError("没有这项申请", "There is no such request")
    if grant.user_id == by.user_id:
        raise NotAllowedError("不能批准自己的申请", "You cannot decide on your own request")
    if accept and grant.role == Role.INSTITUTION and _chose(session, grant, by):
        raise NotAllowedError(
            "您是该单位的专家或指定了这位经办人，请由其他同事或管理人员确认",
            "You named this officer or are an expert of this organisation; a colleague or a manager must confirm",
        )
    if grant.state != GrantState.PENDING:
        raise ConflictError("这项申请已办理", "This request has been decided already")
    grant.state = GrantState.ACTIVE if accept else GrantState.REVOKED
    _sign(session, grant, "grant.accept" if accept else "grant.refuse", by)
    zh, en = ("同意了", "accepted") if accept else ("没有同意", "declined")
    sentence = Sentence(
        f"“{organisation.name}”{zh}您的加入申请", f"Your request to join “{organisation.name}” was {en}"
    )
    notify(session, [grant.user_id], sentence, path="/account")
    return grant


def _chose(session: Session, grant: Grant, by: Actor) -> bool:
    """Whether the person named the officer or is an expert of the organisation: nobody picks their own officer."""
    invited = (
        select(OfficerInvitation.id)
        .join(Pairing, Pairing.id == OfficerInvitation.pairing_id)
        .where(OfficerInvitation.invited_by_id == by.user_id, Pairing.institution_id == grant.organisation_id)
    )
    if session.scalar(invited.limit(1)) is not None:
        return True
    written = session.scalar(select(Expert.institution).where(Expert.user_id == by.user_id)) or ""
    organisation = grant.organisation
    names = (organisation.name, organisation.name_en) if organisation is not None else ()
    return any(is_part_of(institution_key(written), institution_key(name)) for name in names if written and name)


def appoint(
    session: Session, user: User, *, role: Role, by: Actor, adcode: str = "", programmes: tuple[str, ...] = ()
) -> Grant:
    """Makes somebody a manager (of a region's adcode, "" is the whole country; no programme: all) or an administrator.

    Raises NotAllowedError, InvalidError (region, programme, role), ConflictError for the same twice.
    """
    by.require(Role.ADMINISTRATOR)
    if role not in (Role.MANAGER, Role.ADMINISTRATOR):
        raise InvalidError([FieldProblem("role", Sentence("只能任命管理人员", "Only managers can be appointed"))])
    prefix = None
    if role == Role.MANAGER:
        _check_jurisdiction(session, adcode, programmes)
        prefix = prefix_of(adcode)
    programmes = tuple(sorted(programmes))
    held = select(Grant).where(Grant.user_id == user.id, Grant.role == role, Grant.state == GrantState.ACTIVE)
    if any((one.adcode_prefix, one.programmes) == (prefix, programmes) for one in session.scalars(held)):
        raise ConflictError("此人已有同样的权限", "This person has the same role already")
    grant = Grant(user=user, role=role, adcode_prefix=prefix, programmes=programmes)
    session.add(grant)
    session.flush()
    _sign(session, grant, "grant.appoint", by)
    sentence = Sentence("您有了新的角色，请查看账号设置", "You have a new role; see your account settings")
    notify(session, [user.id], sentence, path="/account")
    return grant


def revoke(session: Session, *, grant_id: int, by: Actor) -> Grant:
    """Takes a role away. Raises NotFoundError, NotAllowedError (also for one's own), ConflictError."""
    by.require(Role.ADMINISTRATOR)
    grant = session.get(Grant, grant_id, with_for_update=True)
    if grant is None:
        raise NotFoundError("没有这项权限", "There is no such role")
    if grant.user_id == by.user_id:
        raise NotAllowedError("不能撤销自己的权限", "You cannot take away your own role")
    if grant.state == GrantState.REVOKED:
        raise ConflictError("这项权限已撤销", "This role has been taken away already")
    grant.state = GrantState.REVOKED
    _sign(session, grant, "grant.revoke", by)
    return grant


def _waiting() -> Select[Grant]:
    return (
        select(Grant)
        .join(Grant.organisation)
        .join(Credential, Credential.user_id == Grant.user_id)
        .options(joinedload(Grant.user), contains_eager(Grant.organisation))
        .where(Grant.state == GrantState.PENDING, Credential.confirmed_at.is_not(None))
        .order_by(Grant.created_at, Grant.id)
    )


def _check_jurisdiction(session: Session, adcode: str, programmes: tuple[str, ...]) -> None:
    problems = []
    if adcode and session.get(Region, adcode) is None:
        problems.append(FieldProblem("province", Sentence("没有这个地区", "There is no such region")))
    known = set(session.scalars(select(Programme.code)))
    if not set(programmes) <= known:
        problems.append(FieldProblem("programmes", Sentence("没有这个专项", "There is no such programme")))
    if problems:
        raise InvalidError(problems)


def _sign(session: Session, grant: Grant, action: str, by: Actor) -> None:
    grant.decided_by_id, grant.decided_at = by.user_id, utc_now()
    detail = f"user {grant.user_id} {grant.role} organisation={grant.organisation_id} prefix={grant.adcode_prefix}"
    note_audit(
        session,
        action=action,
        subject=Subject.GRANT,
        subject_id=grant.id,
        by=by,
        detail=f"{detail} programmes={','.join(grant.programmes)}",
    )
