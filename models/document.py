"""Files that people upload or the service makes. The bytes lie in a folder, under their SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base
from models.choices import DocumentKind, Subject
from models.columns import UtcDateTime, choice, utc_now


class Document(Base):
    """One file. `name` is shown to people and is never a path; `sha256` names the bytes."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("size BETWEEN 1 AND 20971520", name="size"),
        Index("ix_document_subject", "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    subject_id: Mapped[int]
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    added_by: Mapped[User | None] = relationship()
