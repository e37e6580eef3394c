"""Makes `matcher/data/background.tsv` and its vectors for the built-in encoder.

python -m scripts.build_background texts --csl csl_dev.tsv --dblp dblp.npz   (only to choose the sample anew)
python -m scripts.build_background vectors                                    (after each change of the adapter)
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np

from matcher.background import background_texts, carried_mark
from matcher.config import BUILTIN
from matcher.encoders import open_encoder
from matcher.text import normalise
from matcher.types import LANGUAGES

ROOT = Path(__file__).parents[1]
DATA = ROOT / "matcher" / "data"
OWN, PUBLIC = 300, 250
"""Texts per language: our own training texts (the same specialities in both languages), and public abstracts."""


@click.group()
def main() -> None:
    """Make the background sample."""


@main.command()
@click.option("--csl", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dblp", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seed", default=5, show_default=True)
def texts(csl: Path, dblp: Path, seed: int) -> None:
    """Choose the texts."""
    rng = np.random.default_rng(seed)
    items = [json.loads(line) for path in sorted((ROOT / "seed_data/training").glob("*.jsonl")) for line in path.open()]
    own = [items[i] for i in rng.permutation(len(items))[:OWN]]
    papers = [line.split("\t") for line in csl.read_text("utf-8").splitlines()[1:]]
    abstracts = np.load(dblp, allow_pickle=True)["T"]  # our own copy of a published file
    rows = [("zh", "dongcai", f"{x['zh_title']}。{'、'.join(x['zh_keywords'])}。{x['zh_text']}") for x in own]
    rows += [("en", "dongcai", f"{x['en_title']}. {', '.join(x['en_keywords'])}. {x['en_text']}") for x in own]
    for i in rng.permutation(len(papers))[:PUBLIC]:
        title, abstract, keywords, _ = papers[i]
        rows.append(("zh", "csl", f"{title}。{keywords.replace('_', '、')}。{abstract}"))
    rows += [("en", "dblp", str(abstracts[i])) for i in rng.permutation(len(abstracts))[:PUBLIC]]
    lines = sorted(f"{language}\t{source}\t{normalise(text)[:900]}" for language, source, text in rows)
    (DATA / "background.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    click.echo(f"{len(lines)} texts")


@main.command()
def vectors() -> None:
    """Encode the texts with the built-in encoder, so that no user has to."""
    encoder = open_encoder(BUILTIN)
    arrays = {language: encoder.passages(background_texts()[language]).astype(np.float16) for language in LANGUAGES}
    np.savez_compressed(DATA / "background.npz", mark=np.array(carried_mark(encoder.fingerprint)), **arrays)
    click.echo(", ".join(f"{language} {array.shape}" for language, array in arrays.items()))


if __name__ == "__main__":
    main()
