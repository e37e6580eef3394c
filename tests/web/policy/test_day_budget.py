"""The ledger of days: what is promised, confirmed and left, and what holds for every term."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from factories import Maker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import Assignment, Expert, Pairing, PairingMember, ServiceLog
from models.choices import AssignmentState, LogState, PairingState
from web.services.day_budget import ledger, promised_by_year

DAYS = st.integers(1, 732).map(lambda halves: halves / 2)
STARTS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
LENGTHS = st.integers(1, 3660)


@given(STARTS, LENGTHS, DAYS)
def test_the_years_add_up_to_the_whole_term(starts: date, length: int, days: float) -> None:
    ends = starts + timedelta(length - 1)
    promised = promised_by_year(starts, ends, days)
    total = days * max(1.0, length / 365.25)
    assert list(promised) == list(range(starts.year, ends.year + 1))
    assert total - 1e-6 <= sum(promised.values()) <= total + 0.5 * len(promised)
    assert all(amount * 2 == int(amount * 2) and amount > 0 for amount in promised.values())


@given(STARTS, LENGTHS, DAYS)
def test_more_days_never_promise_less(starts: date, length: int, days: float) -> None:
    ends = starts + timedelta(length - 1)
    fewer, more = promised_by_year(starts, ends, days), promised_by_year(starts, ends, days + 0.5)
    assert all(more[year] >= fewer[year] for year in fewer)


@pytest.mark.parametrize(
    ("starts", "ends", "days", "promised"),
    [
        (date(2027, 3, 1), date(2027, 3, 21), 10, {2027: 10.0}),
        (date(2027, 1, 1), date(2027, 12, 31), 30, {2027: 30.0}),
        (date(2027, 7, 1), date(2028, 6, 30), 30, {2027: 15.5, 2028: 15.0}),
        (date(2027, 12, 31), date(2028, 1, 1), 1, {2027: 0.5, 2028: 0.5}),
        (date(2027, 1, 1), date(2028, 12, 31), 20, {2027: 20.0, 2028: 20.5}),
    ],
)
def test_what_a_term_promises(starts: date, ends: date, days: float, promised: dict[int, float]) -> None:
    assert promised_by_year(starts, ends, days) == promised


def _log(make: Maker, assignment: Assignment, day: date, days: float = 1.0, **values: object) -> None:
    given_ = {"state": LogState.CONFIRMED, "done": "到田间指导", "expert_id": assignment.expert_id, **values}
    make.session.add(ServiceLog(assignment_id=assignment.id, day=day, days=days, **given_))
    make.session.flush()


@pytest.fixture
def expert(make: Maker) -> Expert:
    return make.expert(make.user(), days_per_year=30.0)


WHOLE = {"starts": date(2027, 1, 1), "ends": date(2027, 12, 31), "days_per_year": 12.0}


def test_nothing_is_promised_at_first(session: Session, expert: Expert) -> None:
    kept = ledger(session, expert, 2027)
    assert (kept.offered, kept.promised, kept.confirmed, kept.left) == (30.0, 0.0, 0.0, 30.0)


@pytest.mark.parametrize("state", list(PairingState))
def test_only_approved_pairings_hold_days(make: Maker, session: Session, expert: Expert, state: PairingState) -> None:
    make.pairing(expert=expert, state=state, **WHOLE)
    assert ledger(session, expert, 2027).promised == (12.0 if state == PairingState.APPROVED else 0.0)


@pytest.mark.parametrize("state", list(AssignmentState))
def test_running_assignments_hold_what_was_agreed_and_others_what_was_or_may_be_confirmed(
    make: Maker, session: Session, expert: Expert, state: AssignmentState
) -> None:
    assignment = make.assignment(make.pairing(expert=expert, state=PairingState.SIGNED, **WHOLE), state=state)
    _log(make, assignment, date(2027, 4, 1))
    _log(make, assignment, date(2027, 4, 2), 0.5, part="am")
    _log(make, assignment, date(2027, 4, 3), state=LogState.SUBMITTED)
    kept, is_running = ledger(session, expert, 2027), assignment.is_running
    may_settle = state in (AssignmentState.COMPLETED, AssignmentState.TERMINATED)
    assert (kept.confirmed, kept.promised) == (1.5, 12.0 if is_running else 2.5 if may_settle else 1.5)
    assert (kept.left, kept.open) == (30.0 - kept.promised, kept.promised - 1.5)


def test_days_beyond_the_promise_count_as_served(make: Maker, session: Session, expert: Expert) -> None:
    assignment = make.assignment(
        make.pairing(expert=expert, state=PairingState.SIGNED, **{**WHOLE, "days_per_year": 1.0})
    )
    for day in range(1, 4):
        _log(make, assignment, date(2027, 4, day))
    assert ledger(session, expert, 2027).promised == 3.0


@pytest.mark.parametrize(("mode", "days"), [("dual_appointment", 1.0), ("service_mission", 2.0)])
def test_travel_counts_where_the_mode_says_so(
    make: Maker, session: Session, expert: Expert, mode: str, days: float
) -> None:
    signed = make.pairing(expert=expert, state=PairingState.SIGNED, mode=mode, **WHOLE)
    assignment = make.assignment(signed, state=AssignmentState.COMPLETED)
    _log(make, assignment, date(2027, 4, 1))
    _log(make, assignment, date(2027, 4, 2), is_travel=True)
    assert ledger(session, expert, 2027).confirmed == days


def test_a_pairing_may_be_left_out_with_its_assignment(make: Maker, session: Session, expert: Expert) -> None:
    pairing = make.pairing(expert=expert, state=PairingState.SIGNED, **WHOLE)
    make.assignment(pairing)
    assert ledger(session, expert, 2027).left == 18.0
    assert ledger(session, expert, 2027, without=pairing).left == 30.0


def test_members_of_a_team_promise_their_days_too(make: Maker, session: Session, expert: Expert) -> None:
    pairing = make.pairing(expert=make.expert(make.user()), **WHOLE)
    pairing.members.append(PairingMember(position=1, name=expert.name, expert_id=expert.id))
    session.flush()
    assert ledger(session, expert, 2027).left == 18.0


def test_who_offers_no_number_has_no_number_left(make: Maker, session: Session) -> None:
    assert ledger(session, make.expert(make.user(), days_per_year=None), 2027).left is None


ADDED = st.tuples(STARTS, st.integers(1, 800), DAYS, st.sampled_from(AssignmentState), st.integers(0, 3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(ADDED, min_size=1, max_size=4))
def test_what_is_left_never_rises_when_an_assignment_is_added(
    make: Maker, session: Session, added: list[tuple[date, int, float, AssignmentState, int]]
) -> None:
    expert = make.expert(make.user(), days_per_year=100.0)
    years = range(2024, 2036)
    left = {year: ledger(session, expert, year).left for year in years}
    for starts, length, days, state, confirmed in added:
        term = {"starts": starts, "ends": starts + timedelta(length - 1), "days_per_year": days}
        assignment = make.assignment(make.pairing(expert=expert, state=PairingState.SIGNED, **term), state=state)
        for offset in range(confirmed):
            _log(make, assignment, starts + timedelta(offset))
        now = {year: ledger(session, expert, year).left for year in years}
        assert all(now[year] <= left[year] for year in years)
        left = now
    session.execute(delete(ServiceLog))
    session.execute(delete(Assignment))
    session.execute(delete(Pairing))
