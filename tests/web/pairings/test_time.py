"""What time does: reminders at 3, 9 and 21 days, each once; after 30 days the pairing expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pairing_acts import order_for
from pairing_cast import TERMS, Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Notification, StateChange, User
from models.choices import PairingState, Side, Topic
from models.columns import utc_now
from models.pairing import WAITING_PAIRINGS
from web.services import pairing_moves, pairing_terms
from web.services.pairing_time import deadline_of, let_time_pass

_S = PairingState
START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def reminders(session: Session, user: User) -> list[str]:
    mine = Notification.user_id == user.id, Notification.topic == Topic.REMINDER
    return list(session.scalars(select(Notification.text_zh).where(*mine).order_by(Notification.id)))


def test_reminders_come_at_3_9_and_21_days_once_each_and_then_it_expires(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(state_since=START, expert_agreed_at=None)
    version = pairing.version
    given: dict[int, int] = {}
    for hours in range(0, 30 * 24, 6):
        before = len(reminders(session, cast.expert_user))
        for _ in range(2):
            let_time_pass(session, now=START + timedelta(hours=hours, minutes=1))
        new = len(reminders(session, cast.expert_user)) - before
        given |= {hours: new} if new else {}
    assert given == {3 * 24: 1, 9 * 24: 1, 21 * 24: 1}
    assert "已等待 21 天" in reminders(session, cast.expert_user)[-1]
    assert "2026-12-01 起自动终止" in reminders(session, cast.expert_user)[-1]
    assert reminders(session, cast.employer) == []
    session.refresh(pairing)
    assert (pairing.state, pairing.version) == (_S.INVITED, version)  # who has the page open may still act
    assert let_time_pass(session, now=START + timedelta(days=30)) == (0, 1)
    assert let_time_pass(session, now=START + timedelta(days=40)) == (0, 0)
    assert pairing.state == _S.EXPIRED
    change = session.scalars(select(StateChange)).one()
    assert (change.move, change.actor_id, change.role) == ("expire", None, None)
    for user in (cast.expert_user, cast.employer):
        told = session.scalars(select(Notification.text_zh).where(Notification.user_id == user.id)).all()
        assert "逾期未办" in told[-1]


@pytest.mark.parametrize("state", list(_S))
def test_only_pairings_that_wait_expire(cast: Cast, session: Session, state: PairingState) -> None:
    pairing = cast.pairing(state, state_since=START)
    let_time_pass(session, now=START + timedelta(days=60))
    assert (pairing.state == _S.EXPIRED) is (state in WAITING_PAIRINGS or state == _S.EXPIRED)
    assert (deadline_of(cast.make.pairing(state=state)) is not None) is (state in WAITING_PAIRINGS)


def test_whoever_acts_begins_the_count_anew(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED, state_since=utc_now() - timedelta(days=22))
    let_time_pass(session)
    assert pairing.reminders == 3
    pairing_terms.revise(session, pairing.code, TERMS, order=order_for(pairing), by=cast.by(Side.EMPLOYER))
    assert pairing.reminders == 0 and let_time_pass(session) == (0, 0)
    assert let_time_pass(session, now=utc_now() + timedelta(days=3, minutes=1)) == (1, 0)
    assert len(reminders(session, cast.expert_user)) == 1


def test_reminded_is_the_side_that_must_act(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED, needs_consent=True, state_since=START)
    let_time_pass(session, now=START + timedelta(days=4))
    assert [len(reminders(session, user)) for user in (cast.officer, cast.expert_user, cast.manager)] == [1, 0, 0]
    pairing_moves.consent(session, pairing.code, order=order_for(pairing), by=cast.by(Side.INSTITUTION))
    let_time_pass(session, now=utc_now() + timedelta(days=4))
    assert [len(reminders(session, user)) for user in (cast.officer, cast.expert_user, cast.manager)] == [1, 0, 1]


def test_expert_is_reminded_where_the_institution_has_nobody(cast: Cast, session: Session) -> None:
    cast.pairing(_S.ACCEPTED, needs_consent=True, institution=None, state_since=START)
    let_time_pass(session, now=START + timedelta(days=4))
    assert len(reminders(session, cast.expert_user)) == 1
