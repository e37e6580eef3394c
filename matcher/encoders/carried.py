"""Vectors that travel with a set of texts, so that a machine which has never encoded them need not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

Kept = dict[bytes, npt.NDArray[np.float16]]


def read_carried(path: Path, fingerprint: str) -> Kept:
    """The file's vectors by content key; none when another encoder made them. Raises OSError where there is no file."""
    with np.load(path, allow_pickle=False) as arrays:
        if str(arrays["encoder"]) != fingerprint:
            return {}
        return {key.tobytes(): vector for key, vector in zip(arrays["keys"], arrays["vectors"], strict=True)}


def write_carried(path: Path, fingerprint: str, vectors: Mapping[bytes, npt.NDArray[np.float16]]) -> None:
    """Writes vectors `(dim,)` by their 16-byte content keys, sorted, so that the same set gives the same file."""
    keys = sorted(vectors)
    np.savez_compressed(
        path,
        encoder=np.array(fingerprint),
        keys=np.array([np.frombuffer(key, np.uint8) for key in keys]),
        vectors=np.stack([vectors[key] for key in keys]),
    )
