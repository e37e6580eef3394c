"""What time does to pairings: reminders at 3, 9 and 21 days, then they expire (DOMAIN 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Need, Pairing
from models.choices import Subject, Topic
from models.columns import utc_now
from models.pairing import WAITING_PAIRINGS
from web.services.access import NOBODY
from web.services.errors import Sentence
from web.services.journal import note_move, notify
from web.services.pairing_notices import ASKS, awaited, awaited_people, tell

REMINDER_DAYS = (3, 9, 21)
EXPIRES_AFTER_DAYS = 30
"""Days in one state without a move, after which a pairing expires. The last reminder says so."""
BATCH = 500


def deadline_of(pairing: Pairing) -> datetime | None:
    """When it expires unless somebody acts; None when it does not."""
    if pairing.state not in WAITING_PAIRINGS:
        return None
    return pairing.state_since + timedelta(days=EXPIRES_AFTER_DAYS)


def let_time_pass(session: Session, *, now: datetime | None = None) -> tuple[int, int]:
    """Sends what reminders are due and expires what is over time: (reminded, expired). Does nothing twice."""
    now = now or utc_now()
    due = (
        select(Pairing)
        .where(Pairing.state.in_(WAITING_PAIRINGS), Pairing.state_since <= now - timedelta(days=REMINDER_DAYS[0]))
        .order_by(Pairing.state_since, Pairing.id)
        .options(joinedload(Pairing.need).joinedload(Need.organisation), joinedload(Pairing.mode))
        .with_for_update(of=Pairing, skip_locked=True)
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


def _expire(session: Session, pairing: Pairing) -> None:
    change = pairing.move("expire", role=None)
    session.flush()
    note_move(
        session, subject=Subject.PAIRING, subject_id=pairing.id, move="expire", change=change, by=NOBODY, role=None
    )
    tell(session, pairing, "expire", by=NOBODY)


def _remind(session: Session, pairing: Pairing, waited: int) -> None:
    number = sum(waited >= days for days in REMINDER_DAYS)
    side, until = awaited(pairing), deadline_of(pairing)
    if side is None or until is None:
        return
    last = number == len(REMINDER_DAYS)
    zh = f"提醒：对接 {pairing.code}（{pairing.need.title}）已等待 {waited} 天，{ASKS[side].zh}"
    en = f"Reminder: pairing {pairing.code} ({pairing.need.title}) has waited {waited} days; {ASKS[side].en}"
    if last:
        zh, en = f"{zh}；{until:%Y-%m-%d} 起自动终止", f"{en}; it expires on {until:%Y-%m-%d}"
    key = f"pairing {pairing.id} since {pairing.state_since:%Y%m%dT%H%M%S} reminder {number}"
    notify(
        session,
        awaited_people(session, pairing),
        Sentence(zh, en),
        path=f"/pairings/{pairing.code}",
        topic=Topic.REMINDER,
        key=key,
    )
