from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
from click.testing import CliRunner

from matcher.encoders import VectorCache, open_encoder, phrase_encoder, ranker_profile_name
from matcher.errors import EncoderUnavailableError
from web.cli import cli

TEXTS = ["枸杞黑果病", "wolfberry anthracnose", "枸杞 wolfberry"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "wolf", "##berry", "anthracnose", *"枸杞黑果病风电"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model: BERT of 2 layers with random weights, mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    home = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
    ).save_pretrained(home / "bert")
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **marks).save_pretrained(home / "bert")
    network = Transformer(str(home / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[network, Pooling(32, "mean")]).save(str(home / "model"))
    return home / "model"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model hub can be reached; the library reads the variable only on import."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


def copied(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


def test_a_folder_gives_the_vectors_of_the_model_in_it(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder, model = open_encoder(str(folder)), SentenceTransformer(str(folder))
    assert encoder.passages(TEXTS).shape == (3, 32)
    assert encoder.passages(TEXTS) == pytest.approx(model.encode_document(TEXTS), abs=2e-3)  # half precision
    assert encoder.queries(TEXTS) == pytest.approx(model.encode_query(TEXTS), abs=2e-3)
    assert len(np.unique(encoder.passages(TEXTS), axis=0)) == 3


def test_a_copy_of_a_model_has_its_fingerprint_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    assert open_encoder(str(copied(folder, tmp_path / "copy"))).fingerprint == open_encoder(str(folder)).fingerprint


def test_the_fingerprint_changes_with_a_single_byte_of_the_weights_even_at_the_same_time(
    folder: Path, tmp_path: Path
) -> None:
    other = copied(folder, tmp_path / "other")
    weights = next(other.rglob("model.safetensors"))
    times, data = weights.stat().st_mtime_ns, bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    os.utime(weights, ns=(times, times))
    assert open_encoder(str(other)).fingerprint != open_encoder(str(folder)).fingerprint


def test_the_fingerprint_changes_when_a_large_weight_file_is_replaced_by_one_of_its_size(
    folder: Path, tmp_path: Path
) -> None:
    other = copied(folder, tmp_path / "other")
    large = other / "large.bin"
    large.write_bytes(bytes(2 << 20))
    os.utime(large, ns=(1, 1))
    before = open_encoder(str(other)).fingerprint
    large.write_bytes(bytes(2 << 20))
    assert open_encoder(str(other)).fingerprint != before


def test_vectors_of_one_model_are_not_taken_for_those_of_another(folder: Path, tmp_path: Path) -> None:
    cache, other = VectorCache(tmp_path), copied(folder, tmp_path / "other")
    (other / "extra.txt").write_text("another model")
    first, second = open_encoder(str(folder), cache), open_encoder(str(other), cache)
    first.passages(TEXTS)
    second.passages(TEXTS)
    assert second._model is not None  # it had to encode them itself
    again = open_encoder(str(folder), cache)
    assert np.array_equal(again.passages(TEXTS), first.passages(TEXTS))
    assert again._model is None


def test_each_encoder_has_a_fingerprint_and_the_ranker_profile_of_its_kind(folder: Path) -> None:
    names = ["builtin", "e5-use", str(folder), "some/model", "some/other-model"]
    assert len({open_encoder(name).fingerprint for name in names}) == len(names)
    assert [ranker_profile_name(name) for name in names] == ["builtin", *["generic"] * 4]


def test_phrases_are_compared_by_the_model_of_a_folder_itself(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    assert np.array_equal(phrase_encoder(str(folder), encoder)(TEXTS), encoder.passages(TEXTS))


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder", "~/no-such-folder", "", "  "])
def test_a_folder_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(EncoderUnavailableError) as refused:
        open_encoder(name)
    assert repr(name) in str(refused.value)


def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match=r"no modules\.json, no config\.json") as refused:
        open_encoder(str(tmp_path))
    assert str(tmp_path) in str(refused.value)


def test_a_folder_whose_model_is_damaged_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    other = copied(folder, tmp_path / "other")
    weights = next(other.rglob("model.safetensors"))
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(EncoderUnavailableError) as refused:
        open_encoder(str(other)).queries(TEXTS)
    assert str(other) in str(refused.value)


@pytest.mark.usefixtures("offline")
def test_a_hub_model_that_cannot_be_reached_is_refused_by_name_and_nothing_takes_its_place() -> None:
    with pytest.raises(EncoderUnavailableError, match="'no-such/model' cannot be loaded") as refused:
        open_encoder("no-such/model").queries(TEXTS)
    assert "builtin" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_match_ranks_with_the_model_of_a_folder(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONGCAI_CACHE_DIR", str(tmp_path / "cache"))
    needs, experts = tmp_path / "needs.jsonl", tmp_path / "experts.jsonl"
    needs.write_text(json.dumps({"id": "n1", "title": "枸杞黑果病"}), "utf-8")
    rows = [{"id": "e1", "bio": "wolfberry anthracnose"}, {"id": "e2", "bio": "风电"}]
    experts.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    args = ["match", "--needs", needs, "--experts", experts, "--encoder", folder, "--format", "jsonl"]
    result = CliRunner().invoke(cli, [str(arg) for arg in args], catch_exceptions=False)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["need"], line["rank"]) for line in lines] == [("n1", 1), ("n1", 2)]
    assert {line["expert"] for line in lines} == {"e1", "e2"}
