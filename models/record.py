"""What happened: state changes, audit events, and notices to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base
from models.choices import Delivery, MailState, Role, Subject, Topic
from models.columns import EncryptedText, UtcDateTime, choice, utc_now


class StateChange(Base):
    """One move of one record: who, as what, when, from where to where, why."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    subject_id: Mapped[int]
    move: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(32))
    target: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The absent manager whose work the actor did."""
    role: Mapped[Role | None] = mapped_column(choice(Role))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    seen_version: Mapped[int | None]
    """The version of the record that the actor had seen."""
    request_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    """Names the form that asked for it, so that a form sent twice acts once."""

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[User | None] = relationship(foreign_keys=[on_behalf_of_id])


class AuditEvent(Base):
    """An act that must be accountable: a state move, a waiver, a look at personal data, a change of a role or a rule.

    Rows are only ever added: the database refuses to change or delete one. Each carries the hash of the one before,
    so that an edit or a gap is found (`dongcai audit verify`). `actor_id` and `subject_id` are numbers without a
    foreign key: an event outlives what it is about.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"), Index("ix_audit_event_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1 without a gap."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    subject_id: Mapped[int]
    detail: Mapped[str] = mapped_column(Text, default="")
    """Codes and reasons, never personal data."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The end of the chain: one row, locked by whoever adds an event."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="")


class Notification(Base):
    """A notice to one person, in both languages, with the page it leads to."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    topic: Mapped[Topic] = mapped_column(choice(Topic), default=Topic.PROGRESS)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(200), default="")
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """Names the occasion, so that a reminder is given once, however often the job runs."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    """The mail that carries it; none while it waits for one, or where the person wants none."""
    wants_mail: Mapped[Delivery] = mapped_column(choice(Delivery), default=Delivery.DIGEST)


class NotificationChoice(Base):
    """How one person wants to be told of one topic by mail; without a row the topic's default counts."""

    __tablename__ = "notification_choice"
    __table_args__ = (UniqueConstraint("user_id", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    topic: Mapped[Topic] = mapped_column(choice(Topic))
    delivery: Mapped[Delivery] = mapped_column(choice(Delivery))


class Mail(Base):
    """A mail of notices to one person. `digest_of` names the day of a digest: one a day at most."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("user_id", "digest_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest_of: Mapped[str | None] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(EncryptedText)
    text: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.WAITING, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
