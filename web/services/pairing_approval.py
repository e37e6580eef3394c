"""Approval by managers: rules first, never one's own conflict, two approvers where the programme asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing, StateChange
from models.choices import Role, Side, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, NotAllowedError, Sentence
from web.services.journal import note_move
from web.services.orders import Order, was_done
from web.services.pairing_conflicts import require_unbiased
from web.services.pairing_deputies import acting_on
from web.services.pairing_moves import move_as
from web.services.pairing_notices import tell
from web.services.pairings import locked, require_seen, sides_of

if TYPE_CHECKING:
    from web.services import policy

SAME_APPROVER = Sentence(
    "本专项须由两人审批，请另一位管理人员终审", "Two managers must approve; another one decides now"
)
"""Said to who has endorsed already, also in another's place or by a deputy."""


class RulesStandInTheWayError(ConflictError):
    """Rules that forbid the approval, by name; `stops` are their results."""

    def __init__(self, stops: Iterable[policy.Looked]) -> None:
        self.stops = tuple(stops)
        zh = "；".join(f"{one.rule.name_zh}（{one.sentence.zh}）" for one in self.stops)
        en = "; ".join(f"{one.rule.name_en} ({one.sentence.en})" for one in self.stops)
        super().__init__(f"还不能批准：{zh}", f"It cannot be approved yet: {en}")


class NeedsALookError(ConflictError):
    """Waived rules or warnings: somebody must look at this pairing by itself."""

    def __init__(self, results: Iterable[policy.Looked]) -> None:
        listed = tuple(results)
        zh = "、".join(one.rule.name_zh for one in listed)
        en = ", ".join(one.rule.name_en for one in listed)
        super().__init__(
            f"有豁免或未满足的规则，请单独审批：{zh}", f"Rules are waived or not met; approve it by itself: {en}"
        )


def approve(session: Session, code: str, *, order: Order, by: Actor, plain_only: bool = False) -> Pairing:
    """Approves, or endorses where a second manager must approve after this one.

    The results of every rule are stored first. Raises RulesStandInTheWayError, with `plain_only` NeedsALookError where
    a rule passes only because it is waived or warns, NotAllowedError for a conflict of one's own or the same approver
    twice, MoveError, OvertakenError.
    """
    from web.services import policy

    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    require_unbiased(session, pairing, by)
    by = acting_on(session, pairing, by)
    if Side.MANAGER not in sides_of(pairing, by):
        raise NotAllowedError("您是这次对接的一方", "You are a party of this pairing")
    pairing.target("approve", role=Role.MANAGER)
    # Holds everybody who goes, in one order, so that no two approvals spend the same days or wait for each other.
    policy.evaluate(session, pairing, purpose="approve", by=by)
    results = policy.look(session, pairing)
    if stops := policy.stops(results):
        raise RulesStandInTheWayError(stops)
    if plain_only and (unplain := [one for one in results if one.outcome not in policy.MET]):
        raise NeedsALookError(unplain)
    if needs_second(pairing) and pairing.endorsed_by_id is None:
        _endorse(session, pairing, order, by)
    elif by.user_id in (one := approvers_before(session, pairing)) or by.on_behalf_of in one:
        raise NotAllowedError(SAME_APPROVER.zh, SAME_APPROVER.en)
    else:
        move_as(session, pairing, "approve", side=Side.MANAGER, order=order, by=by)
    return pairing


def needs_second(pairing: Pairing) -> bool:
    """Whether its programme asks for two approvers."""
    task = pairing.need.task
    return task is not None and task.programme.two_approvers


def endorsement(session: Session, pairing: Pairing) -> StateChange | None:
    """The first approval that counts now, where there is one."""
    if pairing.endorsed_by_id is None:
        return None
    return session.scalars(
        select(StateChange)
        .where(
            StateChange.subject == Subject.PAIRING,
            StateChange.subject_id == pairing.id,
            StateChange.move == "endorse",
        )
        .order_by(StateChange.id.desc())
    ).first()


def approvers_before(session: Session, pairing: Pairing) -> set[int]:
    """Whose the first approval is: who gave it, and the absent manager in whose place; nobody's where there is none."""
    change = endorsement(session, pairing)
    ids = {pairing.endorsed_by_id, change.on_behalf_of_id if change is not None else None}
    return {one for one in ids if one is not None}


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
