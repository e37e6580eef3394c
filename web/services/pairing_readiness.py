"""The rules are tested when a pairing comes to the manager, so that the board shows results without testing anew."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Pairing
from models.choices import Side
from web.services.access import Actor
from web.services.pairing_waits import awaited

PURPOSE = "ready"
"""Why such a check was made."""


def check_when_ready(session: Session, pairing: Pairing, *, by: Actor) -> None:
    """Stores what every rule finds, where the pairing now waits for a manager's decision."""
    from web.services import policy

    if awaited(pairing) == Side.MANAGER:
        policy.evaluate(session, pairing, purpose=PURPOSE, by=by)
