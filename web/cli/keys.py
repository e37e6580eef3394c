"""`dongcai keys`: a new key for personal data."""

from __future__ import annotations

import click

from models.database import writing
from models.encryption import new_key
from web.cli.application import application
from web.extensions import db
from web.services.data_keys import encrypt_anew


@click.group()
def keys() -> None:
    """Make a key for personal data, or write everything anew under the first one."""


@keys.command()
def new() -> None:
    """Print a fresh key, to be put in front of DONGCAI_DATA_KEYS or of var/data.keys."""
    click.echo(new_key().decode())


@keys.command()
@click.option("--digests", is_flag=True, help="Also write anew what finds a sign-in address; only with one key left.")
def rotate(digests: bool) -> None:
    """Encrypt all personal data anew under the first key; afterwards the other keys open nothing any more.

    The last key also makes the digests by which a sign-in address is found. To drop that key too, stop the service,
    leave the new key alone, and run this once more with --digests.
    """
    with application() as app, writing():
        known = app.config["SETTINGS"].kept_data_keys()
        if digests and len(known) > 1:
            raise click.ClickException("--digests needs the new key alone; first rotate, then take the others out")
        count = encrypt_anew(
            db.session, digests=digests, progress=lambda table, rows: click.echo(f"{table:<20} {rows}")
        )
    click.echo(f"{count} rows are encrypted under the first of {len(known)} keys")
