"""`dongcai audit`: whether anybody has changed the audit trail."""

from __future__ import annotations

import click

from web.cli.application import application
from web.extensions import db
from web.services.audit_trail import verify as verify_trail


@click.group()
def audit() -> None:
    """Check the audit trail."""


@audit.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Name every edit, gap or loss in the audit trail; exit status 1 when there is one."""
    with application():
        count, faults = verify_trail(db.session)
    for fault in faults:
        click.echo(f"event {fault.number}: {fault.what}" if fault.number else fault.what)
    click.echo(f"{count} events; {f'{len(faults)} faults' if faults else 'the chain is whole'}")
    ctx.exit(1 if faults else 0)
