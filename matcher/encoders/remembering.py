"""Encoding through the cache: each text once, in batches of like length, nothing lost when it is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from matcher.encoders.cache import VectorCache, content_key

Vectors = npt.NDArray[np.float32]
HalfVectors = npt.NDArray[np.float16]
Kept = dict[bytes, HalfVectors]
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


class Remembering:
    """Encodes by `run` what the cache does not have. `side` keeps one encoder's ways of encoding a text apart."""

    def __init__(
        self, fingerprint: str, side: str, cache: VectorCache | None, run: Callable[[list[str]], HalfVectors]
    ) -> None:
        self._fingerprint, self._side, self._cache, self._run = fingerprint, side, cache, run

    def encode(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = True) -> Vectors:
        """Vectors in half precision, widened: `(len(texts), dim)`. `keep` False reads the cache but writes nothing."""
        if not texts:
            return np.zeros((0, 0), np.float32)
        keys = [content_key(self._fingerprint, self._side, text) for text in texts]
        known = self._cache.get(sorted(set(keys))) if self._cache else {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known |= self._encode_new(missing, progress, keep=keep)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _encode_new(self, missing: dict[bytes, str], progress: Progress | None, *, keep: bool) -> Kept:
        sizes = {key: estimated_tokens(text) for key, text in missing.items()}
        order = sorted(missing, key=lambda key: (-sizes[key], key))
        done: Kept = {}
        unsaved: Kept = {}
        try:
            for number, span in enumerate(batches([sizes[key] for key in order]), 1):
                keys = [order[place] for place in span]
                unsaved.update(zip(keys, self._run([missing[key] for key in keys]), strict=True))
                if number % KEEP_EVERY == 0:
                    done |= self._save(unsaved, keep=keep)
                    unsaved = {}
                if progress:
                    progress(span.stop, len(order))
        finally:  # Ctrl-C loses nothing either
            done |= self._save(unsaved, keep=keep)
        return done

    def _save(self, vectors: Kept, *, keep: bool) -> Kept:
        if self._cache and vectors and keep:
            self._cache.put(vectors)
        return vectors
