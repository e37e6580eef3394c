"""For whom a pairing waits is the same for one of them and in a query, and it is a side that can act."""

from __future__ import annotations

from itertools import product

from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing
from models.choices import PairingState, Side
from models.columns import utc_now
from models.pairing import PAIRING_STATES
from web.services.pairing_terms import can_settle, has_agreed
from web.services.pairing_waits import awaited, awaiting, count_waiting, on_side
from web.services.pairings import role_of, sides_of


def can_do_something(pairing: Pairing, side: Side) -> bool:
    possible = set(PAIRING_STATES.possible(pairing.state, role_of(side))) - {"withdraw"}
    names_officer = side == Side.EXPERT and pairing.institution_id is None and pairing.mode.needs_consent
    return bool(possible) or (can_settle(pairing, side) and not has_agreed(pairing, side)) or names_officer


def test_value_and_query_agree_in_every_case(cast: Cast, session: Session) -> None:
    plain, consenting = cast.make.mode(needs_consent=False), cast.make.mode(needs_consent=True)
    pairing, officer = cast.pairing(), cast.by(Side.INSTITUTION)
    for state, mode, at_employer, at_expert, institution in product(
        PairingState, (plain, consenting), (None, utc_now()), (None, utc_now()), (None, cast.institution)
    ):
        pairing.state, pairing.mode, pairing.institution = state, mode, institution
        pairing.employer_agreed_at, pairing.expert_agreed_at = at_employer, at_expert
        session.flush()
        found = [side for side in Side if session.scalar(select(Pairing.id).where(awaiting(side)))]
        side, mine = awaited(pairing), session.scalar(select(Pairing.id).where(on_side(Side.INSTITUTION, officer)))
        assert (mine is not None) == (Side.INSTITUTION in sides_of(pairing, officer))
        assert found == ([] if side is None else [side]), (state, mode.needs_consent, at_employer, at_expert)
        assert side is None or can_do_something(pairing, side), (state, side)
        assert pairing.is_open is (side is not None)


def test_waiting_is_counted_for_those_whom_it_concerns(cast: Cast, session: Session) -> None:
    cast.pairing(PairingState.ACCEPTED, needs_consent=True)
    counts = {side: count_waiting(session, side, by=cast.by(side)) for side in Side}
    assert counts == {Side.EXPERT: 0, Side.EMPLOYER: 0, Side.INSTITUTION: 1, Side.MANAGER: 0}
    assert [count_waiting(session, side, by=cast.by(None)) for side in Side] == [0, 0, 0, 0]
