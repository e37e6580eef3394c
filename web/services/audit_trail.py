"""The audit trail: verified from its first event to its last, and searched by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, AuditHead, StateChange
from models.audit import event_hash
from web.services.audit_chain import change_detail

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the trail; `number` is the event's, 0 for the end of the chain."""

    number: int
    what: str


def verify(session: Session) -> tuple[int, list[Fault]]:
    """(events, faults): every edit, gap or loss in the chain, and every state change that differs from its event."""
    count, previous, faults = 0, "", []
    for event in _events(session):
        count += 1
        if event.id != count:
            faults.append(Fault(event.id, f"events {count} to {event.id - 1} are missing"))
            count = event.id
        if event.previous_hash != previous:
            faults.append(Fault(event.id, "it does not follow the event before it"))
        if event.hash != _hash_of(event):
            faults.append(Fault(event.id, "its content was changed"))
        previous = event.hash
    head = session.execute(select(AuditHead.last_id, AuditHead.last_hash)).one_or_none()
    end = (head.last_id, head.last_hash) if head is not None else (0, "")
    if end != (count, previous):
        faults.append(Fault(0, f"the chain ends at event {count}, but {end[0]} events were written"))
    return count, faults + list(_changed_moves(session))


def _events(session: Session) -> Iterator[AuditEvent]:
    yield from session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=BATCH))


def _hash_of(event: AuditEvent) -> str:
    return event_hash(
        event.previous_hash,
        number=event.id,
        at=event.at,
        actor_id=event.actor_id,
        action=event.action,
        subject=event.subject.value,
        subject_id=event.subject_id,
        detail=event.detail,
    )


def _changed_moves(session: Session) -> Iterator[Fault]:
    """State changes that are not what their event says, or are gone."""
    changes = {change.id: change for change in session.scalars(select(StateChange))}
    for event in _events(session):
        if not event.detail.startswith("change="):
            continue
        number = int(event.detail.split(maxsplit=1)[0].removeprefix("change="))
        change = changes.pop(number, None)
        if change is None:
            yield Fault(event.id, f"state change {number}, which it is about, is gone")
        elif not _agree(change_detail(change), event.detail) or (
            change.subject,
            change.subject_id,
            change.actor_id,
        ) != (
            event.subject,
            event.subject_id,
            event.actor_id,
        ):
            yield Fault(event.id, f"state change {number}, which it is about, was changed")


def _agree(now: str, then: str) -> bool:
    """Whether a state change is what its event says; its reason may have been erased since, but not rewritten."""
    return now == then or (now.endswith(" reason=-") and now.split()[:-1] == then.split()[:-1])
