"""`dongcai evaluate`: the ranking measured on judged needs, whole and with one part taken away at a time."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from matcher import evaluation
from matcher.evaluation import VARIANTS, Interval, Report, load_judged_set
from matcher.opening import open_engine
from matcher.pool import Pool
from web.cli.options import encoder_option, settings_for
from web.cli.reporting import reporter

DEFAULT_FOLDER = Path(__file__).parents[2] / "seed_data" / "judgements"


@click.command("evaluate")
@click.option(
    "--judgements",
    default=DEFAULT_FOLDER,
    show_default="seed_data/judgements",
    type=click.Path(path_type=Path),
    help="Folder with needs.jsonl, experts.jsonl, judgements.tsv, splits.tsv.",
)
@click.option(
    "--split",
    type=click.Choice(["test", "fit", "all"]),
    default="test",
    show_default=True,
    help="test: needs that no number was fitted on.",
)
@encoder_option
def evaluate(judgements: Path, split: str, encoder: str | None) -> None:
    """Print nDCG@10, MRR, Recall@50 and the expected calibration error (ECE), with 95 % bootstrap intervals."""
    judged = load_judged_set(judgements, split=None if split == "all" else split)
    report = reporter("en")
    with report("background") as progress:
        engine = open_engine(settings_for(encoder), progress)
    with report("experts") as progress:
        pool = Pool.build(judged.experts, engine.encoder, engine.bank, progress)
    reports = {name: evaluation.evaluate(engine, pool, judged, name) for name in VARIANTS}
    console = Console()
    console.print(f"{len(judged.needs)} needs (split: {split}), {len(judged.experts)} experts")
    console.print(f"encoder {engine.encoder.fingerprint}")
    console.print(_table(reports))
    console.print(_curve(reports["whole"]))


def _cell(interval: Interval) -> str:
    return f"{interval.mean:.3f} [dim]{interval.low:.2f}–{interval.high:.2f}[/dim]"


def _table(reports: dict[str, Report]) -> Table:
    table = Table("", "nDCG@10", "MRR", "Recall@50", "ECE")
    for name, report in reports.items():
        # A profile with a part taken away was not calibrated, so its error would say nothing.
        error = f"{report.calibration_error:.3f}" if name == "whole" else "–"
        table.add_row(name, _cell(report.ndcg10), _cell(report.mrr), _cell(report.recall50), error)
    return table


def _curve(report: Report) -> Table:
    table = Table("score shown", "share judged suitable", "pairs", title="Reliability (whole)")
    for said, true, count in report.curve:
        table.add_row(f"{said:.2f}", f"{true:.2f}", str(count))
    return table
