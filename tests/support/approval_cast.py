"""Pairings that wait for a manager, in a mode of the test's own, with rules that pass, warn or stand in the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pairing_cast import Cast
from sqlalchemy.orm import Session

from models import Delegation, Pairing, Tie, User
from models.choices import PairingState, TieKind
from web.services.access import Actor, actor_for
from web.services.need_submission import today_in_china
from web.services.orders import Order

TOO_MANY = 60.0
"""Days a year beyond what the expert of the cast offers: the day budget, a rule that blocks, is not met."""


def waiting(cast: Cast, **values: Any) -> Pairing:
    """A pairing that every rule lets pass; each call has a need and an expert of its own."""
    mode = values.pop("mode", None) or cast.make.mode(needs_consent=False)
    need = values.pop("need", None) or cast.make.need(cast.host)
    expert = values.pop("expert", None) or cast.make.expert(cast.make.user())
    given = {"state": PairingState.ACCEPTED, "mode": mode, "institution": cast.institution, **values}
    return cast.make.pairing(need, expert, **given)


def related(cast: Cast, **values: Any) -> Pairing:
    """One whose expert has declared kin at the host: a rule that a manager may waive is not met."""
    expert = cast.make.expert(cast.make.user())
    expert.ties = [Tie(kind=TieKind.KINSHIP, counterpart=cast.host.name)]
    return waiting(cast, expert=expert, **values)


def order(pairing: Pairing, reason: str = "") -> Order:
    """A form on the pairing as it is now."""
    return Order(pairing.version, str(uuid4()), reason)


def form(pairing: Pairing, **values: str) -> dict[str, str]:
    """The same as a browser sends it."""
    return {"version": str(pairing.version), "request_id": str(uuid4()), **values}


def acting(session: Session, user: User) -> Actor:
    """The person with what they may do today."""
    session.flush()
    return actor_for(session, user)


def stands_in(session: Session, giver: User, deputy: User, first: int = 0, last: int = 3) -> Delegation:
    """A delegation from so many days after today to so many."""
    today = today_in_china()
    row = Delegation(
        from_id=giver.id,
        to_id=deputy.id,
        starts=today + timedelta(days=first),
        ends=today + timedelta(days=last),
        reason="出差",
    )
    session.add(row)
    session.flush()
    return row
