"""What services leave behind in the same transaction: moves, audit events, notices, and index work to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Notification, NotificationChoice, OutboxEntry, StateChange
from models.choices import Delivery, Role, Subject, Topic
from models.columns import utc_now
from web.services import audit_chain
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
    seen_version: int | None = None,
    request_id: str | None = None,
) -> StateChange:
    """Keeps one move, also in the audit chain; `change` is (before, after). `role` None is the system."""
    row = StateChange(
        subject=subject,
        subject_id=subject_id,
        move=move,
        source=change[0],
        target=change[1],
        actor_id=by.user_id,
        on_behalf_of_id=by.on_behalf_of,
        role=role,
        reason=reason,
        at=utc_now(),
        seen_version=seen_version,
        request_id=request_id,
    )
    session.add(row)
    act = audit_chain.Act(f"{subject.value}.{move}", subject, subject_id, by.user_id, change=row)
    audit_chain.wait(session, act)
    return row


def note_audit(
    session: Session, *, action: str, subject: Subject, subject_id: int, by: Actor, detail: str = ""
) -> None:
    """Keeps one accountable act, say a look at personal data, from the commit on. `detail` holds no personal data."""
    if by.on_behalf_of is not None:
        detail = f"{detail} (on behalf of user {by.on_behalf_of})".lstrip()
    audit_chain.wait(session, audit_chain.Act(action, subject, subject_id, by.user_id, detail))


def notify(
    session: Session,
    user_ids: Iterable[int | None],
    sentence: Sentence,
    *,
    path: str,
    topic: Topic = Topic.PROGRESS,
    key: str | None = None,
) -> None:
    """A notice to each person, and by mail as the person wants it; None among the ids is nobody.

    `key` names the occasion, say `pairing 7 reminder 2`: each person is told of it once, however often this is called.
    """
    people = {user_id for user_id in user_ids if user_id is not None}
    if key is not None:
        keys = {f"{key} to {user_id}": user_id for user_id in people}
        told = session.scalars(select(Notification.key).where(Notification.key.in_(keys)))
        people -= {keys[one] for one in told if one is not None}
    for user_id in sorted(people):
        session.add(
            Notification(
                user_id=user_id,
                topic=topic,
                text_zh=sentence.zh,
                text_en=sentence.en,
                path=path,
                key=None if key is None else f"{key} to {user_id}",
                wants_mail=wanted_delivery(session, user_id, topic),
            )
        )


def wanted_delivery(session: Session, user_id: int, topic: Topic) -> Delivery:
    """How the person wants to be told of the topic by mail."""
    chosen = session.scalar(
        select(NotificationChoice.delivery).where(
            NotificationChoice.user_id == user_id, NotificationChoice.topic == topic
        )
    )
    return chosen or MAIL_DEFAULTS[topic]


MAIL_DEFAULTS: Mapping[Topic, Delivery] = {
    Topic.ANSWER: Delivery.AT_ONCE,
    Topic.PROGRESS: Delivery.DIGEST,
    Topic.LOGS: Delivery.DIGEST,
    Topic.MESSAGE: Delivery.DIGEST,
    Topic.REMINDER: Delivery.DIGEST,
    Topic.NEEDS: Delivery.DIGEST,
}
"""Only what needs an answer is mailed at once; the rest comes in one digest a day."""


def note_change(session: Session, subject: Subject, subject_id: int) -> None:
    """Asks the indexer to index the expert or need anew; it is done when the transaction is."""
    session.add(OutboxEntry(subject=subject, subject_id=subject_id))
