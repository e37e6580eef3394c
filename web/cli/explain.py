"""`dongcai explain`: why, or why not, for one need and chosen experts."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from matcher.errors import UnknownChoiceError
from web.cli.options import encoder_option, files_options, lang_option, settings_for
from web.cli.reporting import reporter, say_what_was_left
from web.presenters import Lang
from web.reasons import explanation_lines
from web.services.matching import prepare, read_input


@click.command()
@files_options
@click.option("--need", "need_id", required=True, help="The need's id.")
@click.option(
    "--expert", "expert_ids", required=True, multiple=True, help="An expert's id; may be given several times."
)
@click.option("--skip-invalid", is_flag=True, help="Go on without the invalid rows.")
@encoder_option
@lang_option
def explain(
    needs: Path,
    experts: Path,
    need_id: str,
    expert_ids: tuple[str, ...],
    skip_invalid: bool,
    encoder: str | None,
    lang: str,
) -> None:
    """Say why an expert ranks where it does for a need, or which rule excludes it."""
    language = cast(Lang, lang)
    given = read_input(needs, experts, skip_invalid=skip_invalid)
    say_what_was_left(given)
    need = next((need for need in given.needs if need.id == need_id), None)
    if need is None:
        raise UnknownChoiceError("need", need_id, tuple(need.id for need in given.needs[:10]))
    experts_by_id = {expert.id: expert for expert in given.experts}
    for expert_id in expert_ids:
        if expert_id not in experts_by_id:
            raise UnknownChoiceError("expert", expert_id, tuple(list(experts_by_id)[:10]))
    engine, pool = prepare(settings_for(encoder), given, reporter(language))
    for number, expert_id in enumerate(expert_ids):
        if number:
            click.echo("\n" + "─" * 40 + "\n")
        explanation = engine.explain(need, pool, expert_id)
        if explanation is None:
            click.echo("专家材料没有可匹配的文字" if lang == "zh" else "The profile has no text to rank.")
            continue
        for line in explanation_lines(explanation, need, experts_by_id[expert_id], language):
            click.echo(line)
