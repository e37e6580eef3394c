"""The people of one assignment, as its tests know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models import Assignment, Organisation, User
from web.services.access import Actor, actor_for

TODAY = date(2026, 11, 20)


@dataclass
class Cast:
    """The people of one assignment, and some who have no part in it."""

    assignment: Assignment
    host: Organisation
    employer: User
    expert: User
    member: User
    officer: User
    manager: User
    stranger: User
    other_employer: User
    other_manager: User
    administrator: User
    session: Session

    def by(self, name: str) -> Actor:
        """One of them, as services know them."""
        return actor_for(self.session, getattr(self, name))
