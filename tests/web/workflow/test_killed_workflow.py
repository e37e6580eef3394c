"""A whole workflow is killed at any step and begun again: no move, log or notice is lost, and none is doubled."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from databases import empty_database
from factories import Maker
from killed_workflow import DAYS, MODE, Story, live_and_die
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import (
    Assignment,
    AvailabilityWindow,
    Mail,
    Notification,
    Pairing,
    ServiceLog,
    StateChange,
    User,
)
from models.choices import LogState, MailState, Role, Subject
from models.database import writing
from models.encryption import new_key, use_keys
from web.accounts.credential import Credential
from web.migrations import upgrade
from web.services.audit_trail import verify
from web.services.need_submission import today_in_china
from web.services.reference import load_reference

RUNS = int(os.environ.get("DONGCAI_KILLED_RUNS", "12"))
"""`DONGCAI_KILLED_RUNS=200` makes as many as the figure asks for."""
PROCESSES = multiprocessing.get_context("forkserver")
SEED = Path(__file__).parents[3] / "seed_data"
MOVES = {
    (Subject.PAIRING, "invite"): 1,
    (Subject.PAIRING, "accept"): 1,
    (Subject.PAIRING, "approve"): 1,
    (Subject.PAIRING, "sign"): 1,
    (Subject.ASSIGNMENT, "plan"): 1,
    (Subject.ASSIGNMENT, "begin"): 1,
    (Subject.ASSIGNMENT, "complete"): 1,
    (Subject.SERVICE_LOG, "log"): DAYS,
    (Subject.SERVICE_LOG, "confirm"): DAYS,
}


@pytest.fixture
def key(service_settings: object) -> Iterator[bytes]:
    """A key of the test's own; the application's is put back."""
    mine = new_key()
    use_keys([mine])
    yield mine
    use_keys(service_settings.kept_data_keys())  # type: ignore[attr-defined]  # the settings of the session's fixture


@pytest.fixture
def tables(database: str, request: pytest.FixtureRequest, tmp_path: Path, key: bytes) -> Iterator[Engine]:
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else ""
    with empty_database(tmp_path, url) as tables:
        upgrade(tables)
        with Session(tables) as session, writing():
            load_reference(session, SEED)
            session.commit()
        yield tables


def person(session: Session, name: str) -> User:
    """Somebody with an address, who signs in nowhere."""
    user = User(name=name)
    session.add(user)
    session.flush()
    address = {"email": f"{name}@example.org", "fs_uniquifier": f"uniquifier {name}", "active": True}
    session.add(Credential(user=user, **address))
    session.flush()
    return user


def story(session: Session, make: Maker, number: int, people: dict[Role, User], outbox: Path) -> Story:
    """A need and an expert of their own, with the same employer and manager each time."""
    today = today_in_china()
    host = people[Role.EMPLOYER].grants[0].organisation
    need = make.need(host, posted_by=people[Role.EMPLOYER], modes=(MODE,), deadline=today + timedelta(days=90))
    user = person(session, f"专家{number}")
    expert = make.expert(user, modes=(MODE,), is_demo=False)
    expert.windows = [AvailabilityWindow(starts=today - timedelta(days=60), ends=today + timedelta(days=400))]
    session.commit()
    ids = people[Role.EMPLOYER].id, user.id, people[Role.MANAGER].id
    return Story(need.code, expert.code, *ids, today, outbox)


def live(tables: Engine, key: bytes, told: Story, at: int, counted: Path) -> int | None:
    url = tables.url.render_as_string(hide_password=False)
    process = PROCESSES.Process(target=live_and_die, args=(url, key, told, at, counted))
    process.start()
    process.join(120)
    return process.exitcode


def check(session: Session, told: Story, notices: Counter[tuple[int, str]] | None) -> Counter[tuple[int, str]]:
    """Everything of the story once; gives the notices with the codes taken out, to compare stories."""
    session.rollback()
    pairing = session.scalars(select(Pairing).where(Pairing.need.has(code=told.need))).one()
    assignment = session.scalars(select(Assignment).where(Assignment.pairing_id == pairing.id)).one()
    logs = session.scalars(select(ServiceLog).where(ServiceLog.assignment_id == assignment.id)).all()
    assert [log.state for log in logs] == [LogState.CONFIRMED] * DAYS
    mine = {
        (Subject.PAIRING, pairing.id),
        (Subject.ASSIGNMENT, assignment.id),
        *((Subject.SERVICE_LOG, log.id) for log in logs),
    }
    recent = select(StateChange).where(StateChange.subject_id.in_({number for _, number in mine}))
    changes = [one for one in session.scalars(recent) if (one.subject, one.subject_id) in mine]
    assert Counter((one.subject, one.move) for one in changes) == MOVES
    places = {told.expert_id: 0, told.employer_id: 1, told.manager_id: 2}
    found: Counter[tuple[int, str]] = Counter()
    path = Notification.path
    for notice in session.scalars(
        select(Notification).where(path.contains(pairing.code) | path.contains(assignment.code))
    ):
        text = notice.text_en.replace(pairing.code, "").replace(assignment.code, "")
        for name in (told.need, told.expert, pairing.expert.name):
            text = text.replace(name, "")
        found[places[notice.user_id], text] += 1
    assert found
    assert notices is None or found == notices
    return found


def test_killed_at_any_step_nothing_is_lost_or_doubled(tables: Engine, key: bytes, tmp_path: Path) -> None:
    PROCESSES.set_forkserver_preload(["killed_workflow"])
    dice, counted, outbox = random.Random(2026), tmp_path / "steps", tmp_path / "outbox"  # noqa: S311
    outbox.mkdir()
    with Session(tables, expire_on_commit=False) as session, writing():
        make = Maker(session)
        people = {role: person(session, role.value) for role in (Role.EMPLOYER, Role.MANAGER)}
        make.grant(people[Role.EMPLOYER], Role.EMPLOYER, organisation=make.organisation())
        make.grant(people[Role.MANAGER], Role.MANAGER, adcode_prefix="64")
        whole = story(session, make, 0, people, outbox)
        assert live(tables, key, whole, 0, counted) == 0
        notices = check(session, whole, None)
        most, killed = int(counted.read_text("utf-8")), 0
        for number in range(1, RUNS + 1):
            told = story(session, make, number, people, outbox)
            while live(tables, key, told, dice.randint(1, most), counted) == -9:
                killed += 1
                if dice.random() < 0.6:  # else it is killed again, at another step
                    assert live(tables, key, told, 0, counted) == 0
                    break
            check(session, told, notices)
            session.commit()
        assert killed >= RUNS // 3
        _check_mail(session, outbox)
        assert verify(session)[1] == []


def _check_mail(session: Session, outbox: Path) -> None:
    """Every mail that is said to be sent was given to the server once; no mail was given to it twice."""
    given = {int(path.stem): path.read_text("utf-8").count("\n") for path in outbox.glob("*.txt")}
    assert set(given.values()) == {1}
    session.rollback()
    states = {mail.id: mail.state for mail in session.scalars(select(Mail))}
    sent = {number for number, state in states.items() if state == MailState.SENT}
    assert sent <= given.keys()
    assert all(states[number] in (MailState.SENDING, MailState.UNCERTAIN) for number in states.keys() - sent)
