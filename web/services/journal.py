"""What services leave behind in the same transaction: moves, audit events, notices, and index work to do."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from models import AuditEvent, Notification, OutboxEntry, StateChange
from models.choices import Role, Subject
from web.services.access import Actor
from web.services.errors import Sentence


def note_move(
    session: Session,
    *,
    subject: Subject,
    subject_id: int,
    move: str,
    change: tuple[str, str],
    by: Actor,
    role: Role | None,
    reason: str = "",
) -> StateChange:
    """Keeps one move; `change` is (before, after). `role` None is the system."""
    row = StateChange(
        subject=subject,
        subject_id=subject_id,
        move=move,
        source=change[0],
        target=change[1],
        actor_id=by.user_id,
        role=role,
        reason=reason,
    )
    session.add(row)
    return row


def note_audit(
    session: Session, *, action: str, subject: Subject, subject_id: int, by: Actor, detail: str = ""
) -> None:
    """Keeps one accountable act, say a look at personal data."""
    session.add(AuditEvent(action=action, subject=subject, subject_id=subject_id, actor_id=by.user_id, detail=detail))


def notify(session: Session, user_ids: Iterable[int | None], sentence: Sentence, *, path: str) -> None:
    """A notice to each person; None among the ids is nobody."""
    for user_id in dict.fromkeys(user_ids):
        if user_id is not None:
            session.add(Notification(user_id=user_id, text_zh=sentence.zh, text_en=sentence.en, path=path))


def note_change(session: Session, subject: Subject, subject_id: int) -> None:
    """Asks the indexer to index the expert or need anew; it is done when the transaction is."""
    session.add(OutboxEntry(subject=subject, subject_id=subject_id))
