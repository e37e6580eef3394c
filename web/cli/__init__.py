"""`dongcai`: the command line. Commands are imported when they are called, so that `--help` answers at once."""

from __future__ import annotations

import importlib
import sys

import click

from web.cli.collector import paused

_COMMANDS = {
    "serve": ("web.cli.serve", "Serve the pages, with jobs and search behind them."),
    "db": ("web.cli.db", "Bring the database up to date, or say where it stands."),
    "seed": ("web.cli.seed", "Load the reference data: places, disciplines, industries, programmes."),
    "demo": ("web.cli.demo", "Load invented organisations, needs, experts and sign-ins."),
    "administrator": ("web.cli.administrator", "Make the first administrator of an installation."),
    "index": ("web.cli.index", "Compare the search index with the records, or rebuild it."),
    "audit": ("web.cli.audit", "Check that nobody has changed the audit trail."),
    "keys": ("web.cli.keys", "Make a key for personal data, or encrypt everything anew."),
    "policy": ("web.cli.policy", "List the rules of policy, or check one pairing against them."),
    "match": ("web.cli.match", "Rank experts for needs, from files."),
    "explain": ("web.cli.explain", "Say why, or why not, for one need and one expert."),
    "evaluate": ("web.cli.evaluate", "Measure the ranking on judged needs."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' one-line helps and imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a user meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's object, or None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        with paused():
            module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list under "Commands", without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dongcai")
def cli() -> None:
    """Dongcai 东才西用: match eastern experts to western China's needs, with reasons."""


def main() -> None:
    """Entry point: errors that the engine raises on purpose become one message and exit status 2."""
    try:
        status = cli.main(standalone_mode=False)
        if isinstance(status, int) and status:  # a command ends with a status by `ctx.exit`
            sys.exit(status)
    except click.exceptions.Abort:
        click.echo("Stopped; no file was written.", err=True)
        sys.exit(130)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, say) has gone; Python would complain at exit
        sys.exit(141)
    except Exception as error:
        _say_or_raise(error)


def _say_or_raise(error: Exception) -> None:
    from matcher.errors import MatcherError
    from web.services.demo_lines import SeedError
    from web.services.errors import ServiceError

    if not isinstance(error, (MatcherError, OSError, SeedError, ServiceError)):
        raise error
    click.echo(f"Error: {error}", err=True)
    sys.exit(2)
