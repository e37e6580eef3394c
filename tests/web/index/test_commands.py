"""`dongcai db|seed|demo|index|serve` as people start them, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from few_records import EXPERTS, NEEDS, add_few_records
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from matcher.config import Settings
from models import Expert, IndexedExpert, IndexedNeed, IndexedPassage
from models.database import make_engine, writing

DONGCAI = Path(sys.executable).with_name("dongcai")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def run(home: Path, settings: Settings) -> Run:
    """Runs `dongcai` with these arguments on a database of this module's own."""
    environment = {
        **os.environ,
        "DONGCAI_VAR_DIR": str(home),
        "DATABASE_URL": "",
        "DONGCAI_ENCODER": settings.encoder,
        "DONGCAI_CACHE_DIR": str(settings.cache_dir),
        "COLUMNS": "120",
    }

    def dongcai(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(DONGCAI), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return dongcai


@pytest.fixture(scope="module")
def records(home: Path, run: Run) -> Iterator[Session]:
    """A session on that database, with few records, all indexed."""
    assert run("db", "upgrade").returncode == 0
    with Session(make_engine(f"sqlite:///{home / 'dongcai.sqlite3'}")) as session:
        with writing():
            add_few_records(session)
            session.commit()
        assert run("index", "rebuild").returncode == 0
        yield session


@pytest.fixture
def broken(records: Session, run: Run) -> Iterator[Session]:
    """The session; what a test breaks is mended after it."""
    yield records
    records.commit()
    assert run("index", "rebuild").returncode == 0


def test_empty_database_is_brought_up_to_date(tmp_path: Path) -> None:
    def at(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DONGCAI_VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
        command = [str(DONGCAI), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    before = at("db", "status")
    assert (before.returncode, "empty" in before.stdout) == (1, True)
    refused = at("seed", "reference")
    assert refused.returncode != 0
    assert "dongcai db upgrade" in refused.stderr
    assert "empty → " in at("db", "upgrade").stdout
    assert "already" in at("db", "upgrade").stdout
    assert at("db", "status").returncode == 0
    loaded = at("seed", "reference")
    assert loaded.returncode == 0, loaded.stderr
    assert "programmes with" in loaded.stdout


def test_index_in_step_verifies(run: Run, records: Session) -> None:
    done = run("index", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{EXPERTS} experts and {NEEDS} needs indexed; no difference\n"


def test_status_counts_and_names_the_encoder(run: Run, records: Session) -> None:
    shown = run("index", "status").stdout
    assert f"{EXPERTS} of {EXPERTS} indexed" in shown
    assert f"{EXPERTS + NEEDS} records" in shown
    assert "0 changes" in shown


def test_every_kind_of_difference_is_named_and_is_an_exit_status_of_one(run: Run, broken: Session) -> None:
    with writing():
        broken.execute(delete(IndexedExpert).where(IndexedExpert.expert_id == 1))
        broken.execute(update(Expert).where(Expert.id == 2).values(state="hidden"))
        broken.execute(update(Expert).where(Expert.id == 3).values(bio="改做风电。"))
        broken.execute(update(IndexedExpert).where(IndexedExpert.expert_id == 4).values(encoder="older-1"))
        broken.execute(update(IndexedPassage).where(IndexedPassage.expert_id == 5).values(vector=b"12"))
        broken.execute(update(IndexedNeed).where(IndexedNeed.need_id == 1).values(vector=b""))
        broken.commit()
    codes = dict(broken.execute(select(Expert.id, Expert.code)).all())
    done = run("index", "verify")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    for number, fault in ((1, "missing"), (2, "superfluous"), (3, "stale"), (4, "other encoder"), (5, "damaged")):
        assert any(line.split()[1] == codes[number] and fault in line for line in lines), (number, fault)
    assert any(line.startswith("need") and "damaged" in line for line in lines)
    assert "2 damaged, 1 missing, 1 other encoder, 1 stale, 1 superfluous" in lines[-1]
    with writing():
        broken.execute(update(Expert).where(Expert.id == 2).values(state="public"))
        broken.commit()


def test_rebuild_mends_and_says_how_many(run: Run, broken: Session) -> None:
    with writing():
        broken.execute(update(IndexedPassage).values(vector=b""))
        broken.commit()
    done = run("index", "rebuild", "--without-cache")
    assert (done.returncode, done.stdout) == (0, f"{EXPERTS + NEEDS} records were indexed anew\n"), done.stderr
    assert run("index", "verify").returncode == 0


def test_demo_is_not_loaded_over_records(run: Run, records: Session) -> None:
    done = run("demo", "load")
    assert done.returncode == 2
    assert "already holds records" in done.stderr


def test_help_answers_at_once(run: Run) -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        done = run("--help")
        took.append(time.monotonic() - began)
    assert all(name in done.stdout for name in ("serve", "db", "seed", "demo", "index", "match", "explain", "evaluate"))
    assert min(took) < 0.5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
