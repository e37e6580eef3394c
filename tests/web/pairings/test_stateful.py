"""Whatever people do in whatever order: only listed moves happen, the history tells the state, one open pairing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pairing_acts import ACTS, order_for, signed_agreement
from pairing_cast import TERMS, Cast
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Assignment, Pairing, StateChange
from models.choices import PairingState, Side, Subject
from models.pairing import OPEN_PAIRINGS, PAIRING_STATES
from models.state_machine import MoveError
from web.services import pairing_moves
from web.services.access import actor_for
from web.services.errors import ServiceError
from web.services.orders import Order
from web.services.pairing_time import let_time_pass

SIDES = st.sampled_from([*Side, "colleague", "second manager", None])
STAYS = ("revise", "agree", "endorse")
"""Moves within a state."""


def life_of(cast: Cast, session: Session) -> type[RuleBasedStateMachine]:
    """The machine over this database. Each run of it is taken back."""
    colleague, second = cast.make.employer(cast.host)[0], cast.make.manager("")
    modes = [cast.make.mode(needs_consent=needs) for needs in (False, True)]
    cast.expert.modes = tuple(mode.code for mode in modes)
    cast.expert.days_per_year = 300.0

    class PairingLife(RuleBasedStateMachine):
        """Random people make random moves on the pairings of one need and one expert."""

        @initialize(needs_consent=st.booleans())
        def begin(self, needs_consent: bool) -> None:
            self.run = session.begin_nested()
            self.before = session.scalar(select(func.max(StateChange.id))) or 0
            self.need = cast.make.need(cast.host, modes=(modes[needs_consent].code,))
            self.sent: list[tuple[str, str, Order, Any]] = []

        def actor(self, who: Any) -> Any:
            people = {"colleague": colleague, "second manager": second}
            return actor_for(session, people[who]) if who in people else cast.by(who)

        def attempt(self, act: Any, *args: Any, **values: Any) -> bool:
            """Whether it was done; what was refused leaves nothing behind, as after a request."""
            step = session.begin_nested()
            try:
                act(session, *args, **values)
                session.flush()
            except (ServiceError, MoveError):
                step.rollback()
                session.expire_all()
                return False
            step.commit()
            return True

        def pairings(self) -> list[Pairing]:
            mine = select(Pairing).where(Pairing.need_id == self.need.id)
            return list(session.scalars(mine.order_by(Pairing.id)))

        @rule(who=SIDES, is_application=st.booleans())
        def begin_pairing(self, who: Any, is_application: bool) -> None:
            act = pairing_moves.apply if is_application else pairing_moves.invite
            terms = type(TERMS)(self.need.modes[0], TERMS.starts, TERMS.ends, TERMS.days_per_year)
            had_open = any(one.is_open for one in self.pairings())
            order = Order(0, str(uuid4()))
            done = self.attempt(act, self.need, cast.expert, terms, by=self.actor(who), order=order)
            may = who == Side.EXPERT if is_application else who in (
                Side.EMPLOYER, "colleague", Side.MANAGER, "second manager"
            )  # fmt: skip
            assert done is (may and not had_open)
            if done:
                signed_agreement(cast.make, self.pairings()[-1])

        @rule(who=SIDES, move=st.sampled_from(list(ACTS)), pick=st.integers(0, 9), age=st.sampled_from([0, 0, 0, 1]))
        def make_move(self, who: Any, move: str, pick: int, age: int) -> None:
            if not (found := self.pairings()):
                return
            pairing = found[-1 - pick % len(found)] if pick < 3 else found[-1]
            order = order_for(pairing, version=pairing.version - age, request_id=str(uuid4()))
            done = self.attempt(ACTS[move], pairing.code, order=order, by=self.actor(who))
            assert not (done and (age or who is None))
            if done:
                self.sent.append((move, pairing.code, order, who))

        @rule(pick=st.integers(0, 99))
        def send_again(self, pick: int) -> None:
            if not self.sent:
                return
            move, code, order, who = self.sent[pick % len(self.sent)]
            before = [(one.code, one.version, one.state) for one in self.pairings()]
            assert self.attempt(ACTS[move], code, order=order, by=self.actor(who))
            assert [(one.code, one.version, one.state) for one in self.pairings()] == before

        @rule(days=st.sampled_from([1, 4, 31]))
        def time_passes(self, days: int) -> None:
            for pairing in self.pairings():
                pairing.state_since = pairing.state_since.replace(year=2026) if days == 31 else pairing.state_since
            session.flush()
            let_time_pass(session)

        @invariant()
        def history_tells_the_state(self) -> None:
            for pairing in self.pairings():
                about = StateChange.subject == Subject.PAIRING, StateChange.subject_id == pairing.id
                state = ""
                for change in session.scalars(select(StateChange).where(*about).order_by(StateChange.id)):
                    assert change.source == state
                    assert is_possible(change), (change.move, change.source, change.target, change.role)
                    state = change.target
                assert state == pairing.state

        @invariant()
        def at_most_one_is_open_and_what_is_signed_has_its_assignment(self) -> None:
            found = self.pairings()
            assert sum(one.state in OPEN_PAIRINGS for one in found) <= 1
            signed = {one.id for one in found if one.state == PairingState.SIGNED}
            kept = session.scalars(select(Assignment.pairing_id).where(Assignment.pairing_id.in_(p.id for p in found)))
            assert sorted(kept) == sorted(signed)

        def teardown(self) -> None:
            self.run.rollback()
            session.expire_all()

    return PairingLife


def is_possible(change: StateChange) -> bool:
    """Whether the table lists what happened, for the role in which it was done."""
    if change.move in STAYS:
        return change.source == change.target
    return any(
        move.name == change.move
        and (change.source in move.sources if move.sources else change.source == "")
        and change.target == move.target
        and (change.role in move.roles if move.roles else change.role is None)
        for move in PAIRING_STATES.moves
    )


def test_pairings_live_by_the_rules(cast: Cast, session: Session) -> None:
    run_state_machine_as_test(
        life_of(cast, session), settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )
