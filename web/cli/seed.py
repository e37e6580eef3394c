"""`dongcai seed`: the reference data that every installation needs."""

from __future__ import annotations

from pathlib import Path

import click

from models.database import writing
from web.cli.application import application, seed_option
from web.extensions import db
from web.services.reference import load_reference


@click.group()
def seed() -> None:
    """Load the reference data: places, disciplines, industries, programmes."""


@seed.command()
@seed_option
def reference(seed_data: Path) -> None:
    """Add what the database lacks and update what it has; nothing is removed."""
    with application(), writing():
        loaded = load_reference(db.session, seed_data)
        db.session.commit()
    click.echo(
        f"{loaded.regions} places, {loaded.disciplines} disciplines, {loaded.industries} industries, "
        f"{loaded.programmes} programmes with {loaded.tasks} tasks, {loaded.modes} modes, {loaded.rules} rules"
    )
