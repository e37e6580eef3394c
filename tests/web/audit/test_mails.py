"""Notices by mail: what asks for an answer at once, the rest once a day, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from factories import Maker
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import Mail, Notification
from models.choices import Delivery, MailState, Topic
from web.services import mails
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.journal import notify
from web.services.mails import Handed
from web.services.notice_choices import choices_of, choose

MORNING, NIGHT = datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 24, 22, tzinfo=UTC)
"""9 o'clock and 6 o'clock in China."""
HELLO = Sentence("您好", "Hello")


class Post:
    """A mail server that keeps what it takes, and can be away."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.answer = Handed.TAKEN

    def __call__(self, number: int, to: str, subject: str, text: str) -> Handed:
        if self.answer != Handed.NOT_TAKEN:
            self.taken.append((to, subject, text))
        return self.answer


def run(session: Session, post: Post, now: datetime = MORNING) -> None:
    mails.collect(session, public_url="https://example.org", now=now)
    session.commit()
    mails.send_waiting(session, post, now=now)


def test_answers_go_out_at_once_and_the_rest_in_one_digest_a_day(session: Session, make: Maker) -> None:
    user, post = make.user(email="he@example.org"), Post()
    notify(session, [user.id], HELLO, path="/pairings/X", topic=Topic.ANSWER)
    notify(session, [user.id], Sentence("进展甲", "Progress A"), path="")
    notify(session, [user.id], Sentence("进展乙", "Progress B"), path="")
    run(session, post, NIGHT)
    assert [(to, subject) for to, subject, _ in post.taken] == [("he@example.org", "东才西用：您好")]
    assert "https://example.org/pairings/X" in post.taken[0][2]
    run(session, post, MORNING)
    assert [subject for _, subject, _ in post.taken[1:]] == ["东才西用：2 条通知"]
    notify(session, [user.id], Sentence("进展丙", "Progress C"), path="")
    run(session, post, MORNING + timedelta(hours=5))
    assert len(post.taken) == 2, "one digest a day"
    run(session, post, MORNING + timedelta(days=1))
    assert "进展丙" in post.taken[2][2]


def test_notice_whose_mail_was_removed_is_not_mailed_a_second_time(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    run(session, post)
    session.execute(delete(Mail))
    session.commit()
    session.expire_all()
    run(session, post)
    assert len(post.taken) == 1


def test_mail_is_in_the_language_of_the_person(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    user.locale = "en"
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    run(session, post)
    assert post.taken[0][1] == "Dongcai: Hello"
    assert "您好" not in post.taken[0][2]


def test_choice_of_the_person_counts(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    choose(session, {Topic.ANSWER: Delivery.OFF, Topic.PROGRESS: Delivery.AT_ONCE}, by=Actor(user.id))
    session.flush()
    assert choices_of(session, by=Actor(user.id))[Topic.ANSWER] == Delivery.OFF
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    notify(session, [user.id], Sentence("进展", "Progress"), path="")
    run(session, post, NIGHT)
    assert [subject for _, subject, _ in post.taken] == ["东才西用：进展"]


def test_what_was_read_is_not_mailed(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    session.flush()
    session.execute(update(Notification).values(read_at=MORNING))
    run(session, post)
    assert not post.taken


def test_occasion_is_told_once(session: Session, make: Maker) -> None:
    user, other = make.user(), make.user()
    for _ in range(3):
        notify(session, [user.id], HELLO, path="", key="reminder 1")
        session.flush()
    notify(session, [user.id, other.id], HELLO, path="", key="reminder 1")
    session.flush()
    assert session.scalar(select(func.count()).select_from(Notification)) == 2


def test_mail_that_was_not_taken_is_tried_again(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    post.answer = Handed.NOT_TAKEN
    run(session, post)
    assert not post.taken
    post.answer = Handed.TAKEN
    run(session, post)
    run(session, post)
    assert len(post.taken) == 1


def test_outage_of_any_length_gives_no_mail_up(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)
    post.answer = Handed.NOT_TAKEN
    for _ in range(mails.MOST_TRIES + 2):
        run(session, post)
    post.answer = Handed.TAKEN
    run(session, post)
    assert len(post.taken) == 1


def test_refused_mail_holds_up_no_other_and_is_given_up(session: Session, make: Maker) -> None:
    wrong, right, post = make.user(email="gone@example.org"), make.user(email="he@example.org"), Post()
    notify(session, [wrong.id, right.id], HELLO, path="", topic=Topic.ANSWER)
    tried: list[str] = []

    def send(number: int, to: str, subject: str, text: str) -> Handed:
        tried.append(to)
        return Handed.REFUSED if to == "gone@example.org" else post(number, to, subject, text)

    for _ in range(mails.MOST_TRIES + 2):
        mails.collect(session, public_url="", now=MORNING)
        session.commit()
        mails.send_waiting(session, send, now=MORNING)
    assert [to for to, _, _ in post.taken] == ["he@example.org"]
    assert tried.count("gone@example.org") == mails.MOST_TRIES
    assert mails.uncertain_count(session) == 1


def test_mail_of_a_process_that_died_is_never_sent_a_second_time(session: Session, make: Maker) -> None:
    user, post = make.user(), Post()
    notify(session, [user.id], HELLO, path="", topic=Topic.ANSWER)

    def dies(*_: object) -> Handed:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mails.collect(session, public_url="", now=MORNING)
        session.commit()
        mails.send_waiting(session, dies)
    session.rollback()
    run(session, post)
    assert session.scalar(select(Mail.state)) == MailState.SENDING
    session.execute(update(Mail).values(sent_at=MORNING - timedelta(hours=1)))
    session.commit()
    run(session, post)
    session.expire_all()
    assert session.scalar(select(Mail.state)) == MailState.UNCERTAIN
    assert not post.taken
    assert mails.uncertain_count(session) == 1


def test_page_of_choices_keeps_them(session: Session, make: Maker, client: object) -> None:
    from factories import sign_in

    user = make.user()
    session.commit()
    sign_in(client, user, session)  # type: ignore[arg-type]
    session.commit()
    wanted = {topic.value: "off" for topic in Topic}
    answer = client.post("/account/notifications/choices", data=wanted)  # type: ignore[attr-defined]
    assert answer.status_code == 302
    session.expire_all()
    assert set(choices_of(session, by=Actor(user.id)).values()) == {Delivery.OFF}
    assert client.post("/account/notifications/choices", data=wanted | {"logs": "x"}).status_code == 422  # type: ignore[attr-defined]
