"""`dongcai policy`: the rules that hold, and what they find for one pairing."""

from __future__ import annotations

import click
from sqlalchemy import select

from models import Pairing
from web.cli.application import application
from web.extensions import db
from web.services import policy as engine
from web.services.policy_views import published_chapters


@click.group()
def policy() -> None:
    """List the rules that hold, or check one pairing against them."""


@policy.command("list")
@click.option("--mode", default="", help="Only the rules for this mode, by its code.")
def list_command(mode: str) -> None:
    """List the published rules: code, version, severity, place, parameters."""
    with application():
        chapters = published_chapters(db.session)
        known = {chapter.mode.code for chapter in chapters if chapter.mode}
        if mode and mode not in known:
            raise click.BadParameter(f"there is no mode {mode!r}; there are {', '.join(sorted(known))}")
        rules = {rule.code: rule for chapter in chapters for rule in chapter.rules}
        shown = [rule for rule in rules.values() if not mode or not rule.modes or mode in rule.modes]
        for rule in shown:
            values = ", ".join(f"{name}={value}" for name, value in rule.parameters.items())
            place = rule.region_prefix or "all"
            click.echo(f"{rule.code:<24} v{rule.version:<3} {rule.severity.value:<9} {place:<7} {values}")
        click.echo(f"{len(shown)} rules")


@policy.command()
@click.argument("pairing")
@click.pass_context
def check(ctx: click.Context, pairing: str) -> None:
    """Say what every rule finds for the PAIRING (its code, say DJ2026-00001); exit status 1 when one forbids approval.

    Nothing is stored.
    """
    with application():
        row = db.session.scalar(select(Pairing).where(Pairing.code == pairing))
        if row is None:
            raise click.BadParameter(f"there is no pairing {pairing!r}")
        results = engine.look(db.session, row)
        for one in results:
            waived = " (waived)" if one.waiver is not None else ""
            name = f"{one.rule.code} v{one.rule.version}"
            click.echo(f"{one.outcome.value:<13} {one.severity.value:<9} {name:<28} {one.sentence.en}{waived}")
        stops = engine.stops(results)
        click.echo(f"{len(results)} rules, {len(stops)} forbid approval")
    ctx.exit(1 if stops else 0)
