"""Names of people by their ids, for pages that name who acted and for whom."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User


def names_of_people(session: Session, ids: Iterable[int | None]) -> str:
    """The names in the order of the ids, joined by a slash; None among the ids is nobody."""
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return ""
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(wanted))).all())
    return " / ".join(names[one] for one in wanted if one in names)
