"""Searching the audit trail: an administrator sees every event, a manager those of records in the jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from models import Assignment, AuditEvent, Expert, Need, Organisation, Pairing, User
from models.choices import Role, Subject
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.jurisdiction import needs_within
from web.services.need_submission import CHINA
from web.services.organisations import within

CODED: dict[Subject, Any] = {
    Subject.NEED: Need.code,
    Subject.EXPERT: Expert.code,
    Subject.PAIRING: Pairing.code,
    Subject.ASSIGNMENT: Assignment.code,
    Subject.ORGANISATION: Organisation.credit_code,
}
"""Subject → the column by which people name its records."""


@dataclass(frozen=True, slots=True)
class WantedEvents:
    """Filters: part of a record's code or of the actor's name, a subject, an action, days in China (both included)."""

    text: str = ""
    subject: Subject | None = None
    action: str = ""
    first: date | None = None
    last: date | None = None


def search(wanted: WantedEvents, *, by: Actor) -> Select[AuditEvent]:
    """The events, the newest first. Raises NotAllowedError for anybody but administrators and managers."""
    statement = select(AuditEvent).where(_visible(by)).order_by(AuditEvent.id.desc())
    if wanted.subject is not None:
        statement = statement.where(AuditEvent.subject == wanted.subject)
    if wanted.action:
        statement = statement.where(AuditEvent.action == wanted.action)
    if wanted.first is not None:
        statement = statement.where(AuditEvent.at >= _midnight(wanted.first))
    if wanted.last is not None:
        statement = statement.where(AuditEvent.at < _midnight(wanted.last + timedelta(days=1)))
    if wanted.text:
        statement = statement.where(_about(wanted.text))
    return statement


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def _visible(by: Actor) -> ColumnElement[bool]:
    if by.has(Role.ADMINISTRATOR):
        return AuditEvent.id > 0
    if not by.has(Role.MANAGER):
        raise NotAllowedError("审计记录只供管理人员查阅", "The audit trail is for managers and administrators")
    pairings = select(Pairing.id).where(Pairing.need.has(needs_within(by)))
    mine = {
        Subject.NEED: select(Need.id).where(needs_within(by)),
        Subject.ORGANISATION: select(Organisation.id).where(within(by)),
        Subject.PAIRING: pairings,
        Subject.ASSIGNMENT: select(Assignment.id).where(Assignment.pairing_id.in_(pairings)),
    }
    conditions = (and_(AuditEvent.subject == subject, AuditEvent.subject_id.in_(ids)) for subject, ids in mine.items())
    return or_(AuditEvent.actor_id == by.user_id, *conditions)


def _about(text: str) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [
        AuditEvent.actor_id.in_(select(User.id).where(User.name.icontains(text, autoescape=True)))
    ]
    for subject, column in CODED.items():
        ids = select(column.class_.id).where(column.icontains(text, autoescape=True))
        found.append(and_(AuditEvent.subject == subject, AuditEvent.subject_id.in_(ids)))
    return or_(false(), *found)


def names_of(session: Session, events: Iterable[AuditEvent]) -> dict[int, str]:
    """User id → name, for those who acted; an erased person's is what the account now says."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def codes_of(session: Session, events: Sequence[AuditEvent]) -> dict[tuple[Subject, int], str]:
    """(subject, id) → the code by which people know the record, where it has one and is still there."""
    found: dict[tuple[Subject, int], str] = {}
    for subject, column in CODED.items():
        ids = {event.subject_id for event in events if event.subject == subject}
        if ids:
            rows = session.execute(select(column.class_.id, column).where(column.class_.id.in_(ids)))
            found |= {(subject, number): code for number, code in rows}
    return found


def actions(session: Session, *, by: Actor) -> list[str]:
    """The actions that occur in what the person may see, in alphabetical order."""
    return list(session.scalars(select(AuditEvent.action).where(_visible(by)).distinct().order_by(AuditEvent.action)))
