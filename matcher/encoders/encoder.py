"""An encoder as the engine sees it: texts in, float32 vectors out, through the cache, loaded on first need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from matcher.encoders.cache import VectorCache, content_key

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Kept = dict[bytes, npt.NDArray[np.float16]]
Side = Literal["query", "passage"]
Progress = Callable[[int, int], None]
"""Called with (texts encoded, texts to encode)."""

BATCH_TOKENS, BATCH_TEXTS = 2048, 64
"""Texts are encoded in batches of like length and about so many tokens: padding wastes little, caches stay warm."""
KEEP_EVERY = 8
"""Batches after which new vectors go to the cache."""


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has: 0.7 per Chinese character, 0.25 per other one, and 4."""
    wide = sum(char > "\u2e7f" for char in text)
    return int(0.7 * wide + 0.25 * (len(text) - wide)) + 4


def batches(sizes: Sequence[int]) -> Iterator[range]:
    """Ranges over texts sorted longest first, each of at most BATCH_TOKENS after padding and BATCH_TEXTS texts."""
    start = 0
    while start < len(sizes):
        count = min(max(BATCH_TOKENS // sizes[start], 1), BATCH_TEXTS, len(sizes) - start)
        yield range(start, start + count)
        start += count


class Encoder:
    """Wraps one sentence-transformers model, loaded only when a text is not in the cache.

    `fingerprint` names the model, so that the cache never hands out another one's vectors.
    """

    def __init__(
        self, *, fingerprint: str, load: Callable[[], SentenceTransformer], cache: VectorCache | None = None
    ) -> None:
        self.fingerprint = fingerprint
        self._load, self._cache = load, cache
        self._model: SentenceTransformer | None = None

    @property
    def model(self) -> SentenceTransformer:
        """The sentence-transformers model. Raises EncoderUnavailableError when it cannot be loaded."""
        if self._model is None:
            self._model = self._load()
        return self._model

    def queries(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Query-side vectors, shape `(len(texts), dim)`."""
        return self._encode(texts, "query", progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Passage-side vectors, shape `(len(texts), dim)`."""
        return self._encode(texts, "passage", progress)

    def _encode(self, texts: Sequence[str], side: Side, progress: Progress | None) -> Vectors:
        if not texts:
            return np.zeros((0, 0), np.float32)
        keys = [content_key(self.fingerprint, side, text) for text in texts]
        known = self._cache.get(sorted(set(keys))) if self._cache else {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known |= self._encode_new(missing, side, progress)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _encode_new(self, missing: dict[bytes, str], side: Side, progress: Progress | None) -> Kept:
        sizes = {key: estimated_tokens(text) for key, text in missing.items()}
        order = sorted(missing, key=lambda key: (-sizes[key], key))
        done: Kept = {}
        unsaved: Kept = {}
        try:
            for number, span in enumerate(batches([sizes[key] for key in order]), 1):
                keys = [order[place] for place in span]
                unsaved.update(zip(keys, self._run([missing[key] for key in keys], side), strict=True))
                if number % KEEP_EVERY == 0:
                    done |= self._keep(unsaved)
                    unsaved = {}
                if progress:
                    progress(span.stop, len(order))
        finally:  # Ctrl-C loses nothing either
            done |= self._keep(unsaved)
        return done

    def _keep(self, vectors: Kept) -> Kept:
        if self._cache and vectors:
            self._cache.put(vectors)
        return vectors

    def _run(self, texts: list[str], side: Side) -> npt.NDArray[np.float16]:
        encode = self.model.encode_query if side == "query" else self.model.encode_document
        return np.asarray(encode(texts, batch_size=len(texts), show_progress_bar=False), np.float32).astype(np.float16)
