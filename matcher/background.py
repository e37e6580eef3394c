"""The fixed background sample: what a query's scores look like on texts that were not written for it.

The package carries `data/background.tsv` (language, source, text), so that a pool of three experts is normalised
like one of three thousand, and the same need and expert always get the same score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np
import numpy.typing as npt

from matcher.encoders import Encoder, Progress
from matcher.types import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Background:
    """Passage-side vectors of the sample, per language, each `(n, dim)`."""

    vectors: Mapping[Language, npt.NDArray[np.float32]]


@cache
def background_texts() -> dict[Language, tuple[str, ...]]:
    """The sample's texts per language."""
    texts: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for line in (files("matcher") / "data" / "background.tsv").read_text("utf-8").splitlines():
        language, _source, text = line.split("\t")
        texts[cast(Language, language)].append(text)
    return {language: tuple(rows) for language, rows in texts.items()}


def encode_background(encoder: Encoder, progress: Progress | None = None) -> Background:
    """The sample as this encoder sees it; the built-in encoder's vectors are carried by the package."""
    carried = _carried(encoder.fingerprint)
    if carried is not None:
        return Background(carried)
    texts = background_texts()
    vectors = encoder.passages([text for language in LANGUAGES for text in texts[language]], progress)
    middle = len(texts[LANGUAGES[0]])
    return Background({LANGUAGES[0]: vectors[:middle], LANGUAGES[1]: vectors[middle:]})


def carried_mark(fingerprint: str) -> str:
    """Names the encoder and the texts that carried vectors belong to; vectors with another mark are not used."""
    texts = (files("matcher") / "data" / "background.tsv").read_bytes()
    return f"{fingerprint} {hashlib.sha256(texts).hexdigest()[:12]}"


def _carried(fingerprint: str) -> dict[Language, npt.NDArray[np.float32]] | None:
    with (files("matcher") / "data" / "background.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        if str(arrays["mark"]) != carried_mark(fingerprint):
            return None
        return {language: arrays[language].astype(np.float32) for language in LANGUAGES}
