"""Records move as the tables of moves say, and in no other way."""

from __future__ import annotations

import itertools
from enum import StrEnum

import pytest

from models.choices import ExpertState, NeedState, Role, Verification
from models.expert import PROFILE_STATES
from models.need import NEED_STATES, Need
from models.organisation import VERIFICATION, Organisation
from models.state_machine import Machine, MoveError

E, M, H = Role.EMPLOYER, Role.MANAGER, Role.INSTITUTION
S, V = NeedState, Verification
NEED_MOVES = {
    (S.DRAFT, "submit", E): S.SUBMITTED,
    (S.RETURNED, "submit", E): S.SUBMITTED,
    (S.SUBMITTED, "publish", M): S.PUBLISHED,
    (S.SUBMITTED, "return", M): S.RETURNED,
    (S.SUBMITTED, "take_back", E): S.DRAFT,
    (S.PUBLISHED, "fill", E): S.FILLED,
    (S.PUBLISHED, "close", M): S.CLOSED,
    (S.SUBMITTED, "withdraw", E): S.WITHDRAWN,
    (S.RETURNED, "withdraw", E): S.WITHDRAWN,
    (S.PUBLISHED, "withdraw", E): S.WITHDRAWN,
    (S.PUBLISHED, "expire", None): S.EXPIRED,
}
"""State, move, role → new state: everything that is possible. No role is the system."""
VERIFICATION_MOVES = {
    (V.PENDING, "verify", M): V.VERIFIED,
    (V.RETURNED, "verify", M): V.VERIFIED,
    (V.PENDING, "return", M): V.RETURNED,
    (V.RETURNED, "resubmit", E): V.PENDING,
    (V.VERIFIED, "resubmit", E): V.PENDING,
    (V.RETURNED, "resubmit", H): V.PENDING,
    (V.VERIFIED, "resubmit", H): V.PENDING,
}
PROFILE_MOVES = {
    (ExpertState.DRAFT, "publish", Role.EXPERT): ExpertState.PUBLIC,
    (ExpertState.HIDDEN, "publish", Role.EXPERT): ExpertState.PUBLIC,
    (ExpertState.PUBLIC, "hide", Role.EXPERT): ExpertState.HIDDEN,
}
ENDS = (S.FILLED, S.CLOSED, S.WITHDRAWN, S.EXPIRED)
CASES = [
    (NEED_STATES, NeedState, NEED_MOVES),
    (VERIFICATION, Verification, VERIFICATION_MOVES),
    (PROFILE_STATES, ExpertState, PROFILE_MOVES),
]


@pytest.mark.parametrize(("machine", "states", "moves"), CASES, ids=["need", "verification", "profile"])
def test_every_listed_move_is_possible_and_no_other(
    machine: Machine, states: type[StrEnum], moves: dict[tuple[StrEnum, str, Role | None], StrEnum]
) -> None:
    names = [*dict.fromkeys(move.name for move in machine.moves), "no such move"]
    found = {}
    for state, name, role in itertools.product(states, names, [None, *Role]):
        try:
            found[state, name, role] = machine.target(state, name, role=role, reason="因为")
        except MoveError:
            continue
    assert found == moves


@pytest.mark.parametrize(("machine", "states", "moves"), CASES, ids=["need", "verification", "profile"])
def test_possible_moves_are_those_that_succeed(
    machine: Machine, states: type[StrEnum], moves: dict[tuple[StrEnum, str, Role | None], StrEnum]
) -> None:
    for state, role in itertools.product(states, [None, *Role]):
        assert set(machine.possible(state, role)) == {name for at, name, who in moves if (at, who) == (state, role)}


@pytest.mark.parametrize("state", ENDS)
def test_need_that_has_ended_moves_no_more(state: NeedState) -> None:
    assert not [move for move in NEED_STATES.moves if state in move.sources]


@pytest.mark.parametrize(
    ("machine", "state", "name", "role"),
    [
        (NEED_STATES, S.SUBMITTED, "return", M),
        (NEED_STATES, S.PUBLISHED, "close", M),
        (NEED_STATES, S.PUBLISHED, "withdraw", E),
        (VERIFICATION, V.PENDING, "return", M),
    ],
)
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_move_that_hurts_somebody_needs_a_reason(
    machine: Machine, state: StrEnum, name: str, role: Role, reason: str
) -> None:
    with pytest.raises(MoveError) as caught:
        machine.target(state, name, role=role, reason=reason)
    assert caught.value.code == "reason"


@pytest.mark.parametrize(
    ("state", "name", "role", "code"),
    [
        (S.DRAFT, "fly", E, "unknown"),
        (S.DRAFT, "publish", M, "state"),
        (S.SUBMITTED, "publish", E, "role"),
        (S.SUBMITTED, "publish", None, "role"),
        (S.PUBLISHED, "expire", M, "role"),
    ],
)
def test_refusal_says_why(state: NeedState, name: str, role: Role | None, code: str) -> None:
    with pytest.raises(MoveError) as caught:
        NEED_STATES.target(state, name, role=role)
    assert caught.value.code == code


def test_refused_move_changes_nothing() -> None:
    need = Need(state=S.DRAFT, state_note="")
    with pytest.raises(MoveError):
        need.move("publish", role=M)
    assert (need.state, need.state_note) == (S.DRAFT, "")


def test_move_gives_both_states_and_keeps_the_reason() -> None:
    need = Need(state=S.SUBMITTED, state_note="")
    assert need.move("return", role=M, reason="请补充指标") == (S.SUBMITTED, S.RETURNED)
    assert (need.state, need.state_note) == (S.RETURNED, "请补充指标")


def test_next_move_forgets_the_reason_of_the_last() -> None:
    need = Need(state=S.RETURNED, state_note="请补充指标")
    need.move("submit", role=E)
    assert need.state_note == ""


def test_returned_organisation_keeps_the_reason() -> None:
    organisation = Organisation(verification=V.PENDING)
    organisation.move("return", role=M, reason="执照看不清")
    assert (organisation.verification, organisation.verification_note) == (V.RETURNED, "执照看不清")
