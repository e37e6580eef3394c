"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from matcher.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)


def files_options(command: Command) -> Command:
    """--needs and --experts."""
    command = click.option(
        "--experts", required=True, type=_FILE, help="Experts: .jsonl, .csv (UTF-8 or GB18030) or .xlsx."
    )(command)
    return click.option("--needs", required=True, type=_FILE, help="Needs: .jsonl, .csv (UTF-8 or GB18030) or .xlsx.")(
        command
    )


def encoder_option(command: Command) -> Command:
    """--encoder, which else comes from DONGCAI_ENCODER."""
    return click.option(
        "--encoder",
        help="builtin, e5-use, or any sentence-transformers name or folder. Default: $DONGCAI_ENCODER, else builtin.",
    )(command)


def lang_option(command: Command) -> Command:
    """--lang, the language of what is shown."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="zh",
        envvar="DONGCAI_LANG",
        show_default=True,
        help="Language of tables, sheets and reasons.",
    )(command)


def settings_for(encoder: str | None) -> Settings:
    """Settings from the environment, with the option where it was given."""
    return Settings() if encoder is None else Settings(encoder=encoder)
