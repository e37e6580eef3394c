"""The process that drains is killed at any step: no change is lost, none is half done, none is done twice."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import empty_database
from few_records import BIOS, EXPERTS, NEEDS, add_few_records, entry_of
from killed_drain import drain_and_die
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matcher import engine as matcher_engine
from matcher.config import Settings
from models import Expert, IndexChange, IndexedExpert, IndexedPassage, Need, OutboxEntry
from models.choices import ExpertState
from models.database import writing
from web.migrations import upgrade
from web.services.index_health import differences
from web.services.index_reading import dim_of
from web.services.indexing import drain, waiting

RUNS = 12
PROCESSES = multiprocessing.get_context("forkserver")


@pytest.fixture
def tables(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own with a few experts and needs, all of them in the outbox."""
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else ""
    with empty_database(tmp_path, url) as tables:
        upgrade(tables)
        with Session(tables) as session, writing():
            add_few_records(session)
            session.commit()
        yield tables


def _change_something(session: Session, dice: random.Random) -> None:
    """Changes three records, and asks for them, as a service does."""
    with writing():
        records = [*session.scalars(select(Expert)), *session.scalars(select(Need))]
        for record in dice.sample(records, 3):
            if isinstance(record, Need):
                record.title = dice.choice(BIOS)
            else:
                record.bio = dice.choice(BIOS)
                record.state = dice.choice((ExpertState.PUBLIC, ExpertState.PUBLIC, ExpertState.HIDDEN))
            session.add(entry_of(record))
        session.commit()


def _check(session: Session, engine: matcher_engine.Engine) -> None:
    """What the index has not is in the outbox, and what it has is whole."""
    found = list(differences(session, encoder=engine.encoder.fingerprint, dim=dim_of(engine)))
    assert [one for one in found if not one.is_waiting] == []
    held = session.scalar(select(func.count()).select_from(IndexedExpert)) or 0
    owners = session.scalar(select(func.count(IndexedPassage.expert_id.distinct()))) or 0
    assert owners == held
    assert (session.scalar(select(func.count()).select_from(IndexChange)) or 0) <= EXPERTS + NEEDS
    session.rollback()


def _run(tables: Engine, settings: Settings, at: int, counted: Path) -> int | None:
    url = tables.url.render_as_string(hide_password=False)
    arguments = (url, settings.encoder, settings.cache_dir, at, counted)
    process = PROCESSES.Process(target=drain_and_die, args=arguments)
    process.start()
    process.join(120)
    return process.exitcode


def _drain_to_the_end(session: Session, engine: matcher_engine.Engine) -> None:
    """PostgreSQL takes a moment to notice that the process which had the turn is dead."""
    for _ in range(100):
        drain(session, engine)
        if not waiting(session):
            return
        session.rollback()
        time.sleep(0.1)


def _encode_all(engine: matcher_engine.Engine) -> None:
    """Every text that can occur goes to the cache, so that no process loads a model."""
    texts = [*BIOS, *(f"第{place}篇" for place in range(3))]
    engine.encoder.passages(texts)
    queries = [f"{bio}。怎么办" for bio in BIOS]
    engine.encoder.queries(queries)
    engine.explainer.prepare([*texts, *queries], keep=True)


def test_killed_at_any_step_nothing_is_lost_or_doubled(
    tables: Engine, settings: Settings, engine: matcher_engine.Engine, tmp_path: Path
) -> None:
    PROCESSES.set_forkserver_preload(["killed_drain"])
    _encode_all(engine)
    dice, counted = random.Random(2026), tmp_path / "steps"  # noqa: S311
    with Session(tables) as session:
        assert _run(tables, settings, 0, counted) == 0
        _check(session, engine)
        most, killed = int(counted.read_text("utf-8")) // 3, 0
        for _ in range(RUNS):
            _change_something(session, dice)
            killed += _run(tables, settings, dice.randint(1, most), counted) == -9
            _check(session, engine)
        assert killed > RUNS // 2, "most runs were killed before they were done"
        _drain_to_the_end(session, engine)
        assert list(differences(session, encoder=engine.encoder.fingerprint, dim=dim_of(engine))) == []
        assert session.scalar(select(func.count()).select_from(OutboxEntry)) == 0
