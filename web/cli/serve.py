"""`dongcai serve`: the service itself."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import click

from web.cli.application import application, require_newest, seed_option
from web.extensions import db
from web.migrations import upgrade
from web.services.demo_people import PASSWORD, PEOPLE, is_loaded
from web.serving import serve as run


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 is every one.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--prepare", is_flag=True, help="First bring the database up to date; fill an empty one with the demo.")
@click.option("--behind-proxy", is_flag=True, help="A proxy in front sets X-Forwarded-For, -Proto and -Host.")
@seed_option
def serve(host: str, port: int, prepare: bool, behind_proxy: bool, seed_data: Path) -> None:
    """Serve the pages, with jobs and search behind them. SQLite, jobs and mail are kept in $DONGCAI_VAR_DIR (var)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("huey", "alembic", "faiss.loader", "sentence_transformers"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    with application(may_be_old=prepare) as app:
        if prepare:
            _prepare(seed_data)
        app.config["IS_DEMO"] = is_loaded(db.session)
    gc.freeze()  # what is there now stays: the collector need not look at it again
    if app.config["IS_DEMO"]:
        _show_sign_ins()
    run(app, host=host, port=port, is_behind_proxy=behind_proxy, say=click.echo)


def _prepare(seed_data: Path) -> None:
    upgrade(db.engine)
    require_newest()
    if _is_empty():
        from web.cli.demo import load_all

        load_all(seed_data)
    db.session.rollback()


def _is_empty() -> bool:
    from sqlalchemy import select

    from models import User

    return db.session.scalar(select(User.id).limit(1)) is None


def _show_sign_ins() -> None:
    click.echo(f"仅演示数据有这些账号，密码都是 {PASSWORD} · sign-ins of the demo data only, all with this password:")
    for person in PEOPLE:
        click.echo(f"  {person.email:<44} {person.zh} · {person.en}")
