"""`dongcai match`: rank experts for needs, from files, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click
from rich.console import Console

from matcher.records import FORMATS, write_rows
from web.cli.options import encoder_option, files_options, lang_option, settings_for
from web.cli.reporting import print_ranking, reporter, say_what_was_left
from web.presenters import Lang, records, sheet_rows
from web.services.matching import prepare, rank, read_input


@click.command()
@files_options
@click.option("--top", default=10, show_default=True, type=click.IntRange(min=0), help="Experts per need; 0 gives all.")
@click.option(
    "--format", "fmt", type=click.Choice(["table", *FORMATS]), help="Default: what --out ends in, else table."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here, whole or not at all.")
@click.option("--show-excluded", is_flag=True, help="Also list who was excluded, by which rule.")
@click.option("--skip-invalid", is_flag=True, help="Go on without the invalid rows, and say which.")
@encoder_option
@lang_option
def match(
    needs: Path,
    experts: Path,
    top: int,
    fmt: str | None,
    out: Path | None,
    show_excluded: bool,
    skip_invalid: bool,
    encoder: str | None,
    lang: str,
) -> None:
    """Rank the experts of one file for the needs of another, with reasons."""
    language = cast(Lang, lang)
    fmt = _format(fmt, out)
    given = read_input(needs, experts, skip_invalid=skip_invalid)
    say_what_was_left(given)
    report = reporter(language)
    engine, pool = prepare(settings_for(encoder), given, report)
    rankings = rank(engine, pool, given.needs, top=top, show_excluded=show_excluded, report=report)
    need_by_id, expert_by_id = {need.id: need for need in given.needs}, {e.id: e for e in given.experts}
    if fmt == "table":
        console = Console(emoji=False)  # a text's :on: is not a picture
        for ranking in rankings:
            print_ranking(console, ranking, need_by_id[ranking.need_id], expert_by_id, language)
    elif fmt == "jsonl":
        write_rows(records(rankings), out, fmt)
    else:
        write_rows(sheet_rows(rankings, need_by_id, expert_by_id, language), out, fmt)


def _format(fmt: str | None, out: Path | None) -> str:
    ending = out.suffix.lower().lstrip(".") if out else ""
    fmt = fmt or (ending if ending in FORMATS else None) or ("table" if out is None else None)
    if fmt is None:
        raise click.UsageError(f"--out {out}: give --format, or a name that ends in .{', .'.join(FORMATS)}")
    if fmt == "table" and out is not None:
        raise click.UsageError("--format table is for the terminal; with --out give jsonl, csv or xlsx")
    if fmt == "xlsx" and out is None:
        raise click.UsageError("--format xlsx needs --out FILE")
    return fmt
