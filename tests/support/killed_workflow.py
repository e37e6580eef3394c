"""One pairing from invitation to completion, in a process that kills itself before its n-th statement or commit.

Each step is one transaction of the services, as the pages make them, and bears the number of a form. Who starts it
again begins at the first step, as somebody who presses every button once more.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models import Agreement, Assignment, Expert, Need, Pairing, ServiceLog, User
from models.database import make_engine, writing
from models.encryption import use_keys
from web.services import (
    assignment_moves,
    mails,
    pairing_approval,
    pairing_moves,
    pairing_signing,
    service_logs,
)
from web.services.access import Actor, actor_for
from web.services.log_rules import Entry
from web.services.mails import Handed
from web.services.orders import Order
from web.services.pairing_proposals import Terms

DAYS = 3
MODE = "remote_consulting"


@dataclass(frozen=True)
class Story:
    """Codes and ids of who takes part, and the day on which it is told."""

    need: str
    expert: str
    employer_id: int
    expert_id: int
    manager_id: int
    today: date
    outbox: Path
    """The folder in which the mail server keeps what it is given."""

    def form(self, name: str) -> str:
        """The number of a form: the same each time."""
        return str(uuid5(NAMESPACE_URL, f"{self.need} {self.expert} {name}"))

    @property
    def now(self) -> datetime:
        """Nine in the morning in China."""
        return datetime.combine(self.today, time(1), UTC)


def live_and_die(url: str, key: bytes, story: Story, at: int, counted: Path) -> None:
    """`at` 0 never dies; how many statements and commits there were is written to `counted`."""
    use_keys([key])
    database, steps = make_engine(url), 0

    def step(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database, "before_cursor_execute", step)
    event.listen(database, "commit", step)
    with Session(database) as session, writing():
        for act in (_invite, _accept, _approve, _upload, _sign, _begin, *_logs(), _confirm, _complete):
            act(session, story)
            session.commit()
        mails.collect(session, public_url="https://example.org", now=story.now)
        session.commit()
        mails.send_waiting(session, _post(story.outbox))
    counted.write_text(str(steps), "utf-8")


def _by(session: Session, user_id: int) -> Actor:
    user = session.get(User, user_id)
    assert user is not None
    return actor_for(session, user)


def _pairing(session: Session, story: Story) -> Pairing:
    found = select(Pairing).join(Pairing.need).join(Pairing.expert)
    return session.scalars(found.where(Need.code == story.need, Expert.code == story.expert)).one()


def _assignment(session: Session, story: Story) -> Assignment:
    return session.scalars(select(Assignment).where(Assignment.pairing_id == _pairing(session, story).id)).one()


def _invite(session: Session, story: Story) -> None:
    need = session.scalars(select(Need).where(Need.code == story.need)).one()
    expert = session.scalars(select(Expert).where(Expert.code == story.expert)).one()
    terms = Terms(MODE, story.today - timedelta(days=30), story.today + timedelta(days=200), 10.0, post="顾问")
    by = _by(session, story.employer_id)
    pairing_moves.invite(session, need, expert, terms, by=by, order=Order(0, story.form("invite")))


def _accept(session: Session, story: Story) -> None:
    pairing = _pairing(session, story)
    order = Order(pairing.version, story.form("accept"))
    pairing_moves.accept(session, pairing.code, order=order, by=_by(session, story.expert_id))


def _approve(session: Session, story: Story) -> None:
    pairing = _pairing(session, story)
    order = Order(pairing.version, story.form("approve"))
    pairing_approval.approve(session, pairing.code, order=order, by=_by(session, story.manager_id))


def _upload(session: Session, story: Story) -> None:
    pairing = _pairing(session, story)
    if session.scalar(select(Agreement).where(Agreement.pairing_id == pairing.id)) is None:
        days = {"employer_signed_on": story.today, "expert_signed_on": story.today}
        session.add(Agreement(pairing_id=pairing.id, signed_sha256="a" * 64, **days))


def _sign(session: Session, story: Story) -> None:
    pairing = _pairing(session, story)
    order = Order(pairing.version, story.form("sign"))
    pairing_signing.sign(session, pairing.code, order=order, by=_by(session, story.employer_id))


def _begin(session: Session, story: Story) -> None:
    assignment_moves.begin_due(session, today=story.today)


def _logs() -> list[Callable[[Session, Story], None]]:
    def log(number: int) -> Callable[[Session, Story], None]:
        def act(session: Session, story: Story) -> None:
            assignment = _assignment(session, story)
            entry = Entry(story.today - timedelta(days=number), hours=4.0, place="线上", done=f"答疑第 {number} 次")
            service_logs.log(
                session,
                assignment.code,
                entry,
                by=_by(session, story.expert_id),
                request_id=story.form(f"log {number}"),
                today=story.today,
            )

        return act

    return [log(number) for number in range(1, DAYS + 1)]


def _confirm(session: Session, story: Story) -> None:
    assignment = _assignment(session, story)
    rows = session.scalars(select(ServiceLog).where(ServiceLog.assignment_id == assignment.id))
    seen = {row.id: row.version for row in rows}
    service_logs.confirm(session, assignment.code, seen, by=_by(session, story.employer_id))


def _complete(session: Session, story: Story) -> None:
    assignment = _assignment(session, story)
    order = Order(assignment.version, story.form("complete"))
    by = _by(session, story.employer_id)
    assignment_moves.move(session, assignment.code, "complete", order=order, by=by, today=story.today)


def _post(outbox: Path) -> mails.Send:
    def send(number: int, to: str, subject: str, text: str) -> Handed:
        with (outbox / f"{number}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{to}\n")
        return Handed.TAKEN

    return send
