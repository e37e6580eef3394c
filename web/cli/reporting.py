"""Progress and tables on a terminal. Results go to standard output, everything else to standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from matcher.types import Expert, Need, Ranking
from web.presenters import BANDS, EXCLUDED, Lang, links_text, parts_text, quote, rules_text
from web.services.matching import Input, Reporter

STEPS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"background": "准备参照文本", "experts": "编码专家材料", "needs": "编码需求", "ranking": "匹配排序"},
    "en": {
        "background": "Background sample",
        "experts": "Encoding experts",
        "needs": "Encoding needs",
        "ranking": "Ranking",
    },
}
_COLUMNS: Mapping[Lang, tuple[str, ...]] = {
    "zh": ("#", "专家", "匹配度", "依据（需求 → 专家材料）"),
    "en": ("#", "Expert", "Fit", "Evidence (need → the expert's text)"),
}


def reporter(lang: Lang) -> Reporter:
    """A progress bar per step, shown only once there is something to wait for, and only on a terminal."""
    console = Console(stderr=True)

    @contextmanager
    def report(step: str) -> Iterator[Callable[[int, int], None]]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(STEPS[lang][step], total=None, visible=False)
            yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)

    return report


def print_ranking(console: Console, ranking: Ranking, need: Need, experts: Mapping[str, Expert], lang: Lang) -> None:
    """One need as a table for people."""
    console.print(f"\n[bold]{escape(need.id)}[/bold]  {escape(need.title or need.problem[:60])}", soft_wrap=True)
    if not ranking.matches:
        console.print("没有符合条件的专家。" if lang == "zh" else "No expert is eligible.")
    else:
        console.print(_table(ranking, experts, lang))
    for exclusion in ranking.exclusions:
        who = _who(experts[exclusion.expert_id])
        console.print(f"  {EXCLUDED[lang]}  {escape(who)}  {escape(rules_text(exclusion.rules, lang))}", soft_wrap=True)


def _who(expert: Expert) -> str:
    return " ".join(text for text in (expert.name or expert.id, expert.title, expert.institution) if text)


def _table(ranking: Ranking, experts: Mapping[str, Expert], lang: Lang) -> Table:
    table = Table(show_lines=True)
    for heading in _COLUMNS[lang]:
        table.add_column(heading, overflow="fold")  # Chinese has no spaces to break at
    for match in ranking.matches:
        reasons = [escape(links_text(match.evidence)), f"[dim]{escape(quote(match.evidence[0]))}[/dim]"]
        unknown = tuple(rule for rule in match.rules if rule.outcome == "unknown")
        if unknown:
            reasons.append(escape(rules_text(unknown, lang)))
        fit = f"{BANDS[lang][match.band]} {match.score:.2f}\n[dim]{escape(parts_text(match, lang))}[/dim]"
        who = f"{escape(_who(experts[match.expert_id]))}\n[dim]{escape(match.expert_id)}[/dim]"
        table.add_row(str(match.rank), who, fit, "\n".join(reason for reason in reasons if reason))
    return table


def say_what_was_left(given: Input) -> None:
    """Names on standard error every row that was skipped and every column that was ignored."""
    for problem in given.problems:
        click.echo(f"skipped: {problem}", err=True)
    if given.problems:
        kept = f"{len(given.needs)} needs and {len(given.experts)} experts"
        click.echo(f"skipped rows with {len(given.problems)} problems; going on with {kept}", err=True)
    for column in given.ignored:
        click.echo(f"ignored: {column} (not a known field)", err=True)
