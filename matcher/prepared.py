"""A need as the engine compares it: everything that depends on no expert, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.fusion import Spread
from matcher.types import Need

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class PreparedNeed:
    """A need with its text, its query vector `(dim,)`, where that vector's scores lie, its words and concepts."""

    need: Need
    text: str
    query: Vector
    spread: Spread
    words: tuple[str, ...]
    concepts: tuple[int, ...]
