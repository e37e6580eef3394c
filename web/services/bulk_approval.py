"""Many pairings approved with one form: only those in which every rule passes, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.choices import PairingState, Side
from models.pairing import WAITING_PAIRINGS
from models.state_machine import MoveError
from web.services import policy
from web.services.access import Actor
from web.services.errors import ConflictError, ServiceError
from web.services.orders import Order
from web.services.pairing_approval import approve
from web.services.pairing_readiness import PURPOSE
from web.services.pairings import locked, sides_of

BUSY = "Somebody else was deciding at the same moment; try again"
MOST = 50
"""Pairings of one form."""


class Done(StrEnum):
    """What became of one of them."""

    APPROVED = "approved"
    ENDORSED = "endorsed"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class Pick:
    """A pairing that was chosen, in the version that was seen."""

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one, and the error where nothing did."""

    code: str
    done: Done
    error: ServiceError | MoveError | StaleDataError | None = None


def approve_each(session: Session, picks: Iterable[Pick], *, form_id: str, by: Actor) -> list[Result]:
    """Approves those that may be without a closer look, and says of each of the others why not. Commits each by itself.

    The same form sent again does nothing twice: each pairing gets a number of its own made from the form's.
    """
    unique = {pick.code: pick for pick in picks}
    return [_approve_one(session, pick, form_id, by) for pick in list(unique.values())[:MOST]]


def check_each(session: Session, codes: Iterable[str], *, by: Actor) -> int:
    """Tests the rules of each of them anew and stores what is found, where a manager has still to decide; how many."""
    count = 0
    for code in list(dict.fromkeys(codes))[:MOST]:
        try:
            pairing = locked(session, code, by=by)
        except ServiceError:
            continue
        if pairing.state in WAITING_PAIRINGS and Side.MANAGER in sides_of(pairing, by):
            policy.evaluate(session, pairing, purpose=PURPOSE, by=by)
            count += 1
        session.commit()
    return count


def _approve_one(session: Session, pick: Pick, form_id: str, by: Actor) -> Result:
    order = Order(pick.version, str(uuid5(UUID(form_id), pick.code)))
    try:
        pairing = approve(session, pick.code, order=order, by=by, plain_only=True)
        session.commit()
    except (ServiceError, MoveError, StaleDataError) as error:
        session.rollback()
        return Result(pick.code, Done.NOT_DONE, error)
    except OperationalError:  # another transaction held what this one needed
        session.rollback()
        return Result(pick.code, Done.NOT_DONE, ConflictError("刚才有人同时在办，请再试一次", BUSY))
    is_endorsed = pairing.state in (PairingState.ACCEPTED, PairingState.CONSENTED)
    return Result(pick.code, Done.ENDORSED if is_endorsed else Done.APPROVED)
