"""An encoder as the engine sees it: texts in, float32 vectors out, through the cache, loaded on first need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from matcher.encoders.cache import VectorCache, content_key

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Side = Literal["query", "passage"]
Progress = Callable[[int, int], None]
"""Called with (texts encoded, texts to encode)."""

CHUNK = 256


class Encoder:
    """Wraps one sentence-transformers model, loaded only when a text is not in the cache.

    `fingerprint` names the model and its weights; `blocks` are the widths of the unit vectors that one vector is
    made of (one block for an ordinary model), `(dim,)` in sum.
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
        # Longest first: chunks hold texts of like length, and too long a batch shows itself at once.
        order = sorted(missing, key=lambda key: (-len(missing[key]), key))
        for start in range(0, len(order), CHUNK):
            part = order[start : start + CHUNK]
            fresh = dict(zip(part, self._run([missing[key] for key in part], side), strict=True))
            if self._cache:
                self._cache.put(fresh)
            known |= fresh
            if progress:
                progress(start + len(part), len(order))
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _run(self, texts: list[str], side: Side) -> npt.NDArray[np.float16]:
        encode = self.model.encode_query if side == "query" else self.model.encode_document
        return np.asarray(encode(texts, batch_size=32, show_progress_bar=False), np.float32).astype(np.float16)
