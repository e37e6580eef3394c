"""The index is rebuilt while people search: at every moment everybody is found."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from factories import Maker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.engine import Engine
from models import Expert, IndexChange, IndexedExpert, IndexedPassage, OutboxEntry
from models.choices import Subject
from models.database import writing
from web.matching import Matching
from web.services.index_health import differences
from web.services.index_reading import dim_of
from web.services.indexing import drain, rebuild

MANY = 80


def test_everybody_is_found_at_every_moment_of_a_rebuild(
    session: Session, make: Maker, search: Matching, settle: Any, other_session: Callable[[], Session]
) -> None:
    experts, need = [make.expert(bio=f"第{number}位专家研究枸杞。") for number in range(MANY)], make.need()
    settle(*experts, need)
    prepared, done, seen = search.prepare(session, need), Event(), []
    followed = other_session()
    session.rollback()

    def ask() -> None:
        while not done.is_set():
            search.load_now(followed)
            followed.rollback()
            seen.append(len(search.engine.assess(prepared, search.snapshot()).order))

    asking = Thread(target=ask)
    asking.start()
    count = rebuild(session, search.engine)
    done.set()
    asking.join()
    assert count == MANY + 1
    assert len(seen) > 3
    assert set(seen) == {MANY}
    search.load_now(session)
    assert search.position == session.scalar(select(func.max(IndexChange.id)))


def test_process_that_starts_in_the_middle_of_a_rebuild_finds_everybody(
    session: Session, make: Maker, search: Matching, engine: Engine, settle: Any, other_session: Callable[[], Session]
) -> None:
    settle(*(make.expert(bio=f"第{number}位专家研究枸杞。") for number in range(MANY)))
    session.rollback()
    found = []

    def start_another(_done: int, _total: int) -> None:
        fresh, one = Matching(lambda: engine), other_session()
        fresh.load_now(one)
        one.rollback()
        found.append(int(fresh.snapshot().live.sum()))

    rebuild(session, engine, progress=start_another)
    assert len(found) > 3
    assert set(found) == {MANY}


def test_rebuild_reports_how_far_it_has_come(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    changed(*(make.expert(bio=f"第{number}位专家。") for number in range(30)))
    drain(session, engine)
    seen: list[tuple[int, int]] = []
    rebuild(session, engine, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(24, 30), (30, 30)]


def test_rebuild_mends_every_difference(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    lost, damaged, stale, hidden = (make.expert(bio=f"第{number}位专家。") for number in range(4))
    changed(lost, damaged, stale, hidden)
    drain(session, engine)
    session.delete(session.get_one(IndexedExpert, lost.id))
    for passage in session.scalars(select(IndexedPassage).where(IndexedPassage.expert_id == damaged.id)):
        passage.vector = b""
    stale.bio, hidden.state = "改做风电。", "hidden"  # type: ignore[assignment]  # the column takes the value too
    session.commit()

    def wrong() -> list[str]:
        found = differences(session, encoder=engine.encoder.fingerprint, dim=dim_of(engine))
        return sorted(one.code for one in found)

    assert wrong() == sorted(row.code for row in (lost, damaged, stale, hidden))
    session.rollback()
    rebuild(session, engine)
    assert wrong() == []


def test_change_during_a_rebuild_is_left_to_the_outbox(
    session: Session, make: Maker, engine: Engine, changed: Any, other_session: Callable[[], Session]
) -> None:
    experts = [make.expert(bio=f"第{number}位专家。") for number in range(30)]
    changed(*experts)
    drain(session, engine)
    last = experts[-1].id
    session.rollback()

    def edit(done: int, _total: int) -> None:
        if done == 24:
            with writing():
                one = other_session()
                one.get_one(Expert, last).bio = "重建时改的。"
                one.add(OutboxEntry(subject=Subject.EXPERT, subject_id=last))
                one.commit()

    rebuild(session, engine, progress=edit)
    drain(session, engine)
    assert "重建时改的。" in session.scalars(select(IndexedPassage.text).where(IndexedPassage.expert_id == last)).all()
