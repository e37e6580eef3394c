"""A registration under way, kept in the person's own session cookie to the last page, encrypted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from flask import session

from models import encryption

_KEY = "registration"


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been filled in so far; `sent_to` stands alone on the last page."""

    kind: str
    name: str = ""
    email: str = ""
    password_hash: str = ""
    credit_code: str = ""

    def keep(self) -> None:
        """Puts the draft into the session."""
        session[_KEY] = encryption.encrypt(json.dumps(asdict(self)))

    @staticmethod
    def read(kind: str) -> Draft | None:
        """The draft of that kind of registration, None where there is none."""
        try:
            draft = Draft(**json.loads(encryption.decrypt(session.get(_KEY, ""))))
        except encryption.KeyMissingError:  # none was begun, or under a key that has been withdrawn
            return None
        return draft if draft.kind == kind else None

    @staticmethod
    def clear() -> None:
        """Forgets it."""
        session.pop(_KEY, None)
