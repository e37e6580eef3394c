"""What a manager lets pass in one pairing, as it was seen: a waivable rule, or an interest that an expert declared."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing, RuleWaiver, Tie, TieDismissal, User
from models.choices import Side
from web.services import policy, tie_dismissals
from web.services.access import Actor
from web.services.errors import ConflictError, NotAllowedError, NotFoundError
from web.services.orders import Order
from web.services.pairing_conflicts import require_unbiased
from web.services.pairing_deputies import acting_on
from web.services.pairings import locked, people_on, require_seen, sides_of
from web.services.policy_ties import may_mean_host
from web.services.policy_waivers import WAIVED_IN


def waive(session: Session, code: str, *, rule_code: str, order: Order, by: Actor) -> RuleWaiver:
    """Lets the rule pass for the order's reason. Raises as `policy.waive`, OvertakenError, NotFoundError."""
    pairing = locked(session, code, by=by)
    require_seen(session, pairing, order, by=by)
    return policy.waive(session, pairing, rule_code=rule_code, reason=order.reason, by=by)


def unwaive(session: Session, code: str, *, rule_code: str, order: Order, by: Actor) -> None:
    """Takes a waiver back. Raises as `policy.unwaive`, OvertakenError, NotFoundError."""
    pairing = locked(session, code, by=by)
    require_seen(session, pairing, order, by=by)
    policy.unwaive(session, pairing, rule_code=rule_code, by=by)


def ties_in(pairing: Pairing) -> list[Tie]:
    """The interests that the expert has declared."""
    return list(pairing.expert.ties)


def dismiss_tie(
    session: Session, code: str, *, tie_id: int, reason: str, until: date | None, by: Actor
) -> TieDismissal:
    """Sets one of them aside for this host.

    Raises NotFoundError, NotAllowedError, ConflictError for one that has nothing to do with it or once it is decided,
    and as `tie_dismissals.dismiss`.
    """
    pairing = locked(session, code, by=by)
    if Side.MANAGER not in sides_of(pairing, by):
        raise NotAllowedError("您是这次对接的一方", "You are a party of this pairing")
    require_unbiased(session, pairing, by)
    tie = next((one for one in ties_in(pairing) if one.id == tie_id), None)
    if tie is None:
        raise NotFoundError("没有这条申报", "There is no such declaration")
    if pairing.state not in WAIVED_IN:
        raise ConflictError("这次对接已经决定，不能再排除", "The pairing is decided; nothing is dismissed any more")
    if not _matters(session, pairing, tie):
        raise ConflictError("这条利益关系与这次对接无关", "This interest has nothing to do with this pairing")
    deputy = acting_on(session, pairing, by)
    return tie_dismissals.dismiss(
        session, tie, reason=reason, until=until, by=deputy, host_id=pairing.need.organisation_id
    )


def _matters(session: Session, pairing: Pairing, tie: Tie) -> bool:
    """Whether it is, or may be, an interest in the host, or in a manager who decides."""
    names = session.scalars(select(User.name).where(User.id.in_(people_on(session, pairing, Side.MANAGER))))
    return may_mean_host(pairing, tie) or tie.counterpart.strip() in set(names)
