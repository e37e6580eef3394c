"""Personal data under a new key: every encrypted value is written anew under the first of the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

import web.accounts.credential  # noqa: F401 - maps its table
from models import Base, OfficerInvitation
from models.columns import EncryptedText, utc_now
from models.encryption import lookup_digest


def encrypted_columns() -> dict[Table, list[str]]:
    """Table → its columns that stand encrypted."""
    found = {
        table: [column.name for column in table.columns if isinstance(column.type, EncryptedText)]
        for table in Base.metadata.sorted_tables
    }
    return {table: names for table, names in found.items() if names}


def encrypt_anew(
    session: Session, *, digests: bool = False, progress: Callable[[str, int], None] = lambda _table, _rows: None
) -> int:
    """Rewrites every encrypted value, one transaction a table; how many rows. `digests`: also what finds an address.

    Digests are made by the last key; to make them by a new one, run this a second time, with the new key alone.
    """
    total = 0
    for table, names in encrypted_columns().items():
        key = table.primary_key.columns.values()[0]
        columns = (key, *(table.c[name] for name in names))
        rows = session.execute(select(*columns).order_by(key).with_for_update()).all()
        for number, *values in rows:
            written: dict[str, Any] = dict(zip(names, values, strict=True))
            if digests and table.name == "credential":
                written["email_digest"] = lookup_digest(written["email"])
            if "updated_at" in table.c:
                written["updated_at"] = table.c.updated_at  # nothing has changed for anybody
            session.execute(update(table).where(key == number).values(**written))
        session.commit()
        total += len(rows)
        progress(table.name, len(rows))
    if digests:
        # Their links are found by digests that cannot be made anew: experts send them once more.
        open_ones = (OfficerInvitation.used_at.is_(None), OfficerInvitation.expires_at > utc_now())
        session.execute(update(OfficerInvitation).where(*open_ones).values(expires_at=utc_now()))
        session.commit()
    return total
