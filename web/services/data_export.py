"""Everything that the service keeps of one person, for that person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, or_, select
from sqlalchemy.orm import Session, undefer

from models import (
    Appraisal,
    Assignment,
    AssignmentMessage,
    AuditEvent,
    AvailabilityWindow,
    Base,
    Certificate,
    Delegation,
    Dismissal,
    Document,
    ErasureRequest,
    Evaluation,
    ExchangeLeg,
    Expert,
    Grant,
    IndicatorClaim,
    Mail,
    ManagerTie,
    Need,
    Notification,
    NotificationChoice,
    OfficerInvitation,
    Pairing,
    PairingMember,
    ServiceLog,
    StateChange,
    Tie,
    TieDismissal,
    User,
    Work,
)
from models.choices import Subject
from web.accounts.credential import Credential
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.journal import note_audit

HIDDEN = {
    "password",
    "fs_uniquifier",
    "email_digest",
    "token_digest",
    "tf_totp_secret",
    "tf_last_counter",
    "mf_recovery_codes",
    "search_text",
}
"""Secrets, and what is derived from other fields."""


def own_data(session: Session, *, by: Actor) -> dict[str, Any]:
    """Table → rows, as JSON can hold them; the export is an audit event. Raises NotAllowedError for nobody."""
    if by.user_id is None:
        raise NotAllowedError("请先登录", "Sign in first")
    expert_id = session.scalar(select(Expert.id).where(Expert.user_id == by.user_id))
    found: dict[str, Any] = {}
    for model, condition in _owned(by.user_id, expert_id):
        statement = select(model).where(condition).order_by(inspect(model).primary_key[0])
        rows = session.scalars(statement.options(undefer("*")))
        found[model.__tablename__] = [_row(row) for row in rows]
    note_audit(session, action="data.export", subject=Subject.USER, subject_id=by.user_id, by=by)
    return found


def _owned(user_id: int, expert_id: int | None) -> Iterable[tuple[type[Base], Any]]:
    yield User, User.id == user_id
    yield Credential, Credential.user_id == user_id
    yield Grant, Grant.user_id == user_id
    yield NotificationChoice, NotificationChoice.user_id == user_id
    yield Notification, Notification.user_id == user_id
    yield Need, Need.posted_by_id == user_id
    yield StateChange, StateChange.actor_id == user_id
    yield AuditEvent, or_(AuditEvent.actor_id == user_id, *_looks_at(user_id, expert_id))
    yield AssignmentMessage, AssignmentMessage.author_id == user_id
    yield Document, Document.added_by_id == user_id
    yield Mail, Mail.user_id == user_id
    yield Appraisal, Appraisal.by_id == user_id
    yield ManagerTie, ManagerTie.user_id == user_id
    yield Delegation, or_(Delegation.from_id == user_id, Delegation.to_id == user_id)
    yield (
        TieDismissal,
        or_(
            TieDismissal.by_id == user_id,
            TieDismissal.manager_id == user_id,
            and_(TieDismissal.expert_id.is_not(None), TieDismissal.expert_id == expert_id),
        ),
    )
    yield OfficerInvitation, OfficerInvitation.invited_by_id == user_id
    yield ErasureRequest, ErasureRequest.user_id == user_id
    if expert_id is None:
        return
    yield Expert, Expert.id == expert_id
    for model in (Work, AvailabilityWindow, Tie, Dismissal, Pairing, PairingMember, Assignment, ServiceLog):
        yield model, model.expert_id == expert_id
    mine = select(Assignment.id).where(Assignment.expert_id == expert_id)
    yield IndicatorClaim, IndicatorClaim.assignment_id.in_(mine)
    yield Certificate, Certificate.assignment_id.in_(mine)
    yield Evaluation, Evaluation.assignment_id.in_(mine)
    yield ExchangeLeg, ExchangeLeg.pairing_id.in_(select(Pairing.id).where(Pairing.expert_id == expert_id))


def _looks_at(user_id: int, expert_id: int | None) -> Iterable[ColumnElement[bool]]:
    """What others did with the person's account, profile and pairings."""
    yield and_(AuditEvent.subject == Subject.USER, AuditEvent.subject_id == user_id)
    if expert_id is not None:
        pairings = select(Pairing.id).where(Pairing.expert_id == expert_id)
        yield and_(AuditEvent.subject == Subject.EXPERT, AuditEvent.subject_id == expert_id)
        yield and_(AuditEvent.subject == Subject.PAIRING, AuditEvent.subject_id.in_(pairings))


def _row(row: Base) -> Mapping[str, Any]:
    names = [column.key for column in inspect(type(row)).column_attrs if column.key not in HIDDEN]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
