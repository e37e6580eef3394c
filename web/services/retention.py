"""What is not kept for ever is removed when its period is over; the periods are data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, PositiveInt
from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from models import Mail, Need, Notification, OfficerInvitation
from models.choices import Delivery, MailState, NeedState
from models.columns import utc_now
from web.services.mails import MOST_TRIES
from web.services.yaml_files import read_yaml

ENDED = (NeedState.FILLED, NeedState.CLOSED, NeedState.WITHDRAWN, NeedState.EXPIRED)


class Periods(BaseModel):
    """Days; see `seed_data/retention.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read_notifications: PositiveInt
    unread_notifications: PositiveInt
    mails: PositiveInt
    officer_invitations: PositiveInt
    ended_need_contacts: PositiveInt
    erasure_wait: PositiveInt


def read_periods(path: Path) -> Periods:
    """The periods of a file. Raises pydantic's ValidationError, which names the field."""
    return Periods.model_validate(read_yaml(path))


def remove_what_is_over(session: Session, periods: Periods, *, now: datetime | None = None) -> dict[str, int]:
    """Name of a period → how many rows were removed or emptied."""
    now = now or utc_now()

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    statements: dict[str, Delete] = {
        "read_notifications": delete(Notification).where(Notification.read_at < before(periods.read_notifications)),
        "unread_notifications": delete(Notification).where(
            Notification.read_at.is_(None), Notification.created_at < before(periods.unread_notifications)
        ),
        "mails": delete(Mail).where(_over(before(periods.mails))),
        "officer_invitations": delete(OfficerInvitation).where(
            OfficerInvitation.expires_at < before(periods.officer_invitations)
        ),
    }
    mailed = update(Notification).where(Notification.mail_id.in_(select(Mail.id).where(_over(before(periods.mails)))))
    session.execute(mailed.values(wants_mail=Delivery.OFF))  # so that no notice waits for a second mail
    removed = {name: _count(session, statement) for name, statement in statements.items()}
    return removed | {"ended_need_contacts": _empty_contacts(session, before(periods.ended_need_contacts))}


def _over(day: datetime) -> ColumnElement[bool]:
    """Mails that were handed over before the day, and those from before it that were given up."""
    given_up = (Mail.state == MailState.UNCERTAIN) | ((Mail.state == MailState.WAITING) & (Mail.tries >= MOST_TRIES))
    return ((Mail.state == MailState.SENT) & (Mail.sent_at < day)) | (given_up & (Mail.created_at < day))


def _empty_contacts(session: Session, before: datetime) -> int:
    """Empties contacts of needs that ended long ago. Written past the version: nobody edits an ended need."""
    over = select(Need.id).where(Need.state.in_(ENDED), Need.updated_at < before, Need.contact_name != "")
    empty = {"contact_name": "", "contact_phone": "", "contact_email": "", "updated_at": Need.updated_at}
    return _count(session, update(Need).where(Need.id.in_(over)).values(**empty))


def _count(session: Session, statement: Delete | Update) -> int:
    """Executes it; how many rows it met."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
