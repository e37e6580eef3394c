"""Pairings found by those who take part in them, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from models import Grant, Need, Pairing, StateChange
from models.choices import GrantState, PairingState, Role, Side, Subject
from web.services.access import Actor
from web.services.errors import NotFoundError, Sentence
from web.services.needs import managers_of
from web.services.orders import Order, overtaken
from web.services.pairing_deputies import with_deputies
from web.services.pairing_waits import asks_home, on_side

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
    "notice": Sentence("开始公示", "a public notice began"),
    "object": Sentence("登记公示异议", "an objection was recorded"),
    "settle": Sentence("处理公示异议", "an objection was settled"),
    "end_notice": Sentence("结束公示", "the public notice ended"),
}
"""What happened, for notices and timelines."""

UNNAMED = (
    PairingState.INVITED,
    PairingState.APPLIED,
    PairingState.DECLINED,
    PairingState.WITHDRAWN,
    PairingState.EXPIRED,
)
"""States in which nothing says that the expert has accepted."""
_ROLE_OF = {
    Side.EMPLOYER: Role.EMPLOYER,
    Side.EXPERT: Role.EXPERT,
    Side.INSTITUTION: Role.INSTITUTION,
    Side.MANAGER: Role.MANAGER,
}


def sides_of(pairing: Pairing, by: Actor) -> tuple[Side, ...]:
    """The sides on which the person stands; none for a stranger. Nobody is a manager of a pairing of their own.

    A deputy stands on the side of the absent manager; a home institution on its own once it is asked, see `asks_home`.
    """
    is_manager = by.answers_for(pairing.jurisdiction_code, pairing.need.programme_code)
    sides = []
    if pairing.need.organisation_id in by.organisations(Role.EMPLOYER):
        sides.append(Side.EMPLOYER)
    if by.user_id is not None and pairing.expert.user_id == by.user_id and by.has(Role.EXPERT):
        sides.append(Side.EXPERT)
    is_home = pairing.institution_id is not None and pairing.institution_id in by.organisations(Role.INSTITUTION)
    if is_home and (is_manager or asks_home(pairing)):  # a manager sees it anyway, and is of the home institution first
        sides.append(Side.INSTITUTION)
    if not sides and is_manager:
        sides.append(Side.MANAGER)
    return tuple(sides)


def serves(pairing: Pairing, by: Actor) -> bool:
    """Whether the person goes along as a member of the team."""
    ids = {one.expert.user_id for one in pairing.members if one.expert is not None}
    return by.user_id is not None and by.user_id in ids


def role_of(side: Side) -> Role:
    """The role in which somebody acts on that side."""
    return _ROLE_OF[side]


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The condition of a query for the pairings that the person may see."""
    return or_(*(on_side(side, by) for side in Side))


def parts() -> tuple[ExecutableOption, ...]:
    """What every page of pairings shows of them."""
    return (
        joinedload(Pairing.need).options(joinedload(Need.organisation), joinedload(Need.task)),
        joinedload(Pairing.expert),
        joinedload(Pairing.mode),
    )


def found(code: str) -> Select[Pairing]:
    """The query of one pairing with what every page of it shows."""
    return select(Pairing).where(Pairing.code == code).options(*parts())


def find(session: Session, code: str, *, by: Actor) -> Pairing:
    """The pairing, for those who take part in it. Raises NotFoundError for all others, whether or not it is there."""
    pairing = session.scalar(found(code))
    if pairing is None or not sides_of(pairing, by):
        raise _unknown()
    return pairing


def _unknown() -> NotFoundError:
    return NotFoundError("没有这条对接，或与您无关", "There is no such pairing, or you have no part in it")


def locked(session: Session, code: str, *, by: Actor) -> Pairing:
    """As `find`, locked until the transaction ends: of two who act at once, the second sees what the first did."""
    row = select(Pairing.id).where(Pairing.code == code).with_for_update()
    if session.scalar(row) is None:
        raise _unknown()
    pairing = session.scalar(found(code).execution_options(populate_existing=True))
    if pairing is None or not sides_of(pairing, by):
        raise _unknown()
    return pairing


def require_seen(session: Session, pairing: Pairing, order: Order, *, by: Actor) -> None:
    """Raises OvertakenError when the pairing is not as the person saw it."""
    if pairing.version != order.version:
        raise overtaken(session, Subject.PAIRING, pairing.id, MOVES, aliases=aliases(pairing, by))


def hides_name(pairing: Pairing, by: Actor) -> bool:
    """Whether the expert stands under a code for this person: until acceptance, where the poster wants it so."""
    is_secret = pairing.need.hides_names and pairing.state in UNNAMED
    return is_secret and not {Side.EXPERT, Side.INSTITUTION}.intersection(sides_of(pairing, by))


def aliases(pairing: Pairing, by: Actor) -> dict[int, str]:
    """Names to show instead of people's own, by their ids."""
    is_hidden = hides_name(pairing, by) and pairing.expert.user_id is not None
    return {pairing.expert.user_id: pairing.expert.code} if is_hidden and pairing.expert.user_id else {}


def history(session: Session, pairing: Pairing) -> list[StateChange]:
    """Every move, oldest first, with who made it."""
    statement = (
        select(StateChange)
        .where(StateChange.subject == Subject.PAIRING, StateChange.subject_id == pairing.id)
        .order_by(StateChange.id)
        .options(joinedload(StateChange.actor), joinedload(StateChange.on_behalf_of))
    )
    return list(session.scalars(statement))


def people_on(session: Session, pairing: Pairing, *sides: Side) -> list[int]:
    """The ids of the people who act on these sides now."""
    ids: list[int | None] = []
    for side in sides:
        if side == Side.EXPERT:
            ids.append(pairing.expert.user_id)
        elif side == Side.MANAGER:
            ids += with_deputies(session, managers_of(session, pairing.need))
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
