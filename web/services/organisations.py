"""Organisations: registered by their people, verified by a manager of the place, kept up to date."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, case, exists, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Grant, Need, Organisation, StateChange
from models.choices import GrantState, NeedState, Role, Subject, Topic, Verification
from web.accounts.credential import Credential
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.home_institutions import adopt
from web.services.journal import note_change, note_move, notify
from web.services.organisation_details import Details, problems_of
from web.services.searching import search_text

ACTING = (Role.EMPLOYER, Role.INSTITUTION)
"""The roles in which people act for an organisation."""
PAGE = "/employer/organisation"


def find(session: Session, credit_code: str) -> Organisation | None:
    """The organisation with that (checked) code."""
    return session.scalar(select(Organisation).where(Organisation.credit_code == credit_code))


def register(session: Session, *, credit_code: str, details: Details, role: Role) -> Organisation:
    """A new organisation that waits for its check. Raises InvalidError, or ConflictError when somebody was quicker."""
    found = problems_of(session, details, role=role)
    if found:
        raise InvalidError(found)
    organisation = Organisation(credit_code=credit_code, verification=Verification.PENDING)
    _fill(organisation, details)
    session.add(organisation)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            "该单位刚被他人登记，请重新填写代码", "Somebody has just registered this organisation; enter the code again"
        ) from error
    return organisation


def mine(session: Session, *, by: Actor) -> list[Organisation]:
    """The organisations that the person acts for, by name."""
    ids = set[int]().union(*(by.organisations(role) for role in ACTING))
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))


def get_mine(session: Session, *, credit_code: str, by: Actor) -> Organisation:
    """One of them. Raises NotFoundError for those of others too."""
    organisation = find(session, credit_code)
    if organisation is None or _role_in(organisation, by) is None:
        raise NotFoundError("没有这个单位", "There is no such organisation")
    return organisation


def edit(
    session: Session, organisation: Organisation, *, credit_code: str, details: Details, version: int, by: Actor
) -> None:
    """Changes it; a verified one with another name or code is to be checked again.

    Raises InvalidError (also for the code of another one), NotAllowedError, and ConflictError when it was changed
    since that version.
    """
    role = _require_acting(organisation, by)
    if version != organisation.version:
        raise ConflictError(
            "单位信息刚被他人修改，请刷新后再改", "Somebody has just changed this; reload and try again"
        )
    found = problems_of(session, details, role=role)
    if find(session, credit_code) not in (None, organisation):
        sentence = Sentence("这个代码已登记为另一家单位", "This code belongs to another organisation")
        found.append(FieldProblem("credit_code", sentence))
    if found:
        raise InvalidError(found)
    is_renamed = (organisation.name, organisation.credit_code) != (details.name, credit_code)
    organisation.credit_code = credit_code
    _fill(organisation, details)
    if is_renamed and organisation.verification == Verification.VERIFIED:
        _move(session, organisation, "resubmit", role=role, by=by)
    _index_needs_anew(session, organisation)


def resubmit(session: Session, organisation: Organisation, *, by: Actor) -> None:
    """Asks for another check of a returned one. Raises NotAllowedError, MoveError."""
    role = _require_acting(organisation, by)
    if organisation.verification == Verification.VERIFIED:
        raise ConflictError("单位已核验，不需要再提交", "The organisation is verified; there is nothing to submit")
    _move(session, organisation, "resubmit", role=role, by=by)


def verify(session: Session, organisation: Organisation, *, by: Actor) -> None:
    """A manager of the place has checked it. Raises NotAllowedError, MoveError."""
    _require_manager(organisation, by)
    _move(session, organisation, "verify", role=Role.MANAGER, by=by)
    if waiting := adopt(session, organisation):
        zh = f"本单位专家有 {waiting} 项对接，请查看是否需要贵单位同意"
        en = f"Pairings of your experts: {waiting}; see which ask for your institution's consent"
        people = people_of(session, organisation)
        notify(session, people, Sentence(zh, en), path="/institution/requests", topic=Topic.ANSWER)
    _tell(
        session,
        organisation,
        Sentence(
            f"“{organisation.name}”已通过核验，可以提交需求了",
            f"“{organisation.name_en or organisation.name}” has been verified; you can submit needs now",
        ),
    )


def return_(session: Session, organisation: Organisation, *, reason: str, by: Actor) -> None:
    """A manager of the place says what is wrong. Raises NotAllowedError, MoveError (also without a reason)."""
    _require_manager(organisation, by)
    _move(session, organisation, "return", role=Role.MANAGER, reason=reason.strip(), by=by)
    _tell(
        session,
        organisation,
        Sentence(
            f"“{organisation.name}”的核验被退回：{reason.strip()}",
            f"The check of “{organisation.name_en or organisation.name}” was returned: {reason.strip()}",
        ),
    )


def pending_for(session: Session, *, by: Actor) -> Select[Organisation]:
    """Those that wait for a check by this manager, the oldest first. Raises NotAllowedError for others.

    One whose people have all yet to confirm their e-mail address is left out: anybody can type a code.
    """
    by.require(Role.MANAGER)
    confirmed = exists().where(
        Grant.organisation_id == Organisation.id,
        Credential.user_id == Grant.user_id,
        Credential.confirmed_at.is_not(None),
    )
    nobody = ~exists().where(Grant.organisation_id == Organisation.id)
    return (
        select(Organisation)
        .options(joinedload(Organisation.region))
        .where(Organisation.verification == Verification.PENDING, within(by), or_(confirmed, nobody))
        .order_by(Organisation.updated_at, Organisation.id)
    )


def within(by: Actor) -> ColumnElement[bool]:
    """Whether an organisation lies in the manager's jurisdiction."""
    code = case((Organisation.is_xpcc, "660000"), else_=Organisation.region_code)
    prefixes = {a.adcode_prefix for a in by.authorities if a.role == Role.MANAGER and a.adcode_prefix is not None}
    return or_(false(), *(code.startswith(prefix, autoescape=True) for prefix in sorted(prefixes)))


