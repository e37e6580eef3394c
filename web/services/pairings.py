"""Pairings found by those who take part in them, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Expert, Grant, Need, Pairing, StateChange
from models.choices import GrantState, Role, Side, Subject
from web.services.access import Actor
from web.services.errors import NotFoundError, Sentence
from web.services.jurisdiction import needs_within
from web.services.needs import managers_of
from web.services.orders import Order, overtaken

MOVES: dict[str, Sentence] = {
    "invite": Sentence("邀请", "invited"),
    "apply": Sentence("申请", "applied"),
    "accept": Sentence("接受", "accepted"),
    "decline": Sentence("谢绝", "declined"),
    "consent": Sentence("派出单位同意", "the home institution consented"),
    "refuse": Sentence("派出单位不同意", "the home institution refused"),
    "endorse": Sentence("初审通过", "endorsed by the first approver"),
    "approve": Sentence("批准", "approved"),
    "reject": Sentence("不予批准", "rejected"),
    "return": Sentence("退回补充", "returned"),
    "sign": Sentence("签署协议", "signed"),
    "withdraw": Sentence("撤回", "withdrawn"),
    "expire": Sentence("逾期未办，自动终止", "expired"),
    "revise": Sentence("修改条款", "terms changed"),
    "agree": Sentence("同意条款", "terms agreed"),
}
"""What happened, for notices and timelines."""

_ROLE_OF = {
    Side.EMPLOYER: Role.EMPLOYER,
    Side.EXPERT: Role.EXPERT,
    Side.INSTITUTION: Role.INSTITUTION,
    Side.MANAGER: Role.MANAGER,
}


def sides_of(pairing: Pairing, by: Actor) -> tuple[Side, ...]:
    """The sides on which the person stands; none for a stranger. Nobody is a manager of a pairing of their own."""
    sides = []
    if pairing.need.organisation_id in by.organisations(Role.EMPLOYER):
        sides.append(Side.EMPLOYER)
    if by.user_id is not None and pairing.expert.user_id == by.user_id and by.has(Role.EXPERT):
        sides.append(Side.EXPERT)
    if pairing.institution_id is not None and pairing.institution_id in by.organisations(Role.INSTITUTION):
        sides.append(Side.INSTITUTION)
    if not sides and by.manages(pairing.jurisdiction_code, pairing.need.programme_code):
        sides.append(Side.MANAGER)
    return tuple(sides)


def role_of(side: Side) -> Role:
    """The role in which somebody acts on that side."""
    return _ROLE_OF[side]


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The condition of a query for the pairings that the person may see."""
    conditions: list[ColumnElement[bool]] = [
        Pairing.need.has(Need.organisation_id.in_(by.organisations(Role.EMPLOYER))),
        Pairing.institution_id.in_(by.organisations(Role.INSTITUTION)),
    ]
    if by.has(Role.MANAGER):
        conditions.append(Pairing.need.has(needs_within(by)))
    if by.user_id is not None and by.has(Role.EXPERT):
        conditions.append(Pairing.expert.has(Expert.user_id == by.user_id))
    return or_(*conditions)


def found(code: str) -> Select[Pairing]:
    """The query of one pairing with what every page of it shows."""
    return (
        select(Pairing)
        .where(Pairing.code == code)
        .options(
            joinedload(Pairing.need).joinedload(Need.organisation),
            joinedload(Pairing.need).joinedload(Need.task),
            joinedload(Pairing.expert),
            joinedload(Pairing.mode),
        )
    )


def find(session: Session, code: str, *, by: Actor) -> Pairing:
    """The pairing, for those who take part in it. Raises NotFoundError for all others, whether or not it is there."""
    pairing = session.scalar(found(code))
    if pairing is None or not sides_of(pairing, by):
        raise NotFoundError("没有这条对接，或与您无关", "There is no such pairing, or you have no part in it")
    return pairing


def locked(session: Session, code: str, *, by: Actor) -> Pairing:
    """As `find`, locked until the transaction ends: of two who act at once, the second sees what the first did."""
    row = select(Pairing.id).where(Pairing.code == code).with_for_update()
    if session.scalar(row) is None:
        raise NotFoundError("没有这条对接，或与您无关", "There is no such pairing, or you have no part in it")
    session.scalar(found(code).execution_options(populate_existing=True))
    return find(session, code, by=by)


def require_seen(session: Session, pairing: Pairing, order: Order) -> None:
    """Raises OvertakenError when the pairing is not as the person saw it."""
    if pairing.version != order.version:
        raise overtaken(session, Subject.PAIRING, pairing.id, MOVES)


def history(session: Session, pairing: Pairing) -> list[StateChange]:
    """Every move, oldest first, with who made it."""
    statement = (
        select(StateChange)
        .where(StateChange.subject == Subject.PAIRING, StateChange.subject_id == pairing.id)
        .order_by(StateChange.id)
        .options(joinedload(StateChange.actor))
    )
    return list(session.scalars(statement))


def people_on(session: Session, pairing: Pairing, *sides: Side) -> list[int]:
    """The ids of the people who act on these sides now."""
    ids: list[int | None] = []
    for side in sides:
        if side == Side.EXPERT:
            ids.append(pairing.expert.user_id)
        elif side == Side.MANAGER:
            ids += managers_of(session, pairing.need)
        else:
            organisation = pairing.need.organisation_id if side == Side.EMPLOYER else pairing.institution_id
            ids += _holders(session, role_of(side), organisation)
    return list(dict.fromkeys(one for one in ids if one is not None))


def _holders(session: Session, role: Role, organisation_id: int | None) -> Iterable[int]:
    if organisation_id is None:
        return ()
    return session.scalars(
        select(Grant.user_id).where(
            Grant.role == role, Grant.organisation_id == organisation_id, Grant.state == GrantState.ACTIVE
        )
    )
