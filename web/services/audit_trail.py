"""The audit trail: verified from its first event to its last, and searched by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEvent, AuditHead, Need, StateChange
from models.audit import event_hash
from models.choices import Subject
from web.services.audit_chain import change_detail

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the trail; `number` is the event's, 0 for the end of the chain."""

    number: int
    what: str


def verify(session: Session) -> tuple[int, list[Fault]]:
    """(events, faults): every edit, gap or loss in the chain, and every state change that differs from its event.

    Others may go on adding. What is read first is the oldest: a state change that is there has its event by the time
    when the events are read, and the chain is read up to the end that it had.
    """
    changes = {change.id: change for change in session.scalars(select(StateChange))}
    newest = session.scalar(select(func.max(AuditEvent.id))) or 0
    head = session.execute(select(AuditHead.last_id, AuditHead.last_hash)).one_or_none()
    end = (head.last_id, head.last_hash) if head is not None else (0, "")
    last = max(newest, end[0])
    count, previous, faults = 0, "", []
    for event in _events(session, last):
        count += 1
        if event.id != count:
            faults.append(Fault(event.id, f"events {count} to {event.id - 1} are missing"))
            count = event.id
        if event.previous_hash != previous:
            faults.append(Fault(event.id, "it does not follow the event before it"))
        if event.hash != _hash_of(event):
            faults.append(Fault(event.id, "its content was changed"))
        previous = event.hash
    if end != (count, previous):
        faults.append(Fault(0, f"the chain ends at event {count}, but {end[0]} events were written"))
    return count, faults + list(_changed_moves(session, changes, last))


def _events(session: Session, last: int) -> Iterator[AuditEvent]:
    events = select(AuditEvent).where(AuditEvent.id <= last).order_by(AuditEvent.id)
    yield from session.scalars(events.execution_options(yield_per=BATCH))


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


def _changed_moves(session: Session, changes: dict[int, StateChange], last: int) -> Iterator[Fault]:
    """State changes that are not what their event says, are gone, or have no event though the chain had begun."""
    first = None
    for event in _events(session, last):
        if not event.detail.startswith("change="):
            continue
        number = int(event.detail.split(maxsplit=1)[0].removeprefix("change="))
        first = number if first is None else min(first, number)
        change = changes.pop(number, None) or session.get(StateChange, number)
        if change is None:
            yield Fault(event.id, f"state change {number}, which it is about, is gone")
        elif not (_agree(change_detail(change), event.detail) and _is_about(event, change)):
            yield Fault(event.id, f"state change {number}, which it is about, was changed")
    invented = set(session.scalars(select(Need.id).where(Need.is_demo)))  # needs of the demo come with their past
    for number, change in sorted(changes.items()):
        is_invented = change.subject == Subject.NEED and change.subject_id in invented
        if first is not None and number > first and not is_invented:
            yield Fault(0, f"state change {number} has no event")


def _is_about(event: AuditEvent, change: StateChange) -> bool:
    said = (event.action, event.subject, event.subject_id, event.actor_id, event.at)
    return said == (f"{change.subject}.{change.move}", change.subject, change.subject_id, change.actor_id, change.at)


def _agree(now: str, then: str) -> bool:
    """Whether a state change is what its event says; its reason may have been erased since, but not rewritten."""
    return now == then or (now.endswith(" reason=-") and now.split()[:-1] == then.split()[:-1])
