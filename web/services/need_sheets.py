"""The open pages on which drafts are written: an answer that got lost on the way back is no other person's save."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need
from web.services.access import Actor

_NAME = re.compile(r"[0-9a-f-]{32,36}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One opened form: its random name, and which of its saves this is. Later saves of a page have higher turns."""

    name: str
    turn: int

    @classmethod
    def read(cls, name: str, turn: str) -> Sheet | None:
        """The page that a form names; None where it names none."""
        if not _NAME.fullmatch(name):
            return None
        return cls(name, int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 10 else 0)


def new_name() -> str:
    """A name for a page that is being opened."""
    return str(uuid4())


def draft_begun_on(session: Session, sheet: Sheet | None, *, by: Actor) -> Need | None:
    """The draft that this page has begun already, perhaps without ever hearing of it."""
    if sheet is None:
        return None
    return session.scalar(select(Need).where(Need.posted_by_id == by.user_id, Need.begun_on == sheet.name))


def conflicting(need: Need, values: Mapping[str, Any], *, version: int | None, sheet: Sheet | None) -> tuple[str, ...]:
    """The fields in which a save would undo what somebody else saved after `version`; None undoes on purpose."""
    if version is None or version == need.version or _goes_on(need, sheet):
        return ()
    return differing_from(need, values)


def differing_from(need: Need, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields whose value in the need is another one."""
    return tuple(name for name, value in values.items() if getattr(need, name) != value)


def note_save(need: Need, sheet: Sheet) -> None:
    """Remembers, together with the changes that are about to be written, whose they are."""
    need.saved_on, need.saved_turn, need.saved_version = sheet.name, sheet.turn, need.version + 1


def _goes_on(need: Need, sheet: Sheet | None) -> bool:
    """Whether nothing has happened to the need since an earlier save of the same page."""
    if sheet is None or need.saved_turn is None:
        return False
    return need.saved_on == sheet.name and need.saved_version == need.version and sheet.turn > need.saved_turn
