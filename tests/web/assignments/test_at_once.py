"""Of many who act on one assignment at the same time exactly one is served, and the others are told why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from assignment_cast import TODAY, Cast
from factories import Maker
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Certificate, ServiceLog, StateChange
from models.choices import AssignmentState, LogState, PairingState
from models.database import writing
from web.extensions import db
from web.services import assignment_moves, certificates, service_logs
from web.services.errors import InvalidError
from web.services.log_rules import Entry
from web.services.orders import Order, OvertakenError

THREADS = 20


def at_once(app: Flask, act: Callable[[Session, int], object]) -> Counter[str]:
    """What became of `act(session, number)` in many threads, each as a request of its own."""
    together = Barrier(THREADS)

    def run(number: int) -> str:
        together.wait()
        with app.app_context(), writing():
            try:
                act(db.session, number)
                db.session.commit()
            except (OvertakenError, InvalidError) as error:
                db.session.rollback()
                return type(error).__name__
        return "done"

    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(run, range(THREADS)))


def test_one_of_many_conflicting_moves_wins(app: Flask, session: Session, cast: Cast) -> None:
    code, version = cast.assignment.code, cast.assignment.version
    people, moves = [cast.by("employer"), cast.by("expert"), cast.by("manager")], ["suspend", "terminate"]
    session.commit()

    def act(one: Session, number: int) -> object:
        order = Order(version, str(uuid4()), "洪水断路")
        return assignment_moves.move(one, code, moves[number % 2], order=order, by=people[number % 3])

    assert at_once(app, act) == {"done": 1, "OvertakenError": THREADS - 1}
    session.expire_all()
    assert cast.assignment.state == session.scalars(select(StateChange)).one().target


def test_the_same_half_day_is_logged_once_in_whichever_assignment(
    app: Flask, session: Session, cast: Cast, make: Maker
) -> None:
    other = make.assignment(make.pairing(expert=cast.assignment.expert, state=PairingState.SIGNED))
    codes, by = (cast.assignment.code, other.code), cast.by("expert")
    session.commit()

    def act(one: Session, number: int) -> object:
        entry = Entry(TODAY, part=("day", "am")[number % 2], done="查园")
        return service_logs.log(one, codes[number // 2 % 2], entry, by=by, request_id=str(uuid4()), today=TODAY)

    assert at_once(app, act) == {"done": 1, "InvalidError": THREADS - 1}
    assert session.scalar(select(func.count()).select_from(ServiceLog)) == 1


def test_one_form_sent_many_times_at_once_logs_once(app: Flask, session: Session, cast: Cast) -> None:
    code, by, name = cast.assignment.code, cast.by("expert"), str(uuid4())
    session.commit()
    entry = Entry(TODAY, done="查园")
    outcomes = at_once(app, lambda one, _n: service_logs.log(one, code, entry, by=by, request_id=name, today=TODAY))
    assert outcomes == {"done": THREADS}
    assert session.scalar(select(func.count()).select_from(ServiceLog)) == 1


def test_one_certificate_stands_however_many_ask(app: Flask, session: Session, stage: Callable[..., Cast]) -> None:
    cast = stage(state=AssignmentState.COMPLETED)
    expert = cast.assignment.expert
    session.add(
        ServiceLog(
            assignment=cast.assignment, expert=expert, day=TODAY, days=1.0, done="查园", state=LogState.CONFIRMED
        )
    )
    code, by = cast.assignment.code, cast.by("expert")
    session.commit()
    outcomes = at_once(app, lambda one, _n: certificates.issue(one, code, order=Order(1, str(uuid4())), by=by))
    assert outcomes == {"done": THREADS}
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1
