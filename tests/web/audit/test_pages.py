"""Who may search the audit trail, and what they find."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, User
from models.choices import Role, Subject
from web.services.access import Actor
from web.services.journal import note_audit, note_move


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    def open_for(user: User) -> FlaskClient:
        session.commit()
        client = app.test_client()
        sign_in(client, user, session)
        session.commit()
        return client

    return open_for


def look_at(session: Session, subject: Subject, subject_id: int, by: User) -> None:
    note_audit(session, action="contact.look", subject=subject, subject_id=subject_id, by=Actor(by.id))


def test_manager_finds_what_happened_in_the_jurisdiction_and_nothing_else(
    browser: Callable[[User], FlaskClient], session: Session, make: Maker
) -> None:
    here, elsewhere = make.need(), make.need(make.organisation(region_code="620100"))
    other = make.manager("62")
    look_at(session, Subject.NEED, here.id, other)
    look_at(session, Subject.NEED, elsewhere.id, other)
    look_at(session, Subject.USER, other.id, other)
    page = browser(make.manager("64")).get("/audit").get_data(as_text=True)
    assert here.code in page
    assert elsewhere.code not in page
    assert "查看联系方式" in page


def test_administrator_finds_by_code_name_subject_and_day(
    browser: Callable[[User], FlaskClient], session: Session, make: Maker
) -> None:
    need, someone = make.need(), make.user("何小满")
    look_at(session, Subject.NEED, need.id, someone)
    look_at(session, Subject.USER, someone.id, make.user("丁一"))
    visitor = browser(make.administrator())
    for query in (f"q={need.code}", "q=何小满", "subject=need"):
        page = visitor.get(f"/audit?{query}").get_data(as_text=True)
        assert "何小满" in page
        assert "丁一" not in page
    assert "没有符合条件的记录" in visitor.get("/audit?last=2020-01-01").get_data(as_text=True)


def test_strange_filters_are_left_out(browser: Callable[[User], FlaskClient], make: Maker) -> None:
    visitor = browser(make.administrator())
    for query in (
        "subject=nothing",
        "first=gestern",
        "q=%00",
        "action=%00",
        "page=x",
        "last=9999-12-31",
        "first=0001-01-01",
        "endpoint=a&_external=1",
    ):
        assert visitor.get(f"/audit?{query}").status_code == 200, query


def test_moves_are_named_and_export_has_the_same_rows_and_is_itself_an_event(
    browser: Callable[[User], FlaskClient], session: Session, make: Maker
) -> None:
    need, manager = make.need(), make.manager("64")
    note_move(
        session,
        subject=Subject.NEED,
        subject_id=need.id,
        move="publish",
        change=("submitted", "published"),
        by=Actor(manager.id),
        role=Role.MANAGER,
    )
    visitor = browser(manager)
    assert "需求：发布" in visitor.get("/audit").get_data(as_text=True)
    answer = visitor.post("/audit/export?subject=need")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)
    assert rows[1][3:6] == ("需求：发布", "需求", need.code)
    session.expire_all()
    assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()[-1] == "audit.export"


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION])
def test_others_may_not_read_it(browser: Callable[[User], FlaskClient], make: Maker, role: Role) -> None:
    user = make.user()
    make.grant(user, role, organisation_id=make.organisation().id)
    assert browser(user).get("/audit").status_code == 403
