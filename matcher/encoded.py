"""An expert as passages with their vectors: what a database keeps, so that a pool needs no encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.encoders import Encoder, Progress
from matcher.text import passages_of
from matcher.types import Expert, Passage

HalfVectors = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class EncodedExpert:
    """An expert, its passages in their order, and their vectors `(len(passages), dim)` in half precision.

    Raises ValueError when the passages are another expert's or the vectors are not one a passage.
    """

    expert: Expert
    passages: tuple[Passage, ...]
    vectors: HalfVectors

    def __post_init__(self) -> None:
        if any(passage.expert_id != self.expert.id for passage in self.passages):
            raise ValueError(f"expert {self.expert.id!r} was given passages of another expert")
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.passages):
            raise ValueError(
                f"expert {self.expert.id!r} has {len(self.passages)} passages but vectors of shape {self.vectors.shape}"
            )


def encode_experts(
    experts: Sequence[Expert], encoder: Encoder, progress: Progress | None = None
) -> tuple[EncodedExpert, ...]:
    """The experts cut into passages and encoded together (through the encoder's cache), in the order given."""
    cut = [passages_of(expert) for expert in experts]
    vectors = encoder.passages([passage.text for passages in cut for passage in passages], progress)
    half, encoded, start = vectors.astype(np.float16), [], 0
    for expert, passages in zip(experts, cut, strict=True):
        end = start + len(passages)
        encoded.append(EncodedExpert(expert, passages, half[start:end]))
        start = end
    return tuple(encoded)
