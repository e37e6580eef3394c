"""The audit chain: events wait in the session and are chained when it commits, so that the chain is locked briefly.

An event is written if and only if the transaction that it belongs to is committed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert, select, text, update
from sqlalchemy.orm import Session, SessionTransaction

from models import AuditEvent, AuditHead, StateChange
from models.audit import event_hash
from models.choices import Subject
from models.columns import utc_now

_WAITING = "audit events that wait for the commit"


@dataclass(frozen=True, slots=True)
class Act:
    """An accountable act that waits; `change` is the state change that it is about, where it is one. `at`: when it was
    done, which is before the commit."""

    action: str
    subject: Subject
    subject_id: int
    actor_id: int | None
    detail: str = ""
    change: StateChange | None = None
    at: datetime = field(default_factory=utc_now)

    def described(self) -> str:
        """The detail that is kept; of a move, its row, states and the digest of its reason."""
        return self.detail if self.change is None else change_detail(self.change)


def change_detail(change: StateChange) -> str:
    """What the chain keeps of a state change; its move and time are the event's own.

    The reason may be erased one day, so only its digest stands here.
    """
    digest = hashlib.sha256(change.reason.encode()).hexdigest()[:16] if change.reason else "-"
    deputy = "" if change.on_behalf_of_id is None else f" on_behalf_of={change.on_behalf_of_id}"
    role = change.role.value if change.role is not None else "system"
    return f"change={change.id} {change.source}>{change.target} as={role}{deputy} reason={digest}"


def wait(session: Session, act: Act) -> None:
    """Has the act chained when the session commits."""
    if not session.in_transaction():
        session.begin()  # so that a rollback forgets the act
    session.info.setdefault(_WAITING, []).append(act)


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_WAITING):
        return
    session.flush()
    acts: list[Act] = session.info.pop(_WAITING)
    number, previous = _lock_head(session)
    rows: list[dict[str, Any]] = []
    for act in acts:
        number += 1
        row: dict[str, Any] = {
            "at": act.change.at if act.change is not None else act.at,
            "actor_id": act.actor_id,
            "action": act.action,
            "subject": act.subject,
            "subject_id": act.subject_id,
            "detail": act.described(),
        }
        row["hash"] = event_hash(previous, number=number, **row | {"subject": act.subject.value})
        rows.append(row | {"id": number, "previous_hash": previous})
        previous = row["hash"]
    session.execute(insert(AuditEvent), rows)
    session.execute(update(AuditHead).values(last_id=number, last_hash=previous))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_WAITING, None)


def _lock_head(session: Session) -> tuple[int, str]:
    """The end of the chain, which nobody else can add to until the transaction ends."""
    ends = select(AuditHead.last_id, AuditHead.last_hash).with_for_update()
    head = session.execute(ends).one_or_none()
    if head is None:  # of several who begin the chain at once, one makes its end and the others wait for it
        session.execute(
            text("INSERT INTO audit_head (id, last_id, last_hash) VALUES (1, 0, '') ON CONFLICT DO NOTHING")
        )
        head = session.execute(ends).one()
    return head.last_id, head.last_hash
