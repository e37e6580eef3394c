"""The terms of a pairing: who changes them, and who has agreed to them as they stand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Pairing
from models.choices import PairingState, Side, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError
from web.services.journal import note_move
from web.services.need_submission import today_in_china
from web.services.orders import Order, was_done
from web.services.pairing_files import Upload, keep_clearance
from web.services.pairing_notices import tell
from web.services.pairing_proposals import Terms, problems
from web.services.pairing_readiness import check_when_ready
from web.services.pairings import locked, require_seen, role_of, sides_of
from web.services.policy_waivers import take_back_all

OPEN_TO_REVISE = (PairingState.INVITED, PairingState.APPLIED, PairingState.ACCEPTED)


def can_settle(pairing: Pairing, side: Side) -> bool:
    """Whether this side may change the terms, or agree to them, now."""
    return side in (Side.EMPLOYER, Side.EXPERT) and pairing.state in OPEN_TO_REVISE


def has_agreed(pairing: Pairing, side: Side) -> bool:
    """Whether this party agrees to the terms as they stand."""
    return (pairing.employer_agreed_at if side == Side.EMPLOYER else pairing.expert_agreed_at) is not None


def require_open(pairing: Pairing, *, by: Actor) -> None:
    """Raises ConflictError where the terms are fixed, NotAllowedError for all but the two parties."""
    _party(pairing, by)
    if pairing.state not in OPEN_TO_REVISE:
        raise ConflictError(
            "现在不能再改条款；如需改动，请项目管理人员退回", "Terms are fixed now; ask the manager to return it"
        )


def revise(
    session: Session, code: str, terms: Terms, *, order: Order, by: Actor, upload: Upload | None = None
) -> Pairing:
    """Changes the terms, or the clearance; the other party must agree anew.

    Raises InvalidError, OvertakenError, NotAllowedError.
    """
    pairing = locked(session, code, by=by)
    side = _party(pairing, by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    require_open(pairing, by=by)
    if wrong := problems(session, terms, need=pairing.need, expert=pairing.expert, standing=pairing.mode_code):
        raise InvalidError(wrong)
    if Terms.of(pairing) == terms and upload is None:
        return pairing
    if upload is not None:
        keep_clearance(session, pairing, upload, by=by)
    if Terms.of(pairing) != terms:
        _void_what_was_shown(session, pairing, by)
    terms.write(pairing)
    _agree_alone(pairing, side)
    pairing.endorsed_by_id = pairing.endorsed_at = None  # the first approver has seen other terms
    _note(session, pairing, "revise", side, order, by)
    return pairing


def agree(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """One party agrees to the terms as they stand. Raises OvertakenError, NotAllowedError."""
    pairing = locked(session, code, by=by)
    side = _party(pairing, by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    if pairing.state not in OPEN_TO_REVISE:
        raise ConflictError("现在不需要再确认条款", "There is nothing to agree to now")
    if has_agreed(pairing, side):
        raise ConflictError("您方已经同意现在的条款", "Your side has agreed to these terms already")
    if side == Side.EMPLOYER:
        pairing.employer_agreed_at = utc_now()
    else:
        pairing.expert_agreed_at = utc_now()
    _note(session, pairing, "agree", side, order, by)
    return pairing


def _party(pairing: Pairing, by: Actor) -> Side:
    side = next((one for one in sides_of(pairing, by) if one in (Side.EMPLOYER, Side.EXPERT)), None)
    if side is None:
        raise NotAllowedError("条款由用人单位和专家商定", "Terms are settled by the employer and the expert")
    return side


def _void_what_was_shown(session: Session, pairing: Pairing, by: Actor) -> None:
    """Waivers and public notices were of other terms."""
    take_back_all(session, pairing, by=by)
    for notice in pairing.notices:
        notice.is_superseded = True
        notice.ends = notice.ends or max(notice.starts, today_in_china())


def _agree_alone(pairing: Pairing, side: Side) -> None:
    now = utc_now()
    pairing.employer_agreed_at = now if side == Side.EMPLOYER else None
    pairing.expert_agreed_at = now if side == Side.EXPERT else None


def _note(session: Session, pairing: Pairing, name: str, side: Side, order: Order, by: Actor) -> None:
    pairing.wait_anew()
    session.flush()
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move=name,
        change=(pairing.state, pairing.state),
        by=by,
        role=role_of(side),
        seen_version=order.version,
        request_id=order.request_id,
    )
    tell(session, pairing, name, by=by)
    check_when_ready(session, pairing, by=by)
