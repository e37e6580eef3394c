"""What time does to needs: one whose deadline has passed expires."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need
from models.choices import NeedState, Subject
from web.services.access import NOBODY
from web.services.errors import Sentence
from web.services.journal import note_change, note_move, notify

BEIJING = ZoneInfo("Asia/Shanghai")
"""A deadline is a day in China, and counts to its end."""


def expire_needs(session: Session, *, today: date | None = None) -> int:
    """Moves published needs whose deadline lies before today to `expired`, and tells who posted them; how many."""
    today = today or datetime.now(BEIJING).date()
    due = select(Need).where(Need.state == NeedState.PUBLISHED, Need.deadline < today).order_by(Need.id)
    needs = session.scalars(due).all()
    for need in needs:
        change = need.move("expire", role=None)
        note_move(session, subject=Subject.NEED, subject_id=need.id, move="expire", change=change, by=NOBODY, role=None)
        note_change(session, Subject.NEED, need.id)
        zh, en = (
            f"需求“{need.title}”已过截止日期，不再接受对接",
            f"“{need.title}” has passed its deadline and is closed",
        )
        notify(session, [need.posted_by_id], Sentence(zh, en), path=f"/employer/needs/{need.code}")
    return len(needs)
