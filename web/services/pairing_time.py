"""What time does to pairings: reminders at 3, 9 and 21 days, then they expire (DOMAIN 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models import Pairing
from models.choices import Subject, Topic
from models.columns import utc_now
from models.pairing import WAITING_PAIRINGS
from web.services.access import NOBODY
from web.services.errors import Sentence
from web.services.journal import note_move, notify
from web.services.need_submission import CHINA
from web.services.pairing_notices import ASKS, awaited_people, tell
from web.services.pairing_waits import awaited
from web.services.pairings import parts

REMINDER_DAYS = (3, 9, 21)
EXPIRES_AFTER_DAYS = 30
"""Days without a move, after which a pairing expires. The last reminder says so."""
BATCH = 500
"""Pairings at a time, so that nobody waits long for the database; the next minute goes on."""


def deadline_of(pairing: Pairing) -> datetime | None:
    """When it expires unless somebody acts; None when it does not."""
    if pairing.state not in WAITING_PAIRINGS:
        return None
    return pairing.state_since + timedelta(days=EXPIRES_AFTER_DAYS)


def let_time_pass(session: Session, *, now: datetime | None = None) -> tuple[int, int]:
    """Sends what reminders are due and expires what is over time: (reminded, expired). Does nothing twice.

    A pairing that somebody else moves at this moment is left for the next time.
    """
    now = now or utc_now()
    due = (
        select(Pairing)
        .where(Pairing.state.in_(WAITING_PAIRINGS), _is_due(now))
        .order_by(Pairing.state_since, Pairing.id)
        .limit(BATCH)
        .options(*parts())
        .with_for_update(of=Pairing, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    reminded = expired = 0
    for pairing in session.scalars(due).all():
        waited = (now - pairing.state_since).days
        if waited >= EXPIRES_AFTER_DAYS:
            _expire(session, pairing)
            expired += 1
        else:
            _remind(session, pairing, waited)
            reminded += 1
    return reminded, expired


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Whether there is a reminder to give that was not given yet, or the time is over."""
    reminders = (
        and_(Pairing.state_since <= now - timedelta(days=days), Pairing.reminders < number)
        for number, days in enumerate(REMINDER_DAYS, 1)
    )
    return or_(*reminders, Pairing.state_since <= now - timedelta(days=EXPIRES_AFTER_DAYS))


def _expire(session: Session, pairing: Pairing) -> None:
    change = pairing.move("expire", role=None)
    session.flush()
    note_move(
        session, subject=Subject.PAIRING, subject_id=pairing.id, move="expire", change=change, by=NOBODY, role=None
    )
    tell(session, pairing, "expire", by=NOBODY)


def _remind(session: Session, pairing: Pairing, waited: int) -> None:
    number = sum(waited >= days for days in REMINDER_DAYS)
    # Not through the record: whoever has the page open may still act on what they see.
    session.execute(update(Pairing).where(Pairing.id == pairing.id).values(reminders=number))
    side, until = awaited(pairing), deadline_of(pairing)
    if side is None or until is None:
        return
    last = number == len(REMINDER_DAYS)
    zh = f"提醒：对接 {pairing.code}（{pairing.need.title}）已等待 {waited} 天，{ASKS[side].zh}"
    en = f"Reminder: pairing {pairing.code} ({pairing.need.title}) has waited {waited} days; {ASKS[side].en}"
    if last:
        day = f"{until.astimezone(CHINA):%Y-%m-%d}"
        zh, en = f"{zh}；{day} 起自动终止", f"{en}; it expires on {day}"
    key = f"pairing {pairing.id} since {pairing.state_since:%Y%m%dT%H%M%S} reminder {number}"
    notify(
        session,
        awaited_people(session, pairing),
        Sentence(zh, en),
        path=f"/pairings/{pairing.code}",
        topic=Topic.REMINDER,
        key=key,
    )
