"""A person takes the own data along, or is removed: the counts stay, the person goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import (
    AuditEvent,
    ErasureRequest,
    Expert,
    Mail,
    Need,
    Notification,
    ShortlistEntry,
    StateChange,
    User,
)
from models.choices import ExpertState, MailState, NeedState, Role, Subject
from models.columns import utc_now
from web.accounts.credential import Credential
from web.services import erasure, retention
from web.services.access import Actor
from web.services.audit_trail import verify
from web.services.errors import ConflictError, Sentence
from web.services.journal import note_move, notify
from web.services.mails import MOST_TRIES

PERIODS = retention.read_periods(Path(__file__).parents[3] / "seed_data" / "retention.yaml")


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    def open_for(user: User) -> FlaskClient:
        session.commit()
        client = app.test_client()
        sign_in(client, user, session)
        session.commit()
        return client

    return open_for


def test_export_has_everything_of_the_person_and_no_secret_and_is_on_record(
    browser: Callable[[User], FlaskClient], session: Session, make: Maker
) -> None:
    user = make.user("何小满", email="he@example.org")
    expert = make.expert(user, phone="19900001234")
    make.expert(make.user("丁一"), phone="19900009999")
    notify(session, [user.id], Sentence("您好", "Hello"), path="")
    answer = browser(user).post("/account/data/export")
    found = json.loads(answer.data)
    assert found["expert"][0]["phone"] == "19900001234"
    assert found["credential"][0]["email"] == "he@example.org"
    assert [work["title"] for work in found["work"]] == [work.title for work in expert.works]
    assert len(found["notification"]) == 1
    others = {"pairing_member", "exchange_leg", "appraisal", "evaluation", "manager_tie", "delegation", "tie_dismissal"}
    assert others | {"erasure_request", "officer_invitation", "mail"} <= set(found)
    text = answer.get_data(as_text=True)
    for secret in ("password", "uniquifier", "19900009999", "丁一"):
        assert secret not in text
    session.expire_all()
    assert session.scalars(select(AuditEvent.action)).all() == ["data.export"]


def test_removed_person_is_gone_and_the_counts_stay(session: Session, make: Maker) -> None:
    user = make.user("何小满", email="he@example.org")
    expert = make.expert(user, name="何小满", phone="19900001234")
    need = make.need()
    session.add(ShortlistEntry(need=need, expert=expert, note="联系何小满"))
    note_move(
        session,
        subject=Subject.NEED,
        subject_id=need.id,
        move="close",
        change=("published", "closed"),
        by=Actor(user.id),
        role=Role.EXPERT,
        reason="何小满不方便",
    )
    notify(session, [user.id], Sentence("何小满您好", "Hello"), path="")
    session.commit()
    erasure.erase(session, user.id)
    session.commit()
    session.expire_all()
    assert session.scalars(select(Credential).where(Credential.user_id == user.id)).all() == []
    left = session.get(Expert, expert.id)
    assert left is not None
    assert (left.state, left.name, left.phone, left.works, left.user_id) == (
        ExpertState.HIDDEN,
        erasure.GONE,
        "",
        [],
        None,
    )
    assert left.region_code, "the place stays for the counts"
    assert session.scalars(select(ShortlistEntry)).all() == []
    assert session.scalars(select(Notification)).all() == []
    assert session.scalars(select(StateChange.reason)).all() == [""]
    assert session.get(User, user.id).name == erasure.GONE  # type: ignore[union-attr]
    assert verify(session)[1] == []


def test_wish_waits_and_can_be_taken_back(session: Session, make: Maker) -> None:
    user = make.user()
    by = Actor(user.id)
    erasure.ask(session, by=by)
    assert erasure.ask(session, by=by) is erasure.open_wish(session, by=by), "asking twice is one wish"
    soon, late = utc_now() + timedelta(days=6), utc_now() + timedelta(days=8)
    assert erasure.carry_out_what_is_due(session, PERIODS, now=soon) == 0
    erasure.take_back(session, by=by)
    assert erasure.carry_out_what_is_due(session, PERIODS, now=late) == 0
    erasure.ask(session, by=by)
    assert erasure.carry_out_what_is_due(session, PERIODS, now=late) == 1
    assert erasure.carry_out_what_is_due(session, PERIODS, now=late) == 0
    session.commit()
    assert [wish.done_at is not None for wish in session.scalars(select(ErasureRequest))] == [False, True]


def test_open_duties_come_first(session: Session, make: Maker) -> None:
    user, _organisation = make.employer()
    need = make.need(posted_by=user)
    with pytest.raises(ConflictError, match=need.code):
        erasure.ask(session, by=Actor(user.id))
    session.execute(update(Need).values(state=NeedState.CLOSED))
    session.expire_all()
    erasure.ask(session, by=Actor(user.id))
    session.execute(update(Need).values(state=NeedState.PUBLISHED))
    late = utc_now() + timedelta(days=8)
    assert erasure.carry_out_what_is_due(session, PERIODS, now=late) == 0, "a duty that has come up since"


def test_page_asks_and_takes_back(browser: Callable[[User], FlaskClient], make: Maker) -> None:
    visitor = browser(make.user())
    assert "申请删除我的数据" in visitor.get("/account/data").get_data(as_text=True)
    visitor.post("/account/data/erase")
    assert "撤回删除申请" in visitor.get("/account/data").get_data(as_text=True)
    visitor.post("/account/data/keep")
    assert "申请删除我的数据" in visitor.get("/account/data").get_data(as_text=True)


def test_what_is_over_time_goes_and_the_rest_stays(session: Session, make: Maker) -> None:
    user = make.user()
    for text in ("旧", "新"):
        notify(session, [user.id], Sentence(text, text), path="")
    session.flush()
    old = utc_now() - timedelta(days=400)
    session.execute(update(Notification).where(Notification.text_zh == "旧").values(read_at=old))
    session.add(Mail(user_id=user.id, subject="旧", text="旧", state=MailState.SENT, sent_at=old))
    session.add(
        Mail(user_id=user.id, subject="不明", text="旧", state=MailState.UNCERTAIN, created_at=old, sent_at=old)
    )
    session.add(Mail(user_id=user.id, subject="弃", text="旧", tries=MOST_TRIES, created_at=old))
    session.add(Mail(user_id=user.id, subject="新", text="新", state=MailState.SENT, sent_at=utc_now()))
    ended, open_ = make.need(state=NeedState.CLOSED), make.need()
    session.flush()
    ages_ago = utc_now() - timedelta(days=800)
    session.execute(update(Need).values(updated_at=ages_ago))
    removed = retention.remove_what_is_over(session, PERIODS)
    session.commit()
    session.expire_all()
    assert removed == {
        "read_notifications": 1,
        "unread_notifications": 0,
        "mails": 3,
        "officer_invitations": 0,
        "ended_need_contacts": 1,
    }
    assert session.scalars(select(Notification.text_zh)).all() == ["新"]
    assert (session.get(Need, ended.id).contact_phone, session.get(Need, open_.id).contact_phone) == (  # type: ignore[union-attr]
        "",
        "19900000001",
    )
