"""The codes by which people name records: XQ2026-0001 is a need, ZJ000001 an expert."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import CodeCounter
from models.choices import Subject


def next_code(session: Session, subject: Subject, *, now: datetime | None = None) -> str:
    """A code that no other need or expert has or had; a need's code carries the year.

    Two transactions never get the same code: the second waits until the first has ended. The code of a transaction
    that is rolled back is given again.
    """
    if subject == Subject.NEED:
        series, digits = f"XQ{(now or datetime.now(UTC)).year}-", 4
    elif subject == Subject.EXPERT:
        series, digits = "ZJ", 6
    else:
        raise ValueError(f"{subject} has no codes; need and expert have")
    # The upsert is spelled alike, but each dialect has its own.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(CodeCounter).values(series=series, last=1)
    counted = statement.on_conflict_do_update(index_elements=["series"], set_={"last": CodeCounter.last + 1})
    number = session.scalar(counted.returning(CodeCounter.last))
    return f"{series}{number:0{digits}d}"
