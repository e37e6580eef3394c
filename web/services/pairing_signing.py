"""Signing: the agreement that all parties have signed is there, and the assignment begins to exist."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Agreement, Pairing
from models.choices import Subject
from web.services.access import Actor
from web.services.errors import ConflictError
from web.services.orders import Order, was_done
from web.services.pairing_moves import move_as, side_for
from web.services.pairings import locked, require_seen


def sign(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The employer says that the agreement is signed; the assignment is made in the same transaction.

    Raises ConflictError where the file or a party's date is missing, MoveError, OvertakenError, NotFoundError.
    """
    from web.services import assignments

    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    side = side_for(pairing, "sign", by)
    if not is_signed_by_all(session, pairing):
        raise ConflictError(
            "请先上传签好的协议，并填写各方的签署日期",
            "Upload the signed agreement and give the date of each party's signature first",
        )
    move_as(session, pairing, "sign", side=side, order=order, by=by)
    assignments.create_from(session, pairing, by=by)
    return pairing


def is_signed_by_all(session: Session, pairing: Pairing) -> bool:
    """Whether the signed file is there with the date of each party; the home institution's where it must consent."""
    agreement = session.scalar(select(Agreement).where(Agreement.pairing_id == pairing.id))
    if agreement is None or not agreement.signed_sha256:
        return False
    dates = [agreement.employer_signed_on, agreement.expert_signed_on]
    if pairing.mode.needs_consent:
        dates.append(agreement.institution_signed_on)
    return None not in dates
