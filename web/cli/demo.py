"""`dongcai demo`: an installation to look at, filled with invented records."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask_security import hash_password

from matcher.encoders.carried import read_carried
from models.database import writing
from web.cli.application import application, seed_option
from web.cli.collector import paused
from web.cli.progress import progress_bar
from web.extensions import db
from web.matching import matching
from web.services.demo import load_demo
from web.services.demo_people import is_loaded
from web.services.indexing import ask_for_missing, drain
from web.services.reference import load_reference


@click.group()
def demo() -> None:
    """Load invented organisations, needs, experts and sign-ins."""


@demo.command()
@seed_option
def load(seed_data: Path) -> None:
    """Load reference and demo data into an empty database, and index them. Does nothing where the demo is loaded."""
    with application():
        if is_loaded(db.session):
            click.echo("the demo data is loaded already")
        else:
            load_all(seed_data)


@paused()
def load_all(seed_data: Path) -> None:
    """Loads and indexes everything, inside an application context; says what, and shows how far it has come."""
    with writing():
        load_reference(db.session, seed_data)
        var_dir = current_app.config["SETTINGS"].var_dir
        loaded = load_demo(db.session, seed_data, hashed=hash_password, var_dir=var_dir)
        db.session.commit()
    click.echo(
        f"demo data: {loaded.organisations} organisations, {loaded.needs} needs, {loaded.experts} experts, "
        f"{loaded.pairings} pairings, {loaded.assignments} assignments"
    )
    engine = matching().engine
    with writing():
        ask_for_missing(db.session, engine.encoder.fingerprint)
        db.session.commit()
    carried = seed_data / "demo" / "vectors.npz"
    if carried.is_file():  # made by the built-in encoder; another one encodes for itself
        engine.encoder.remember(read_carried(carried, engine.encoder.fingerprint))
    with progress_bar("编码 · encoding") as progress:
        drain(db.session, engine, progress=progress, with_phrases=False)  # the server makes them ready
    matching().load_tasks(db.session)  # their vectors are in the cache then, and the server starts at once
