"""A published need expires when the last day of its deadline is over in China; its poster is told."""

from __future__ import annotations

from datetime import date

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Notification, OutboxEntry, StateChange
from models.choices import NeedState, Subject
from web.services.expiry import expire_needs

TODAY = date(2027, 6, 30)


@pytest.mark.parametrize(
    ("deadline", "state"),
    [
        (date(2027, 6, 29), NeedState.EXPIRED),
        (date(2027, 6, 30), NeedState.PUBLISHED),
        (date(2027, 7, 1), NeedState.PUBLISHED),
        (None, NeedState.PUBLISHED),
    ],
)
def test_need_expires_the_day_after_its_deadline(
    session: Session, make: Maker, deadline: date | None, state: NeedState
) -> None:
    need = make.need(deadline=deadline)
    expire_needs(session, today=TODAY)
    assert need.state == state


@pytest.mark.parametrize("state", [state for state in NeedState if state != NeedState.PUBLISHED])
def test_only_published_needs_expire(session: Session, make: Maker, state: NeedState) -> None:
    need = make.need(deadline=date(2027, 1, 1), state=state)
    assert expire_needs(session, today=TODAY) == 0
    assert need.state == state


def test_expiry_is_recorded_as_the_systems_move_indexed_and_told(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, deadline=date(2027, 1, 1), posted_by=user)
    assert expire_needs(session, today=TODAY) == 1
    session.flush()
    move = session.scalars(select(StateChange)).one()
    assert (move.move, move.source, move.target, move.actor_id, move.role) == (
        "expire",
        "published",
        "expired",
        None,
        None,
    )
    entry = session.scalars(select(OutboxEntry)).one()
    assert (entry.subject, entry.subject_id) == (Subject.NEED, need.id)
    notice = session.scalars(select(Notification)).one()
    assert notice.user_id == user.id
    assert need.title in notice.text_zh
    assert notice.path == f"/employer/needs/{need.code}"


def test_need_that_nobody_posted_expires_too(session: Session, make: Maker) -> None:
    make.need(deadline=date(2027, 1, 1))
    assert expire_needs(session, today=TODAY) == 1
    assert session.scalars(select(Notification)).all() == []
