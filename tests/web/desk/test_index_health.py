"""The administrator's page on the index: figures, and comparing and rebuilding as jobs with progress and result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matcher.config import Settings
from matcher.opening import open_engine
from models import AuditEvent, IndexedExpert, User
from web.admin.index_work import State, Work, index_work
from web.jobs import jobs
from web.matching import Matching
from web.services.errors import ConflictError

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def search(app: Flask, settings: Settings) -> Iterator[Matching]:
    """The application's search with the tiny encoder."""
    before, engine = app.extensions["matching"], open_engine(settings)
    app.extensions["matching"] = Matching(lambda: engine)
    app.extensions["jobs"].queue.flush()
    yield app.extensions["matching"]
    app.extensions["jobs"].queue.flush()
    app.extensions["matching"] = before


@pytest.fixture
def administrator(make: Maker, session: Session) -> User:
    user = make.administrator()
    user.name = "陆维"
    session.commit()
    return user


@pytest.fixture
def page(browser: Browser, administrator: User, search: Matching) -> Callable[..., str]:
    def read(**headers: str) -> str:
        return browser(administrator).get("/admin/index", headers=headers).get_data(as_text=True)

    return read


@pytest.fixture
def ordered(browser: Browser, administrator: User, search: Matching) -> Callable[..., int]:
    def order(work: str) -> int:
        return browser(administrator).post(f"/admin/index/{work}").status_code

    return order


def run_jobs(session: Session) -> None:
    """Does what a worker does, for the jobs of this page."""
    session.commit()
    queue: Any = jobs().queue
    while (task := queue.dequeue()) is not None:
        if task.name == "index_work":
            queue.execute(task)
    session.expire_all()


def test_the_page_shows_what_waits_and_what_is_indexed(
    page: Callable[..., str], make: Maker, session: Session, search: Matching
) -> None:
    make.expert()
    make.need()
    assert "还没有" in page()
    search.catch_up(session)
    text = page()
    assert search.engine.encoder.fingerprint in text
    assert "可以使用" in text
    assert "最近没有任务出错" in text


def test_comparing_an_index_in_step_says_so(
    page: Callable[..., str], ordered: Callable[..., int], make: Maker, session: Session, search: Matching
) -> None:
    make.expert()
    search.catch_up(session)
    assert ordered("verify") == 302
    assert "排队中" in page()
    assert 'hx-trigger="every 2s"' in page()
    run_jobs(session)
    text = page()
    assert "索引与记录一致" in text
    assert "陆维" in text
    assert "every 2s" not in text


def test_comparing_names_every_difference_and_rebuilding_puts_it_right(
    page: Callable[..., str], ordered: Callable[..., int], make: Maker, session: Session, search: Matching
) -> None:
    lost, kept = make.expert(), make.expert()
    search.catch_up(session)
    session.execute(delete(IndexedExpert).where(IndexedExpert.expert_id == lost.id))
    session.commit()
    ordered("verify")
    run_jobs(session)
    text = page()
    assert "索引与记录有出入" in text
    assert lost.code in text
    assert kept.code not in text
    ordered("rebuild")
    run_jobs(session)
    assert session.scalar(select(func.count()).select_from(IndexedExpert)) == 2
    assert "已重新编入 2 条记录" in page()


def test_each_order_is_kept(ordered: Callable[..., int], session: Session, administrator: User) -> None:
    ordered("verify")
    ordered("rebuild")
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.actor_id) for event in events] == [
        ("index.verify", administrator.id),
        ("index.rebuild", administrator.id),
    ]


def test_the_same_work_is_not_ordered_twice(ordered: Callable[..., int], session: Session) -> None:
    assert [ordered("rebuild"), ordered("rebuild"), ordered("verify")] == [302, 409, 302]
    with pytest.raises(ConflictError):
        index_work().order(Work.REBUILD, ordered_by="陆维")


def test_work_that_fails_says_why_and_can_be_ordered_again(
    page: Callable[..., str], ordered: Callable[..., int], app: Flask, session: Session
) -> None:
    def no_engine() -> Any:
        raise OSError("the encoder is away")

    app.extensions["matching"] = Matching(no_engine)
    ordered("verify")
    run_jobs(session)
    report = index_work().report(Work.VERIFY)
    assert report is not None
    assert report.state == State.FAILED
    text = page()
    assert text.count("the encoder is away") == 2  # the report, and the list of jobs that failed
    assert ordered("verify") == 302


def test_a_rebuild_stops_with_the_server(
    ordered: Callable[..., int], make: Maker, session: Session, search: Matching
) -> None:
    make.expert()
    search.catch_up(session)
    jobs().stopping.set()
    try:
        ordered("rebuild")
        run_jobs(session)
    finally:
        jobs().stopping.clear()
    report = index_work().report(Work.REBUILD)
    assert report is not None
    assert report.state == State.FAILED


def test_htmx_gets_the_progress_alone(page: Callable[..., str], ordered: Callable[..., int]) -> None:
    ordered("verify")
    text = page(**{"HX-Request": "true"})
    assert "<html" not in text
    assert 'id="index-work"' in text


def test_the_page_is_the_administrators(browser: Browser, make: Maker, client: FlaskClient) -> None:
    employer, _ = make.employer()
    for user in (make.manager(""), employer):
        assert browser(user).get("/admin/index").status_code == 403
        assert browser(user).post("/admin/index/rebuild").status_code == 403
    assert client.get("/admin/index").status_code == 302


def test_it_is_in_english_too(browser: Browser, administrator: User, ordered: Callable[..., int]) -> None:
    ordered("verify")
    visitor = browser(administrator)
    visitor.get("/language/en?next=/")
    text = visitor.get("/admin/index").get_data(as_text=True)
    assert "Compare the index" in text
    assert "Ordered by" in text
