"""The audit trail: written with the act or not at all, unchangeable in the database, and every edit is found."""

from __future__ import annotations

import threading

import pytest
from click.testing import CliRunner
from factories import Maker
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models import AuditEvent, AuditHead, StateChange
from models.audit import APPEND_ONLY
from models.choices import Role, Subject
from models.database import writing
from web.extensions import db
from web.services.access import Actor
from web.services.audit_trail import verify
from web.services.journal import note_audit, note_move

MANY = 12


def act(session: Session, *, times: int = 1, by: int | None = None) -> None:
    for number in range(times):
        note_audit(session, action="contact.look", subject=Subject.USER, subject_id=number, by=Actor(by))
    session.commit()


def open_to_changes(session: Session) -> None:
    """What somebody with the database's own tools can do."""
    if session.get_bind().dialect.name == "sqlite":
        for kind in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_event_no_{kind}"))
    else:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


def close_again(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        for statement in APPEND_ONLY["sqlite"]:
            session.execute(text(statement))
    else:
        session.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    session.commit()


def test_whole_chain_has_no_faults(session: Session) -> None:
    act(session, times=5)
    act(session, times=2)
    assert verify(session) == (7, [])
    assert session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)).all() == list(range(1, 8))


def test_event_of_a_transaction_that_is_rolled_back_is_not_there(session: Session) -> None:
    note_audit(session, action="contact.look", subject=Subject.USER, subject_id=1, by=Actor(None))
    session.rollback()
    session.commit()
    assert verify(session) == (0, [])


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_database_refuses_to_change_events(session: Session, statement: str) -> None:
    act(session)
    with pytest.raises(DatabaseError, match="only ever added"):
        session.execute(text(statement))
    session.rollback()
    assert verify(session) == (1, [])


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE audit_event SET detail = 'x' WHERE id = 3", 3, "content was changed"),
        ("UPDATE audit_event SET actor_id = 77 WHERE id = 3", 3, "content was changed"),
        ("DELETE FROM audit_event WHERE id = 3", 4, "events 3 to 3 are missing"),
        ("DELETE FROM audit_event WHERE id = 5", 0, "ends at event 4, but 5"),
    ],
)
def test_every_edit_and_gap_is_found(session: Session, statement: str, number: int, what: str) -> None:
    act(session, times=5)
    open_to_changes(session)
    session.execute(text(statement))
    close_again(session)
    count, faults = verify(session)
    assert count in (4, 5)
    assert [fault for fault in faults if fault.number == number and what in fault.what]


def test_state_change_that_was_edited_is_found_but_an_erased_reason_is_not(session: Session, make: Maker) -> None:
    need = make.need()
    changes = [
        note_move(
            session,
            subject=Subject.NEED,
            subject_id=need.id,
            move="close",
            change=("published", "closed"),
            by=Actor(make.manager().id),
            role=Role.MANAGER,
            reason="重复",
        )
        for _ in range(2)
    ]
    session.commit()
    changes[0].reason = ""
    session.commit()
    assert verify(session)[1] == []
    changes[1].reason = "另一个原因"
    session.commit()
    assert [fault.number for fault in verify(session)[1]] == [2]
    session.delete(session.get(StateChange, changes[1].id))
    session.commit()
    assert "gone" in verify(session)[1][0].what


@pytest.mark.parametrize("what", ["move = 'publish'", "at = '2020-01-01 00:00:00.000000'", "role = 'employer'"])
def test_move_time_and_role_of_a_state_change_are_kept(session: Session, make: Maker, what: str) -> None:
    close(session, make)
    session.execute(text(f"UPDATE state_change SET {what}"))  # noqa: S608
    session.commit()
    session.expire_all()
    assert [fault.number for fault in verify(session)[1]] == [1]


def test_state_change_without_an_event_is_found_but_none_from_before_the_chain(session: Session, make: Maker) -> None:
    need = make.need()

    def slip_in() -> int:
        values = {"subject": Subject.NEED, "subject_id": need.id, "move": "close", "source": "a", "target": "b"}
        change = StateChange(**values)
        session.add(change)
        session.commit()
        return change.id

    slip_in()
    close(session, make)
    assert verify(session)[1] == []
    number = slip_in()
    assert [fault.what for fault in verify(session)[1]] == [f"state change {number} has no event"]


def test_end_of_the_chain_that_was_taken_back_is_found(session: Session) -> None:
    act(session, times=3)
    session.execute(text("UPDATE audit_head SET last_id = 1, last_hash = (SELECT hash FROM audit_event WHERE id = 1)"))
    session.commit()
    assert verify(session)[1]


def close(session: Session, make: Maker) -> None:
    move = {"subject": Subject.NEED, "subject_id": make.need().id, "move": "close", "change": ("published", "closed")}
    note_move(session, **move, by=Actor(make.manager().id), role=Role.MANAGER)  # type: ignore[arg-type]
    session.commit()


def test_many_at_once_make_one_chain(app: Flask, session: Session) -> None:
    session.commit()
    wrong: list[BaseException] = []

    def write() -> None:
        try:
            with app.app_context(), writing():
                act(db.session, times=3)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=write) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    session.expire_all()
    assert verify(session) == (3 * MANY, [])
    assert session.scalar(select(AuditHead.last_id)) == 3 * MANY


def test_command_says_whether_the_chain_is_whole(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.cli.audit import audit

    act(session, times=2)
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("DONGCAI_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DONGCAI_SECRET_KEY", "x" * 40)
    whole = CliRunner().invoke(audit, ["verify"])
    assert (whole.exit_code, whole.output) == (0, "2 events; the chain is whole\n")
    open_to_changes(session)
    session.execute(text("UPDATE audit_event SET detail = 'x' WHERE id = 1"))
    close_again(session)
    broken = CliRunner().invoke(audit, ["verify"])
    assert broken.exit_code == 1
    assert "event 1: its content was changed" in broken.output
