"""Of many who act on one pairing at the same time exactly one is served, and the others are told so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from flask import Flask
from pairing_cast import TERMS, Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Need, Notification, Pairing, StateChange
from models.choices import PairingState, Side
from models.database import writing
from web.extensions import db
from web.services import pairing_moves, pairing_terms
from web.services.access import Actor
from web.services.orders import Order, OvertakenError
from web.services.pairing_moves import AlreadyPairedError

THREADS = 50


def at_once(app: Flask, act: Callable[[Session, int], object]) -> Counter[str]:
    """What became of `act(session, number)` in many threads, each as a request of its own."""
    together = Barrier(THREADS)

    def run(number: int) -> str:
        together.wait()
        with app.app_context(), writing():
            try:
                act(db.session, number)
                db.session.commit()
            except (OvertakenError, AlreadyPairedError) as error:
                db.session.rollback()
                return error.sentence.zh
        return "done"

    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(run, range(THREADS)))


def test_one_of_fifty_conflicting_moves_wins(app: Flask, session: Session, cast: Cast) -> None:
    pairing = cast.pairing()
    employer, expert = cast.by(Side.EMPLOYER), cast.by(Side.EXPERT)
    moves: list[tuple[Callable[..., Pairing], Actor]] = [
        (pairing_moves.accept, expert),
        (pairing_moves.decline, expert),
        (pairing_moves.withdraw, expert),
        (pairing_moves.withdraw, employer),
        (lambda *args, **values: pairing_terms.revise(*args, TERMS, **values), employer),
    ]
    code, version = pairing.code, pairing.version
    session.commit()

    def act(one: Session, number: int) -> object:
        move, by = moves[number % len(moves)]
        return move(one, code, order=Order(version, str(uuid4()), "不合适"), by=by)

    outcomes = at_once(app, act)
    change = session.scalars(select(StateChange)).one()
    assert outcomes.pop("done") == 1
    ((refusal, times),) = outcomes.items()
    who = employer.name if change.actor_id == employer.user_id else expert.name
    assert times == THREADS - 1 and refusal.startswith(f"已由 {who} 办理：")
    session.expire_all()
    assert session.scalars(select(Pairing)).one().state == change.target


def test_one_form_sent_fifty_times_at_once_acts_once(app: Flask, session: Session, cast: Cast) -> None:
    pairing, by = cast.pairing(), cast.by(Side.EXPERT)
    code, order = pairing.code, Order(pairing.version, str(uuid4()))
    session.commit()
    outcomes = at_once(app, lambda one, _number: pairing_moves.accept(one, code, order=order, by=by))
    assert outcomes == {"done": THREADS}
    assert [change.target for change in session.scalars(select(StateChange))] == [PairingState.ACCEPTED]
    told = session.scalars(select(Notification).where(Notification.user_id == cast.employer.id)).all()
    assert len(told) == 1


def test_fifty_invitations_and_applications_make_one_pairing(app: Flask, session: Session, cast: Cast) -> None:
    employer, expert, need_id, expert_id = cast.by(Side.EMPLOYER), cast.by(Side.EXPERT), cast.need.id, cast.expert.id
    session.commit()

    def act(one: Session, number: int) -> object:
        need, who = one.get_one(Need, need_id), one.get_one(Expert, expert_id)
        begin, by = (pairing_moves.invite, employer) if number % 2 else (pairing_moves.apply, expert)
        return begin(one, need, who, TERMS, by=by, order=Order(0, str(uuid4())))

    outcomes = at_once(app, act)
    made = session.scalars(select(Pairing)).one()
    assert outcomes.pop("done") == 1
    ((refusal, times),) = outcomes.items()
    assert times == THREADS - 1 and made.code in refusal


def test_one_invitation_sent_fifty_times_at_once_is_one(app: Flask, session: Session, cast: Cast) -> None:
    by, need_id, expert_id, number = cast.by(Side.EMPLOYER), cast.need.id, cast.expert.id, str(uuid4())
    session.commit()

    def act(one: Session, _number: int) -> object:
        need, who = one.get_one(Need, need_id), one.get_one(Expert, expert_id)
        return pairing_moves.invite(one, need, who, TERMS, by=by, order=Order(0, number))

    assert at_once(app, act) == {"done": THREADS}
    assert len(session.scalars(select(Pairing)).all()) == 1
