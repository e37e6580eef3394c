"""What is searched: not before it is ready, never half a change, never vectors of another encoder or text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matcher.engine import Engine
from models import Expert, IndexedExpert, IndexedPassage, Need, OutboxEntry
from models.choices import ExpertState, NeedState, Subject
from web.matching import Matching, NotReadyError
from web.services.indexing import drain


def codes(search: Matching) -> set[str]:
    """Who is searched."""
    snapshot = search.snapshot()
    return {expert.id for expert, is_live in zip(snapshot.experts, snapshot.live, strict=True) if is_live}


def needs(search: Matching) -> set[str]:
    return {need.id for need in search.need_table().needs}


@pytest.mark.parametrize(
    "ask",
    [lambda s: s.snapshot(), lambda s: s.need_table(), lambda s: s.require_ready(), lambda s: s.tasks],
    ids=["snapshot", "need_table", "require_ready", "tasks"],
)
def test_nothing_is_answered_before_search_is_open(search: Matching, ask: Callable[[Matching], object]) -> None:
    with pytest.raises(NotReadyError):
        ask(search)


def test_search_opens_over_nobody(search: Matching, session: Session) -> None:
    search.load_now(session)
    assert search.is_ready
    assert codes(search) == needs(search) == set()


def test_indexed_experts_and_published_needs_are_searched(search: Matching, make: Maker, settle: Any) -> None:
    expert, published, draft = make.expert(), make.need(), make.need(state=NeedState.DRAFT)
    settle(expert, published, draft)
    assert codes(search) == {expert.code}
    assert needs(search) == {published.code}


def test_change_is_searched_after_it_was_indexed(search: Matching, make: Maker, settle: Any) -> None:
    expert = make.expert(title="讲师")
    settle(expert)
    before = search.snapshot()
    expert.title = "教授"
    settle(expert)
    assert getattr(search.snapshot().get(expert.code), "title", None) == "教授"
    assert getattr(before.get(expert.code), "title", None) == "讲师", "a snapshot stays as it was taken"


def test_hidden_and_deleted_experts_are_searched_no_more(
    search: Matching, session: Session, make: Maker, settle: Any
) -> None:
    hidden, gone, stays = make.expert(), make.expert(), make.expert()
    settle(hidden, gone, stays)
    hidden.state = ExpertState.HIDDEN
    session.add(OutboxEntry(subject=Subject.EXPERT, subject_id=gone.id))
    session.delete(gone)
    settle(hidden)
    assert codes(search) == {stays.code}


def test_need_that_ends_is_searched_no_more(search: Matching, make: Maker, settle: Any) -> None:
    need = make.need()
    settle(need)
    need.state = NeedState.FILLED
    settle(need)
    assert needs(search) == set()


def test_text_that_is_not_indexed_yet_leaves_what_is_searched(
    search: Matching, session: Session, make: Maker, settle: Any, changed: Any
) -> None:
    expert = make.expert(bio="研究枸杞。", title="讲师")
    settle(expert)
    expert.bio, expert.title = "改做盐碱地。", "教授"
    changed(expert)
    drain(session, search.engine)
    expert.bio = "又改做风电。"
    changed(expert)
    search.load_now(session)
    assert getattr(search.snapshot().get(expert.code), "bio", None) == "研究枸杞。"
    drain(session, search.engine)
    search.load_now(session)
    assert getattr(search.snapshot().get(expert.code), "bio", None) == "又改做风电。"


@pytest.mark.parametrize("damage", ["other encoder", "short vector", "not a number", "passage missing"])
def test_vectors_that_do_not_fit_are_not_searched(
    search: Matching, session: Session, make: Maker, changed: Any, damage: str
) -> None:
    whole, damaged = make.expert(), make.expert()
    changed(whole, damaged)
    drain(session, search.engine)
    passage = session.scalars(select(IndexedPassage).where(IndexedPassage.expert_id == damaged.id)).first()
    assert passage is not None
    if damage == "other encoder":
        session.get_one(IndexedExpert, damaged.id).encoder = "another one"
    elif damage == "short vector":
        passage.vector = passage.vector[:-2]
    elif damage == "not a number":
        passage.vector = b"\xff\x7f" * (len(passage.vector) // 2)
    else:
        session.delete(passage)
    session.commit()
    search.load_now(session)
    assert codes(search) == {whole.code}


def test_catching_up_indexes_what_nobody_asked_for(search: Matching, session: Session, make: Maker) -> None:
    expert, need = make.expert(), make.need()
    session.commit()
    search.catch_up(session)
    assert (codes(search), needs(search)) == ({expert.code}, {need.code})
    assert search.tasks is not None


def test_closed_search_is_not_ready(search: Matching, session: Session) -> None:
    search.load_now(session)
    search.close()
    assert not search.is_ready


def test_indexed_need_in_any_state_is_prepared_without_encoding(
    search: Matching, session: Session, make: Maker, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, draft = make.need(), make.need(state=NeedState.DRAFT, title="风机叶片结冰")
    settle(published, draft)

    def encode(*_: object, **__: object) -> None:
        raise AssertionError("a text was encoded")

    monkeypatch.setattr(search.engine.encoder, "queries", encode)
    for need in (published, draft):
        assert search.prepare(session, need).need.id == need.code


def test_text_that_the_index_lacks_is_encoded(
    search: Matching, session: Session, make: Maker, settle: Any, engine: Engine
) -> None:
    need = make.need()
    settle(need)
    need.problem = "改成风机叶片结冰的问题"
    prepared = search.prepare(session, need)
    assert "风机叶片结冰" in prepared.text
    assert (prepared.query == engine.encode_need(prepared.need)).all()


def test_tasks_of_the_policy_are_suggested(search: Matching, session: Session, make: Maker) -> None:
    search.load_tasks(session)
    need = make.need(title="棉花膜下滴灌", problem="棉田滴灌带老化，出苗不齐，想改智慧灌溉。")
    found = search.tasks.suggest(search.prepare(session, need), most=3)
    assert len(found) == 3
    assert all(0 < one.confidence <= 1 for one in found)


def answer(app: Flask, error: NotReadyError, **request: Any) -> Response:
    """What a person gets from any page that raised the error."""
    with app.test_request_context("/somewhere?q=1", **request):
        return app.make_response(app.handle_user_exception(error))


def test_page_that_searches_says_that_it_is_being_prepared_and_comes_back(app: Flask) -> None:
    page = answer(app, NotReadyError(120, 640))
    assert page.status_code == 503
    assert "检索正在准备（120/640）" in page.get_data(as_text=True)
    assert '<meta http-equiv="refresh"' in page.get_data(as_text=True)


def test_part_that_searches_asks_again_by_itself(app: Flask) -> None:
    part = answer(app, NotReadyError(), headers={"HX-Request": "true"})
    assert part.status_code == 202, "htmx shows no part of a failure"
    assert 'hx-get="/somewhere?q=1"' in part.get_data(as_text=True)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_was_sent_is_not_sent_again_by_itself(app: Flask, headers: dict[str, str]) -> None:
    text = answer(app, NotReadyError(), method="POST", headers=headers).get_data(as_text=True)
    assert "检索正在准备" in text
    assert 'http-equiv="refresh"' not in text
    assert "hx-get" not in text


def test_health_says_when_search_is_ready(client: FlaskClient, search: Matching, make: Maker, settle: Any) -> None:
    early = client.get("/health")
    assert (early.status_code, early.get_json()["ready"]) == (503, False)
    settle(make.expert(), make.need())
    late = client.get("/health")
    assert (late.status_code, late.get_json()["experts"], late.get_json()["needs"]) == (200, 1, 1)
    assert late.get_json()["position"] == search.position > 0


def test_search_from_both_sides_is_one_score(search: Matching, session: Session, make: Maker, settle: Any) -> None:
    expert: Expert = make.expert()
    need: Need = make.need()
    settle(expert, need)
    engine, snapshot, table = search.engine, search.snapshot(), search.need_table()
    of_need = engine.matches(engine.assess(search.prepare(session, need), snapshot), [expert.code])
    of_expert = engine.need_matches(engine.needs_for(expert.code, snapshot, table), [need.code])
    assert of_need[0].raw_score == of_expert[0].raw_score
