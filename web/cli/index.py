"""`dongcai index`: the search index beside the records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from matcher.config import Settings
from matcher.opening import open_engine
from web.cli.application import application
from web.cli.progress import progress_bar
from web.extensions import db
from web.matching import matching
from web.services.index_health import Difference, differences, index_status
from web.services.index_reading import dim_of
from web.services.indexing import drain, rebuild


@click.group()
def index() -> None:
    """Compare the search index with the records, or rebuild it."""


@index.command()
def status() -> None:
    """Say how many records are indexed, by which encoder, and how many changes wait."""
    with application():
        state = index_status(db.session)
        click.echo(f"experts   {state.indexed_experts} of {state.experts} indexed, {state.passages} passages")
        click.echo(f"needs     {state.indexed_needs} of {state.needs} indexed")
        since = f", the oldest since {state.oldest_waiting:%Y-%m-%d %H:%M:%S} UTC" if state.oldest_waiting else ""
        click.echo(f"waiting   {state.waiting} changes{since}")
        last = f"{state.last_indexed:%Y-%m-%d %H:%M:%S} UTC" if state.last_indexed else "never"
        click.echo(f"indexed   last {last}")
        in_use = matching().engine.encoder.fingerprint
        for encoder, count in sorted(state.by_encoder.items()):
            click.echo(f"encoder   {encoder}: {count} records{'' if encoder == in_use else f' (in use: {in_use})'}")


@index.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Name every difference between the records and the index; exit status 1 when there is one.

    Differences that a waiting change explains are counted, but are none: the server is about to settle them.
    """
    with application():
        engine = matching().engine
        found = list(differences(db.session, encoder=engine.encoder.fingerprint, dim=dim_of(engine)))
        state = index_status(db.session)
    wrong = [one for one in found if not one.is_waiting]
    for one in wrong:
        click.echo(_line(one))
    counts = Counter(one.fault.value for one in wrong)
    named = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
    click.echo(f"{state.indexed_experts} experts and {state.indexed_needs} needs indexed; {named or 'no difference'}")
    if len(found) > len(wrong):
        click.echo(f"{len(found) - len(wrong)} more are waiting to be indexed")
    ctx.exit(1 if wrong else 0)


def _line(one: Difference) -> str:
    detail = f"  {one.detail}" if one.detail else ""
    return f"{one.subject.value:<7} {one.code:<14} {one.fault.value.replace('_', ' ')}{detail}"


@index.command("rebuild")
@click.option("--without-cache", is_flag=True, help="Encode every text anew, even where its vector is in the cache.")
def rebuild_command(without_cache: bool) -> None:
    """Encode every record anew. Search goes on meanwhile, in this and in every other process."""
    with application(), TemporaryDirectory() as empty, progress_bar("编码 · encoding") as progress:
        engine = open_engine(Settings(cache_dir=Path(empty))) if without_cache else matching().engine
        count = rebuild(db.session, engine, progress=progress)
        drain(db.session, engine)  # what changed meanwhile
    click.echo(f"{count} records were indexed anew")
