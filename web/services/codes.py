"""The codes by which people name records: XQ2026-0001 is a need, ZJ000001 an expert, DJ2026-00001 a pairing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import CodeCounter
from models.choices import Subject
from models.columns import utc_now


def next_code(session: Session, subject: Subject, *, now: datetime | None = None) -> str:
    """A code that no other record of the kind has or had; but for an expert's it carries the year.

    Two transactions never get the same code: the second waits until the first has ended. The code of a transaction
    that is rolled back is given again.
    """
    if subject not in _SERIES:
        raise ValueError(f"{subject} has no codes; {', '.join(_SERIES)} have")
    letters, digits = _SERIES[subject]
    series = letters if subject == Subject.EXPERT else f"{letters}{(now or utc_now()).year}-"
    # The upsert is spelled alike, but each dialect has its own.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(CodeCounter).values(series=series, last=1)
    counted = statement.on_conflict_do_update(index_elements=["series"], set_={"last": CodeCounter.last + 1})
    number = session.scalar(counted.returning(CodeCounter.last))
    return f"{series}{number:0{digits}d}"


_SERIES: Mapping[Subject, tuple[str, int]] = {
    Subject.NEED: ("XQ", 4),
    Subject.EXPERT: ("ZJ", 6),
    Subject.PAIRING: ("DJ", 5),
    Subject.ASSIGNMENT: ("RW", 5),
    Subject.CERTIFICATE: ("ZM", 6),
}
"""Letters and digits of each series: 需求, 专家, 对接, 任务, 证明."""
