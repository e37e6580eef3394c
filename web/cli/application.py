"""The application for commands: opened from the environment, checked against the database's revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from web.app import create_app
from web.cli.collector import paused
from web.extensions import db
from web.migrations import current, newest

SEED_DATA = Path(__file__).parents[2] / "seed_data"

seed_option = click.option(
    "--seed-data",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=SEED_DATA,
    help="The folder with programmes.yaml, reference/ and demo/. Default: the one of this source tree.",
)
"""--seed-data."""


@contextmanager
def application(*, may_be_old: bool = False) -> Iterator[Flask]:
    """The application, inside its context. Ends with a message where the database is not at the newest revision."""
    with paused():
        app = create_app()
    with app.app_context():
        if not may_be_old:
            require_newest()
        yield app


def require_newest() -> None:
    """Raises click.ClickException where the database is not at the revision that the code is written for."""
    have, want = current(db.engine), newest()
    if have != want:
        state = "is empty" if have is None else f"is at revision {have}, the code needs {want}"
        raise click.ClickException(f"the database {state}; run: dongcai db upgrade")
