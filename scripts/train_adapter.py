"""Trains what `matcher/data/adapter.npz` holds: how the built-in encoder learned needs, science and English.

python -m scripts.train_adapter --teacher sentence-transformers/all-mpnet-base-v2 --nsfc nsfc_codes.jsonl \
    --csl csl_dev.tsv --dblp dblp.npz --epochs 4

Losses, all over cosines of one batch (temperature 0.03 where contrastive, InfoNCE of arXiv:1807.03748):
a need against its Chinese work and against its English work, with every other work of both languages and public
abstracts as wrong answers; Chinese against English work; a title against a work of the other language; a term against
its English or scientific name; and the similarities among English texts against an English teacher's (as in
distillation, arXiv:1503.02531). Half of the batches hold one field only: its neighbours are the hard wrong answers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from torch.nn import functional

from matcher.lexical import builtin_term_bank
from scripts.held_out import triples
from scripts.low_rank import Student

ROOT = Path(__file__).parents[1]
BATCH, TERMS, ZH_EXTRA, EN_EXTRA, TITLES = 48, 48, 16, 18, 20
TEMPERATURE = 0.03
Item = dict[str, Any]


@dataclass
class Corpus:
    """Everything that is learned from; `teacher` gives the English teacher's unit vectors of texts."""

    items: list[Item]
    pairs: list[tuple[str, str]]
    chinese: list[list[str]]
    english: list[str]
    teacher: dict[str, torch.Tensor]


def zh_work(item: Item) -> str:
    """The Chinese work as one passage."""
    return f"{item['zh_title']}。{'、'.join(item['zh_keywords'])}。{item['zh_text']}"


def en_work(item: Item) -> str:
    """The English work as one passage."""
    return f"{item['en_title']}. {', '.join(item['en_keywords'])}. {item['en_text']}"


def a_form(item: Item, language: str, rng: np.random.Generator) -> str:
    """The work as people enter it: whole, or only some of its fields."""
    title, text, words = (item[f"{language}_{field}"] for field in ("title", "text", "keywords"))
    stop, comma = ("。", "、") if language == "zh" else (". ", ", ")
    whole = zh_work(item) if language == "zh" else en_work(item)
    return str(rng.choice([whole, title + stop + text, title + stop + comma.join(words), text, title]))


def load_corpus(nsfc: Path, csl: Path, dblp: Path, teacher: str) -> Corpus:
    """Reads the files and asks the teacher once for every English text."""
    from sentence_transformers import SentenceTransformer

    items = triples(held_out=False)
    fields = [json.loads(line) for line in nsfc.open("r", encoding="utf-8")]
    pairs = [(field["name"], field["name_en"]) for field in fields]
    for concept in builtin_term_bank().concepts:
        pairs += [(name, concept.en[0]) for name in concept.zh] + [(name, concept.zh[0]) for name in concept.zh[1:]]
    english = [str(text) for text in np.load(dblp, allow_pickle=True)["T"]]  # our own copy of a published file
    texts = [*map(en_work, items), *english]
    vectors = SentenceTransformer(teacher).encode(texts, convert_to_tensor=True, normalize_embeddings=True)
    chinese = [line.split("\t") for line in csl.read_text("utf-8").splitlines()[1:]]
    return Corpus(items, pairs, chinese, english, dict(zip(texts, vectors.float().cpu(), strict=True)))


def batches(items: list[Item], rng: np.random.Generator) -> list[list[Item]]:
    """Half of each source in batches of its own, the rest mixed; a remainder that fills no batch waits an epoch."""
    mixed: list[Item] = []
    made: list[list[Item]] = []
    for source in sorted({item["source"] for item in items}):
        own = [items[i] for i in rng.permutation(len(items)) if items[i]["source"] == source]
        half = len(own) // 2 // BATCH * BATCH
        made += [own[start : start + BATCH] for start in range(0, half, BATCH)]
        mixed += own[half:]
    mixed = [mixed[i] for i in rng.permutation(len(mixed))]
    made += [mixed[start : start + BATCH] for start in range(0, len(mixed) - BATCH + 1, BATCH)]
    return [made[i] for i in rng.permutation(len(made))]


def info_nce(similarity: torch.Tensor, right: torch.Tensor, left_out: torch.Tensor | None = None) -> torch.Tensor:
    """Cross-entropy of the right column; `left_out` (same shape, bool) hides columns that are right too."""
    logits = similarity / TEMPERATURE
    return functional.cross_entropy(logits if left_out is None else logits.masked_fill(left_out, -1e9), right)


