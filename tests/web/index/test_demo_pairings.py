"""The demo's pairings: every mode and state, allowed by the rules, whole in the audit chain, sound on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Assignment,
    Certificate,
    Evaluation,
    Expert,
    Notification,
    Pairing,
    RuleWaiver,
    ServiceLog,
    StateChange,
    TrainingSession,
    User,
)
from models.assignment import ASSIGNMENT_STATES
from models.choices import AssignmentState, Delivery, LogState, Mode, PairingState, Role, Side, Subject
from models.pairing import PAIRING_STATES
from web.accounts.credential import Credential
from web.services import audit_trail
from web.services.access import Actor, actor_for
from web.services.consents import requests_for
from web.services.day_budget import ledgers
from web.services.demo import load_demo
from web.services.demo_people import PEOPLE
from web.services.expiry import BEIJING
from web.services.pairing_waits import count_waiting
from web.services.personal_data import personal_data
from web.services.public_cases import public_cases

SEED = Path(__file__).parents[3] / "seed_data"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
Load = Callable[[datetime], Any]
ONCE = pytest.mark.once


@pytest.fixture
def load(session: Session, tmp_path: Path) -> Load:
    """Loads the whole demo as it would be loaded at that moment."""

    def do(now: datetime) -> Any:
        loaded = load_demo(session, SEED, hashed=lambda _: "hash", var_dir=tmp_path, now=now)
        session.commit()
        return loaded

    return do


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        pytest.param(datetime(2027, 1, 3, 16, 30, tzinfo=UTC), marks=ONCE),  # a Monday in Beijing, half an hour old
        pytest.param(datetime(2028, 2, 29, 2, tzinfo=UTC), marks=ONCE),
        pytest.param(datetime(2031, 10, 5, 12, tzinfo=UTC), marks=ONCE),
    ],
)
def test_demo_is_sound_on_whatever_day_it_is_loaded(load: Load, session: Session, now: datetime) -> None:
    loaded = load(now)
    assert (loaded.pairings, loaded.assignments) == (43, 18)
    _every_mode_and_state(session)
    _moves_lead_to_states(session)
    _nothing_lies_ahead(session, now)
    _no_budget_is_overdrawn(session, now)
    assert audit_trail.verify(session)[1] == []
    assert session.scalar(select(func.count()).where(Notification.wants_mail != Delivery.OFF)) == 0
    for table in (Pairing, Assignment, User):
        assert session.scalar(select(func.count()).where(table.is_demo.is_(False))) == 0
    _every_sign_in_has_something_to_do(session)
    _stories_are_told_to_the_end(session)


def _every_mode_and_state(session: Session) -> None:
    assert set(session.scalars(select(Assignment.mode_code))) == {mode.value for mode in Mode}
    assert set(session.scalars(select(Pairing.state))) == set(PairingState)
    assert set(session.scalars(select(Assignment.state))) == set(AssignmentState)
    assert set(session.scalars(select(ServiceLog.state))) == set(LogState)


def _moves_lead_to_states(session: Session) -> None:
    for subject, table, machine in (
        (Subject.PAIRING, Pairing, PAIRING_STATES),
        (Subject.ASSIGNMENT, Assignment, ASSIGNMENT_STATES),
    ):
        states: dict[int, str] = {}
        for move in session.scalars(select(StateChange).where(StateChange.subject == subject).order_by(StateChange.id)):
            assert move.source == states.get(move.subject_id, ""), move.move
            if move.source != move.target:
                named = [one for one in machine.moves if one.name == move.move and one.target == move.target]
                assert named, (move.move, move.target)
            states[move.subject_id] = move.target
        assert states == {row.id: row.state.value for row in session.scalars(select(table))}


def _nothing_lies_ahead(session: Session, now: datetime) -> None:
    today = now.astimezone(BEIJING).date()
    for column in (
        StateChange.at,
        Notification.created_at,
        Pairing.created_at,
        Pairing.state_since,
        Assignment.created_at,
        ServiceLog.created_at,
        Certificate.issued_at,
        Evaluation.at,
    ):
        assert (session.scalar(select(func.max(column))) or now) <= now, column
    for day in (ServiceLog.day, TrainingSession.held_on, Assignment.ended_on):
        assert (session.scalar(select(func.max(day))) or date.min) <= today, day
    for pairing in session.scalars(select(Pairing)):
        assert pairing.need.published_at is not None
        assert pairing.need.created_at < pairing.need.published_at < pairing.created_at
        assert pairing.expert.created_at < pairing.created_at
        assert pairing.need.organisation.created_at < pairing.created_at
    moves = list(
        session.scalars(select(StateChange.at).where(StateChange.subject == Subject.PAIRING).order_by(StateChange.id))
    )
    assert moves == sorted(moves)


def _no_budget_is_overdrawn(session: Session, now: datetime) -> None:
    years = [now.year - 1, now.year, now.year + 1, now.year + 2]
    for expert in session.scalars(select(Expert).where(Expert.id.in_(select(Pairing.expert_id)))):
        assert all((one.left or 0) >= 0 for one in ledgers(session, expert, years)), expert.code


def _every_sign_in_has_something_to_do(session: Session) -> None:
    sides = {Role.EMPLOYER: Side.EMPLOYER, Role.EXPERT: Side.EXPERT, Role.MANAGER: Side.MANAGER}
    for person in PEOPLE:
        if person.role in sides and person.account not in ("employer-tibet", "expert-medicine"):
            waiting = count_waiting(session, sides[person.role], by=_actor(session, person.account))
            assert waiting, person.account
    assert _modes_of(session, "employer-lanzhou") == {Mode.DUAL_APPOINTMENT.value}
    assert _modes_of(session, "employer-tibet") == {Mode.TRAINING.value}
    officer = _actor(session, "institution")
    requests = list(session.scalars(requests_for(by=officer)))
    assert sorted(len(one.notices) for one in requests) == [0, 1]
    assert [notice.ends for one in requests for notice in one.notices] == [None]
    expert = session.scalars(select(Expert).where(Expert.user_id == _actor(session, "expert").user_id)).one()
    mine = select(Pairing.state).where(Pairing.expert_id == expert.id)
    assert PairingState.INVITED in set(session.scalars(mine))
    states = session.scalars(select(Assignment.state).where(Assignment.expert_id == expert.id))
    assert set(states) == {AssignmentState.ACTIVE, AssignmentState.EVALUATED}
    certified = select(Certificate).join(Certificate.assignment).where(Assignment.expert_id == expert.id)
    assert session.scalars(certified).one().days >= 10


def _stories_are_told_to_the_end(session: Session) -> None:
    assert len(public_cases(session)) == 2
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 3
    assert session.scalar(select(func.count()).where(Assignment.renews_id.is_not(None))) == 1
    waiver = session.scalars(select(RuleWaiver)).one()
    assert (waiver.rule_code, len(waiver.reason) > 20) == ("deputy_days", True)
    assert session.scalar(select(func.max(Pairing.reminders))) == 3
    late = session.scalars(select(Pairing).where(Pairing.state == PairingState.EXPIRED)).one()
    assert session.scalar(select(func.count()).where(Notification.key.contains(f"pairing {late.id} "))) == 3


def _actor(session: Session, account: str) -> Actor:
    email = next(person.email for person in PEOPLE if person.account == account)
    credential = next(one for one in session.scalars(select(Credential)) if one.email == email)
    return actor_for(session, session.get_one(User, credential.user_id))


def _modes_of(session: Session, account: str) -> set[str]:
    hosts = _actor(session, account).organisations(Role.EMPLOYER)
    return set(session.scalars(select(Assignment.mode_code).where(Assignment.host_id.in_(hosts))))


def test_loading_again_gives_the_same_pairings(session: Session, tmp_path: Path) -> None:
    def seen() -> list[tuple[Any, ...]]:
        rows = (
            select(Pairing.code, Pairing.state, Pairing.created_at, Pairing.state_since).order_by(Pairing.code),
            select(Assignment.code, Assignment.state, Assignment.ended_on, Assignment.created_at).order_by(
                Assignment.code
            ),
            select(StateChange.subject, StateChange.move, StateChange.at, StateChange.reason).order_by(StateChange.id),
            select(ServiceLog.day, ServiceLog.days, ServiceLog.done, ServiceLog.state).order_by(ServiceLog.id),
        )
        return [tuple(row) for statement in rows for row in session.execute(statement)]

    load_demo(session, SEED, hashed=lambda _: "hash", var_dir=tmp_path, now=NOW)
    first = seen()
    session.rollback()
    load_demo(session, SEED, hashed=lambda _: "hash", var_dir=tmp_path, now=NOW)
    assert seen() == first
    assert len(first) > 500
    session.rollback()


def test_stories_are_marked_as_invented_and_hold_no_contact_data() -> None:
    text = (SEED / "demo" / "pairings.yaml").read_text("utf-8")
    assert "全部虚构" in text.splitlines()[0]
    assert personal_data(text) == ()
    assert all("虚构" in site["address"] for site in yaml.safe_load(text)["sites"])
