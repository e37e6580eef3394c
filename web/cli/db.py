"""`dongcai db`: the database's revision."""

from __future__ import annotations

import click

from web.cli.application import application
from web.extensions import db as database
from web.migrations import current, newest, upgrade


@click.group()
def db() -> None:
    """Bring the database up to date, or say where it stands."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest revision; an empty one gets every table."""
    with application(may_be_old=True):
        before = current(database.engine)
        upgrade(database.engine)
        after = current(database.engine)
        click.echo(
            f"{_shown()}: {before or 'empty'} → {after}" if before != after else f"{_shown()}: at {after} already"
        )


@db.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Say at which revision the database is; exit status 1 when it is not the newest."""
    with application(may_be_old=True):
        have, want = current(database.engine), newest()
        click.echo(f"{_shown()}: {'empty' if have is None else f'revision {have}'}, newest {want}")
        ctx.exit(0 if have == want else 1)


def _shown() -> str:
    """The database's address without its password."""
    return database.engine.url.render_as_string(hide_password=True)