def loss_of(student: Student, batch: list[Item], corpus: Corpus, rng: np.random.Generator) -> torch.Tensor:
    """The weighted sum of all losses for one batch."""
    n = len(batch)
    terms = [corpus.pairs[i] for i in rng.integers(0, len(corpus.pairs), TERMS)]
    papers = [corpus.chinese[i] for i in rng.integers(0, len(corpus.chinese), ZH_EXTRA)]
    extra = [f"{p[0]}。{p[2].replace('_', '、')}" if rng.random() < 0.6 else p[1] for p in papers]
    english = [corpus.english[i] for i in rng.choice(len(corpus.english), EN_EXTRA, replace=False)]
    from_english = bool(rng.random() < 0.5)
    titles = [item["en_title" if from_english else "zh_title"] for item in batch[:TITLES]]
    needs = student([item["need_zh"] for item in batch], "query", 96)
    zh = student([a_form(item, "zh", rng) for item in batch], "passage", 100)
    en = student([a_form(item, "en", rng) for item in batch], "passage", 100)
    others = student(extra, "passage", 96)
    abstracts = student(english, "passage", 112)
    folk, names = student([a for a, _ in terms], "query", 32), student([b for _, b in terms], "passage", 32)
    right = torch.arange(n)
    scores = needs @ torch.cat([zh, en, others, abstracts]).T
    own = torch.eye(n, dtype=torch.bool)
    rest = torch.zeros(n, scores.shape[1] - 2 * n, dtype=torch.bool)
    loss = info_nce(scores, right, torch.cat([torch.zeros_like(own), own, rest], 1))
    loss = loss + info_nce(scores, n + right, torch.cat([own, torch.zeros_like(own), rest], 1))
    loss = loss + 0.2 * (info_nce(zh @ en.T, right) + info_nce(en @ zh.T, right))
    loss = loss + 0.4 * info_nce(folk @ names.T, torch.arange(TERMS))
    loss = loss + 0.3 * info_nce(student(titles, "query", 48) @ (zh if from_english else en).T, right[: len(titles)])
    known = torch.stack([corpus.teacher[text] for text in [*map(en_work, batch), *english]])
    return loss + 0.6 * teacher_loss(torch.cat([en, abstracts]), known)


def teacher_loss(ours: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """KL divergence between each text's similarities to the others: ours (at 0.05) against the teacher's (at 0.07)."""
    itself = 10 * torch.eye(len(ours))
    said = functional.log_softmax((ours @ ours.T - itself) / 0.05, 1)
    return functional.kl_div(said, functional.softmax((known @ known.T - itself) / 0.07, 1), reduction="batchmean")


def steps(corpus: Corpus, epochs: int, rng: np.random.Generator) -> Iterator[list[Item]]:
    """All batches of all epochs."""
    for _ in range(epochs):
        yield from batches(corpus.items, rng)


@click.command()
@click.option("--teacher", required=True, help="An English sentence-transformers model, name or folder.")
@click.option("--nsfc", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--csl", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dblp", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--epochs", default=4, show_default=True)
@click.option("--rate", default=5e-4, show_default=True, help="Peak learning rate.")
@click.option("--seed", default=7, show_default=True)
@click.option("--limit", type=int, help="Stop after so many steps (to try the script).")
@click.option("--out", default=ROOT / "matcher" / "data" / "adapter.npz", type=click.Path(path_type=Path))
def main(  # one parameter an option
    teacher: str, nsfc: Path, csl: Path, dblp: Path, epochs: int, rate: float, seed: int, limit: int | None, out: Path
) -> None:
    """Train and write the adapter; then run `build_background vectors` and `fit_ranker`."""
    torch.manual_seed(seed)
    corpus, student = load_corpus(nsfc, csl, dblp, teacher), Student()
    total = len(list(steps(corpus, epochs, np.random.default_rng(seed))))
    optimiser = torch.optim.AdamW(student.trained().values(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=total, pct_start=0.1)
    started, draws = time.monotonic(), np.random.default_rng(seed + 1)
    for number, batch in enumerate(steps(corpus, epochs, np.random.default_rng(seed)), 1):
        loss = loss_of(student, batch, corpus, draws)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.trained().values(), 1.0)
        optimiser.step()
        schedule.step()
        if number % 5 == 0 or number == limit:
            click.echo(f"step {number}/{total}  loss {loss.item():.3f}  {time.monotonic() - started:.0f} s")
        if number == limit:
            break
    student.export(out)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
