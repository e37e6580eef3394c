"""How a person wants to be told of each topic by mail."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import NotificationChoice
from models.choices import Delivery, Topic
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.journal import MAIL_DEFAULTS


def choices_of(session: Session, *, by: Actor) -> dict[Topic, Delivery]:
    """Topic → how the person is told; what was not chosen is the default."""
    rows = session.scalars(select(NotificationChoice).where(NotificationChoice.user_id == by.user_id))
    return {**MAIL_DEFAULTS, **{row.topic: row.delivery for row in rows}}


def choose(session: Session, wanted: Mapping[Topic, Delivery], *, by: Actor) -> None:
    """Keeps the person's choices. Raises NotAllowedError for nobody."""
    if by.user_id is None:
        raise NotAllowedError("请先登录", "Sign in first")
    rows = session.scalars(select(NotificationChoice).where(NotificationChoice.user_id == by.user_id))
    known = {row.topic: row for row in rows}
    for topic, delivery in wanted.items():
        if topic in known:
            known[topic].delivery = delivery
        else:
            session.add(NotificationChoice(user_id=by.user_id, topic=topic, delivery=delivery))
