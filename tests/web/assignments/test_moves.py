"""Assignments move only as the table says, each form acts once, and who comes too late is told who was first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from approval_cast import stands_in
from assignment_cast import TODAY, Cast
from factories import Maker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEvent, ManagerTie, Notification, ServiceLog, StateChange
from models.assignment import ASSIGNMENT_STATES
from models.choices import AssignmentState, PairingState, Role, Side, TieKind
from models.state_machine import MoveError
from web.services import assignment_moves, assignments
from web.services.access import Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.orders import Order, OvertakenError

Orders = Callable[..., Order]
PEOPLE = {"employer": Role.EMPLOYER, "expert": Role.EXPERT, "manager": Role.MANAGER, "officer": Role.INSTITUTION}
TABLE = {
    (source, move.name, role) for move in ASSIGNMENT_STATES.moves for source in move.sources for role in move.roles
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", [*assignment_moves.OFFERED, "evaluate", "plan", "delete"])
@pytest.mark.parametrize("state", AssignmentState)
def test_only_the_moves_of_the_table_are_possible(
    stage: Callable[..., Cast], order: Orders, state: AssignmentState, name: str, who: str
) -> None:
    cast = stage(state=state)
    may = (state, name, PEOPLE[who]) in TABLE and name in assignment_moves.OFFERED

    def move() -> None:
        given = order(cast.assignment, "洪水断路")
        assignment_moves.move(cast.session, cast.assignment.code, name, order=given, by=cast.by(who), today=TODAY)

    assert (name in assignment_moves.possible_moves(cast.assignment, cast.by(who))) == may
    if may:
        move()
        assert cast.assignment.state == ASSIGNMENT_STATES.target(state, name, role=PEOPLE[who], reason="x")
    else:
        with pytest.raises(MoveError):
            move()
        assert cast.assignment.state == state


def test_a_deputy_has_no_part_in_assignments(cast: Cast) -> None:
    stands_in(cast.session, cast.manager, cast.other_manager)
    assert cast.by("other_manager").answers_for("640521")
    with pytest.raises(NotFoundError):
        assignments.find(cast.session, cast.assignment.code, by=cast.by("other_manager"))


def test_managers_move_nothing_in_which_they_have_an_interest(make: Maker, cast: Cast, order: Orders) -> None:
    def suspend() -> None:
        given = order(cast.assignment, "洪水断路")
        assignment_moves.move(cast.session, cast.assignment.code, "suspend", order=given, by=cast.by("manager"))

    cast.session.add(ManagerTie(user_id=cast.manager.id, kind=TieKind.KINSHIP, counterpart=cast.host.name))
    cast.session.flush()
    with pytest.raises(NotAllowedError):
        suspend()
    make.grant(cast.member, Role.MANAGER, adcode_prefix="64")
    assert assignments.parts_in(cast.assignment, cast.by("member")) == ()


@pytest.mark.parametrize("name", ["suspend", "terminate"])
def test_moves_that_hurt_need_a_reason(cast: Cast, order: Orders, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        assignment_moves.move(
            cast.session, cast.assignment.code, name, order=order(cast.assignment, "  "), by=cast.by("employer")
        )
    assert [problem.field for problem in refused.value.problems] == ["reason"]


def test_a_form_sent_twice_moves_once(cast: Cast, order: Orders) -> None:
    given = order(cast.assignment, "洪水断路")
    for _ in range(2):
        assignment_moves.move(cast.session, cast.assignment.code, "suspend", order=given, by=cast.by("expert"))
    moves = select(func.count()).where(StateChange.move == "suspend")
    assert cast.session.scalar(moves) == 1
    assert cast.assignment.state == AssignmentState.SUSPENDED


def test_who_comes_too_late_is_told_who_was_first(cast: Cast, order: Orders) -> None:
    seen_by_both = order(cast.assignment, "洪水断路"), order(cast.assignment, "协议解除")
    code = cast.assignment.code
    assignment_moves.move(cast.session, code, "suspend", order=seen_by_both[0], by=cast.by("expert"))
    with pytest.raises(OvertakenError, match="菌未霜"):
        assignment_moves.move(cast.session, code, "terminate", order=seen_by_both[1], by=cast.by("employer"))
    assert cast.assignment.state == AssignmentState.SUSPENDED


def test_the_end_keeps_its_day_and_the_reason_is_told(cast: Cast, order: Orders) -> None:
    given = order(cast.assignment, "协议解除")
    assignment_moves.move(
        cast.session, cast.assignment.code, "terminate", order=given, by=cast.by("manager"), today=TODAY
    )
    assert cast.assignment.ended_on == TODAY
    told = {one.user_id for one in cast.session.scalars(select(Notification)) if "协议解除" in one.text_zh}
    assert told == {cast.employer.id, cast.expert.id, cast.member.id, cast.officer.id}
    cast.session.commit()
    event = cast.session.scalars(select(AuditEvent).where(AuditEvent.action == "assignment.terminate")).one()
    assert event.actor_id == cast.manager.id


def test_completion_waits_for_days_to_be_confirmed(cast: Cast, order: Orders) -> None:
    log = ServiceLog(assignment=cast.assignment, expert=cast.assignment.expert, day=TODAY, days=1.0, done="查园")
    cast.session.add(log)
    cast.session.flush()
    with pytest.raises(ConflictError, match="1 days of service"):
        assignment_moves.move(
            cast.session, cast.assignment.code, "complete", order=order(cast.assignment), by=cast.by("employer")
        )


def test_planned_ones_begin_on_their_first_day_and_not_before(
    make: Maker, stage: Callable[..., Cast], order: Orders
) -> None:
    cast = stage(state=AssignmentState.PLANNED, starts=date(2026, 12, 1))
    with pytest.raises(ConflictError, match="2026-12-01"):
        assignment_moves.move(
            cast.session,
            cast.assignment.code,
            "begin",
            order=order(cast.assignment),
            by=cast.by("expert"),
            today=TODAY,
        )
    assert assignment_moves.begin_due(cast.session, today=date(2026, 11, 30)) == 0
    assert assignment_moves.begin_due(cast.session, today=date(2026, 12, 1)) == 1
    assert assignment_moves.begin_due(cast.session, today=date(2026, 12, 1)) == 0
    change = cast.session.scalars(select(StateChange).where(StateChange.move == "begin")).one()
    assert (change.actor_id, change.role, change.target) == (None, None, "active")


def test_a_signed_pairing_becomes_a_planned_assignment(make: Maker, session: Session) -> None:
    employer, host = make.employer()
    old = make.assignment()
    pairing = make.pairing(make.need(host), state=PairingState.SIGNED, renews_id=old.id)
    made = assignments.create_from(session, pairing, by=Actor(employer.id))
    assert made.code.startswith("RW")
    assert (made.state, made.renews, made.host_id) == (AssignmentState.PLANNED, old, host.id)
    assert (made.starts, made.ends, made.days_per_year) == (pairing.starts, pairing.ends, pairing.days_per_year)
    assert [change.move for change in assignments.history(session, made)] == ["plan"]


@pytest.mark.parametrize("who", ["employer", "expert", "member", "officer", "manager"])
def test_those_who_take_part_find_it(cast: Cast, who: str) -> None:
    assert assignments.find(cast.session, cast.assignment.code, by=cast.by(who)) is cast.assignment


@pytest.mark.parametrize("who", ["stranger", "other_employer", "other_manager", "administrator"])
def test_for_others_it_is_not_there(cast: Cast, order: Orders, who: str) -> None:
    with pytest.raises(NotFoundError):
        assignments.find(cast.session, cast.assignment.code, by=cast.by(who))
    with pytest.raises(NotFoundError):
        assignment_moves.move(
            cast.session, cast.assignment.code, "terminate", order=order(cast.assignment, "x"), by=cast.by(who)
        )


def test_members_of_the_team_move_nothing(cast: Cast, order: Orders) -> None:
    with pytest.raises(MoveError):
        assignment_moves.move(
            cast.session, cast.assignment.code, "suspend", order=order(cast.assignment, "x"), by=cast.by("member")
        )


def test_a_manager_who_is_the_host_acts_as_the_host(cast: Cast, make: Maker) -> None:
    make.grant(cast.employer, Role.MANAGER, adcode_prefix="64")
    assert assignments.parts_in(cast.assignment, cast.by("employer")) == (Side.EMPLOYER,)
