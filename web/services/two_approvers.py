"""Whether a programme's pairings are approved by one manager or by two."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Programme
from models.choices import Role, Subject
from web.services.access import Actor
from web.services.errors import NotFoundError
from web.services.journal import note_audit


def programmes(session: Session, *, by: Actor) -> Sequence[Programme]:
    """All programmes in their order. Raises NotAllowedError for whom is no administrator."""
    by.require(Role.ADMINISTRATOR)
    return session.scalars(select(Programme).order_by(Programme.position)).all()


def ask_for(session: Session, code: str, *, two: bool, by: Actor) -> Programme:
    """Asks for two approvers or one from now on; an endorsement that was given stays what it is.

    Raises NotAllowedError, NotFoundError.
    """
    by.require(Role.ADMINISTRATOR)
    programme = session.get(Programme, code[:32])
    if programme is None:
        raise NotFoundError("没有这个专项", "There is no such programme")
    if programme.two_approvers != two:
        programme.two_approvers = two
        detail, number = f"programme {code}: {'two approvers' if two else 'one approver'}", programme.position
        note_audit(session, action="programme.approvers", subject=Subject.RULE, subject_id=number, by=by, detail=detail)
    return programme