def people_of(session: Session, organisation: Organisation) -> list[int]:
    """The ids of those who act for it now."""
    acting = (Grant.role.in_(ACTING), Grant.state == GrantState.ACTIVE)
    return list(session.scalars(select(Grant.user_id).where(Grant.organisation_id == organisation.id, *acting)))


def history(session: Session, organisation: Organisation) -> list[StateChange]:
    """The moves of its verification, the oldest first."""
    mine = (StateChange.subject == Subject.ORGANISATION, StateChange.subject_id == organisation.id)
    return list(session.scalars(select(StateChange).where(*mine).order_by(StateChange.at, StateChange.id)))


def _fill(organisation: Organisation, details: Details) -> None:
    organisation.name = details.name
    organisation.name_en = details.name_en
    organisation.kind = details.kind
    organisation.region_code = details.region_code
    organisation.is_xpcc = details.is_xpcc or details.region_code == "660000"
    organisation.intro = details.intro
    organisation.search_text = search_text(details.name, details.name_en, organisation.credit_code)


def _index_needs_anew(session: Session, organisation: Organisation) -> None:
    published = select(Need.id).where(Need.organisation_id == organisation.id, Need.state == NeedState.PUBLISHED)
    for need_id in session.scalars(published).all():
        note_change(session, Subject.NEED, need_id)


def _move(session: Session, organisation: Organisation, name: str, *, role: Role, by: Actor, reason: str = "") -> None:
    before, after = organisation.move(name, role=role, reason=reason)
    note_move(
        session,
        subject=Subject.ORGANISATION,
        subject_id=organisation.id,
        move=name,
        change=(before, after),
        by=by,
        role=role,
        reason=reason,
    )


def _role_in(organisation: Organisation, by: Actor) -> Role | None:
    return next((role for role in ACTING if organisation.id in by.organisations(role)), None)


def _require_acting(organisation: Organisation, by: Actor) -> Role:
    role = _role_in(organisation, by)
    if role is None:
        raise NotAllowedError("您不是该单位的成员", "You do not act for this organisation")
    return role


def _require_manager(organisation: Organisation, by: Actor) -> None:
    by.require_manager_of(organisation.jurisdiction_code)
    if _role_in(organisation, by) is not None:
        raise NotAllowedError("不能核验自己所在的单位", "You cannot check an organisation that you act for")


def _tell(session: Session, organisation: Organisation, sentence: Sentence) -> None:
    notify(session, people_of(session, organisation), sentence, path=PAGE)
