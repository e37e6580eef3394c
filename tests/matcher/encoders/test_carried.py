"""Vectors that travel with the demo's texts spare a machine the encoding, but only those of the same encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matcher.encoders.cache import VectorCache, content_key
from matcher.encoders.carried import read_carried, write_carried
from matcher.encoders.encoder import Encoder


def no_model() -> None:
    raise AssertionError("a text was encoded")


def test_carried_vectors_are_used_instead_of_encoding(tmp_path: Path) -> None:
    vector = np.arange(4, dtype=np.float16)
    write_carried(tmp_path / "v.npz", "e1", {content_key("e1", "passage", "枸杞"): vector})
    encoder = Encoder(fingerprint="e1", load=no_model, cache=VectorCache(tmp_path / "cache"))  # type: ignore[arg-type]  # never called
    encoder.remember(read_carried(tmp_path / "v.npz", "e1"))
    assert encoder.passages(["枸杞"]).tolist() == [[0, 1, 2, 3]]
    with pytest.raises(AssertionError, match="a text was encoded"):
        encoder.passages(["葡萄"])


def test_another_encoders_vectors_are_not_read(tmp_path: Path) -> None:
    write_carried(tmp_path / "v.npz", "e1", {bytes(16): np.zeros(4, np.float16)})
    assert read_carried(tmp_path / "v.npz", "e2") == {}
