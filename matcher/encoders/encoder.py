"""An encoder as the engine sees it: texts in, float32 vectors out, through the cache, loaded on first need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np

from matcher.encoders.cache import VectorCache
from matcher.encoders.remembering import HalfVectors, Progress, Remembering, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Side = Literal["query", "passage"]


class Encoder:
    """Wraps one sentence-transformers model, loaded only when a text is not in the cache. Threads may share one.

    `fingerprint` names the model, so that the cache never hands out another one's vectors.
    """

    def __init__(
        self, *, fingerprint: str, load: Callable[[], SentenceTransformer], cache: VectorCache | None = None
    ) -> None:
        self.fingerprint = fingerprint
        self._load, self._loading, self._cache = load, Lock(), cache
        self._model: SentenceTransformer | None = None
        self._sides: dict[Side, Remembering] = {
            side: Remembering(fingerprint, side, cache, self._running(side)) for side in ("query", "passage")
        }

    @property
    def model(self) -> SentenceTransformer:
        """The sentence-transformers model. Raises EncoderUnavailableError when it cannot be loaded."""
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def remember(self, vectors: Mapping[bytes, HalfVectors]) -> None:
        """Keeps vectors that this encoder made elsewhere, by content key; those that the cache has stay as they are."""
        if self._cache is not None and vectors:
            known = self._cache.get(sorted(vectors))
            self._cache.put({key: vector for key, vector in vectors.items() if key not in known})

    def queries(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = True) -> Vectors:
        """Query-side vectors, shape `(len(texts), dim)`. `keep` False leaves the cache as it is."""
        return self._sides["query"].encode(texts, progress, keep=keep)

    def passages(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = True) -> Vectors:
        """Passage-side vectors, shape `(len(texts), dim)`; `keep` as for `queries`."""
        return self._sides["passage"].encode(texts, progress, keep=keep)

    def _running(self, side: Side) -> Callable[[list[str]], HalfVectors]:
        def run(texts: list[str]) -> HalfVectors:
            # No lock: a forward pass changes nothing, and a text being typed need not wait for a batch of passages.
            encode = self.model.encode_query if side == "query" else self.model.encode_document
            vectors = encode(texts, batch_size=len(texts), show_progress_bar=False)
            return np.asarray(vectors, np.float32).astype(np.float16)

        return run
