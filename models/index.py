"""The outbox of changes, and the vectors that follow the records.

A service that changes a profile or a need writes an OutboxEntry in the same transaction. The indexer encodes the
record, replaces its vectors, notes the change in IndexChange and deletes the entry, again in one transaction. Every
process that searches follows IndexChange from where it stands.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.choices import Subject
from models.columns import UtcDateTime, choice, utc_now


class OutboxEntry(Base):
    """A record that must be indexed anew."""

    __tablename__ = "outbox_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    subject_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class IndexChange(Base):
    """A record whose vectors were replaced or removed; ids only grow."""

    __tablename__ = "index_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    subject_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class IndexedExpert(Base):
    """An expert as the index has it. `content_digest` names the text that was encoded, `encoder` what encoded it."""

    __tablename__ = "indexed_expert"

    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(120))
    content_digest: Mapped[str] = mapped_column(String(64))
    indexed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    passages: Mapped[list[IndexedPassage]] = relationship(
        order_by="IndexedPassage.position", cascade="all, delete-orphan", passive_deletes=True
    )


class IndexedPassage(Base):
    """A passage of an indexed expert with its vector: half-precision numbers, little-endian, `(dim,)`."""

    __tablename__ = "indexed_passage"

    expert_id: Mapped[int] = mapped_column(ForeignKey("indexed_expert.expert_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class IndexedNeed(Base):
    """A need's vector, half-precision, little-endian, `(dim,)`."""

    __tablename__ = "indexed_need"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(120))
    content_digest: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    indexed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
