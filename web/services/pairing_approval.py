"""Approval by managers: rules first, never one's own conflict, two approvers where the programme asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Pairing
from models.choices import Role, Side, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, NotAllowedError
from web.services.journal import note_move
from web.services.orders import Order, was_done
from web.services.pairing_conflicts import require_unbiased
from web.services.pairing_moves import move_as
from web.services.pairing_notices import tell
from web.services.pairings import locked, require_seen, sides_of

if TYPE_CHECKING:
    from web.services import policy


class RulesStandInTheWayError(ConflictError):
    """Rules that forbid the approval, by name; `stops` are their results."""

    def __init__(self, stops: Iterable[policy.Looked]) -> None:
        self.stops = tuple(stops)
        zh = "；".join(f"{one.rule.name_zh}（{one.sentence.zh}）" for one in self.stops)
        en = "; ".join(f"{one.rule.name_en} ({one.sentence.en})" for one in self.stops)
        super().__init__(f"还不能批准：{zh}", f"It cannot be approved yet: {en}")


def approve(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """Approves, or endorses where a second manager must approve after this one.

    The results of every rule are stored first. Raises RulesStandInTheWayError, NotAllowedError for a conflict of
    one's own or the same approver twice, MoveError, OvertakenError.
    """
    from web.services import policy

    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    require_unbiased(session, pairing, by)
    if Side.MANAGER not in sides_of(pairing, by):
        by.require_manager_of(pairing.jurisdiction_code, pairing.need.programme_code)
    pairing.target("approve", role=Role.MANAGER)
    # Approvals of one expert's pairings follow one another, so that no two spend the same days.
    session.execute(select(Expert.id).where(Expert.id == pairing.expert_id).with_for_update())
    policy.evaluate(session, pairing, purpose="approve", by=by)
    if stops := policy.stops(policy.look(session, pairing)):
        raise RulesStandInTheWayError(stops)
    if needs_second(pairing) and pairing.endorsed_by_id is None:
        _endorse(session, pairing, order, by)
    elif pairing.endorsed_by_id == by.user_id:
        raise NotAllowedError(
            "本专项须由两人审批，请另一位管理人员终审", "Two managers must approve; another one decides now"
        )
    else:
        move_as(session, pairing, "approve", side=Side.MANAGER, order=order, by=by)
    return pairing


def needs_second(pairing: Pairing) -> bool:
    """Whether its programme asks for two approvers."""
    task = pairing.need.task
    return task is not None and task.programme.two_approvers


def _endorse(session: Session, pairing: Pairing, order: Order, by: Actor) -> None:
    pairing.endorsed_by_id, pairing.endorsed_at = by.user_id, utc_now()
    pairing.wait_anew()
    session.flush()
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move="endorse",
        change=(pairing.state, pairing.state),
        by=by,
        role=Role.MANAGER,
        seen_version=order.version,
        request_id=order.request_id,
    )
    tell(session, pairing, "endorse", by=by)
