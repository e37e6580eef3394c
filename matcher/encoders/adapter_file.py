"""What `scripts/train_adapter.py` learned, as a file: low-rank updates of the first encoder and the last layer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[np.float32]]

NAME = "adapter.npz"


@cache
def adapter_checksum() -> str:
    """12 hexadecimal digits that name the learned numbers, part of the encoder's fingerprint."""
    return hashlib.sha256((files("matcher") / "data" / NAME).read_bytes()).hexdigest()[:12]


def read_adapter() -> Arrays:
    """The arrays: `<module>.up` (out, r) and `<module>.down` (r, in) per updated module of e5; `query.weight`,
    `query.bias`, `passage.weight`, `passage.bias` of the last layer, (384, 896) and (384,).
    """
    with (files("matcher") / "data" / NAME).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}
