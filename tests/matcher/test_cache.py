import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.encoders.cache import FILE_NAME, VectorCache, VectorCacheError, content_key
from matcher.encoders.encoder import Encoder
from matcher.encoders.remembering import BATCH_TEXTS, BATCH_TOKENS, batches, estimated_tokens


def random_vectors(count: int, dim: int = 8) -> dict[bytes, npt.NDArray[np.float16]]:
    rows = np.random.default_rng(1).normal(size=(count, dim)).astype(np.float16)
    return {content_key("f", "passage", str(i)): row for i, row in enumerate(rows)}


class FakeModel:
    """Encodes a text as (its length, its first character, the side); keeps every batch that it was given."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[str]]] = []

    def encode_query(self, texts: Sequence[str], **_: object) -> npt.NDArray[np.float32]:
        return self._encode("query", texts)

    def encode_document(self, texts: Sequence[str], **_: object) -> npt.NDArray[np.float32]:
        return self._encode("passage", texts)

    def _encode(self, side: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.batches.append((side, list(texts)))
        return np.array([vector_of(side, text) for text in texts], np.float32)

    @property
    def encoded(self) -> list[tuple[str, str]]:
        return [(side, text) for side, texts in self.batches for text in texts]


def vector_of(side: str, text: str) -> list[float]:
    return [len(text), ord(text[0]) / 1024, float(side == "query")]


def encoder_with(model: FakeModel, cache: VectorCache | None, fingerprint: str = "fake-1") -> Encoder:
    return Encoder(fingerprint=fingerprint, load=lambda: model, cache=cache)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "made" / "on" / "demand")


def test_vectors_come_back_in_half_precision_as_they_were_put(cache: VectorCache) -> None:
    vectors = random_vectors(1201)
    cache.put(vectors)
    back = cache.get([*vectors, b"not there"])
    assert back.keys() == vectors.keys()
    assert all(back[key].dtype == np.float16 and (back[key] == vectors[key]).all() for key in vectors)


def test_an_empty_cache_has_nothing(cache: VectorCache) -> None:
    assert cache.get([b"key"]) == {}
    assert cache.get([]) == {}


def test_two_open_caches_share_one_file(tmp_path: Path) -> None:
    ours, theirs = VectorCache(tmp_path), VectorCache(tmp_path)
    vectors = random_vectors(4)
    (first, *_), (_, second, *_) = vectors, vectors
    ours.put({first: vectors[first]})
    theirs.put({second: vectors[second]})
    assert ours.get([*vectors]).keys() == theirs.get([*vectors]).keys() == {first, second}


def test_a_closed_cache_keeps_its_vectors_on_disk(tmp_path: Path) -> None:
    vectors = random_vectors(2)
    written = VectorCache(tmp_path)
    written.put(vectors)
    written.close()
    assert VectorCache(tmp_path).get([*vectors]).keys() == vectors.keys()


def test_a_vector_put_again_replaces_the_old_one(cache: VectorCache) -> None:
    cache.put({b"k": np.zeros(2, np.float16)})
    cache.put({b"k": np.ones(2, np.float16)})
    assert cache.get([b"k"])[b"k"].tolist() == [1.0, 1.0]


def test_keys_tell_encoders_sides_and_texts_apart() -> None:
    names = [(f, side, text) for f in ("e", "e2") for side in ("query", "passage") for text in ("", "a", "\ud800")]
    assert len({content_key(*name) for name in names}) == len(names)
    assert {len(content_key(*name)) for name in names} == {16}


def write_rubbish(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def write_other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vectors (id INTEGER, name TEXT)")
    connection.close()


@pytest.mark.parametrize("spoil", [write_rubbish, write_other_database, Path.mkdir])
def test_a_file_that_is_no_cache_is_refused_by_name(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / FILE_NAME
    spoil(path)
    with pytest.raises(VectorCacheError, match="DONGCAI_CACHE_DIR") as caught:
        VectorCache(tmp_path)
    assert str(path) in str(caught.value)


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VectorCacheError) as caught:
        VectorCache(tmp_path / "file")
    assert str(tmp_path / "file" / FILE_NAME) in str(caught.value)


def test_a_file_that_breaks_while_it_is_used_is_refused_by_name(tmp_path: Path) -> None:
    vectors = random_vectors(500, dim=64)
    written = VectorCache(tmp_path)
    written.put(vectors)
    written.close()
    content = bytearray(written.path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    written.path.write_bytes(content)
    broken = VectorCache(tmp_path)
    for use in (lambda: broken.get([*vectors]), lambda: broken.put(vectors)):
        with pytest.raises(VectorCacheError) as caught:
            use()
        assert str(written.path) in str(caught.value)


def test_each_distinct_text_is_encoded_once_and_rows_come_in_the_order_given(cache: VectorCache) -> None:
    model = FakeModel()
    texts = ["玉米", "a long text about maize", "玉米", "b", "a long text about maize"]
    vectors = encoder_with(model, cache).passages(texts)
    assert sorted(model.encoded) == sorted(("passage", text) for text in set(texts))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [vector_of("passage", text) for text in texts], rtol=1e-3)


def test_a_known_text_is_not_encoded_again_and_no_model_is_loaded_for_it(cache: VectorCache) -> None:
    first = encoder_with(FakeModel(), cache).queries(["a", "bb"])

    def fail() -> FakeModel:
        raise AssertionError("the model was loaded")

    second = Encoder(fingerprint="fake-1", load=fail, cache=cache).queries(["bb", "a"])
    assert second.tolist() == first[::-1].tolist()


def test_only_the_texts_that_are_new_are_encoded(cache: VectorCache) -> None:
    model = FakeModel()
    encoder = encoder_with(model, cache)
    encoder.passages(["a", "bb"])
    encoder.passages(["bb", "ccc", "a"])
    assert model.batches == [("passage", ["bb", "a"]), ("passage", ["ccc"])]


def test_queries_and_passages_are_kept_apart(cache: VectorCache) -> None:
    model = FakeModel()
    encoder = encoder_with(model, cache)
    sides = [encoder.queries(["a"])[0, 2], encoder.passages(["a"])[0, 2], encoder.queries(["a"])[0, 2]]
    assert sides == [1.0, 0.0, 1.0]
    assert model.encoded == [("query", "a"), ("passage", "a")]


def test_another_encoder_does_not_take_this_ones_vectors(cache: VectorCache) -> None:
    model = FakeModel()
    for fingerprint in ("fake-1", "fake-2"):
        encoder_with(model, cache, fingerprint).passages(["a"])
    assert model.encoded == [("passage", "a")] * 2


def test_without_a_cache_a_text_is_encoded_once_a_call_and_again_the_next() -> None:
    model = FakeModel()
    encoder = encoder_with(model, None)
    for _ in range(2):
        assert encoder.passages(["a", "a"]).shape == (2, 3)
    assert model.encoded == [("passage", "a")] * 2


def test_with_and_without_a_cache_the_vectors_are_the_same(cache: VectorCache) -> None:
    texts = ["玉米大斑病", "a", "abc"]
    kept = encoder_with(FakeModel(), cache)
    runs = [kept.passages(texts), kept.passages(texts), encoder_with(FakeModel(), None).passages(texts)]
    assert runs[0].tolist() == runs[1].tolist() == runs[2].tolist()


def test_progress_counts_the_texts_that_have_to_be_encoded(cache: VectorCache) -> None:
    encoder, seen = encoder_with(FakeModel(), cache), []
    texts = [f"text {i}" for i in range(2 * BATCH_TEXTS + 3)]
    encoder.passages(texts[:2])
    encoder.passages([*texts, *texts], progress=lambda done, total: seen.append((done, total)))
    total = len(texts) - 2
    assert seen == [(BATCH_TEXTS, total), (2 * BATCH_TEXTS, total), (total, total)]


def test_what_was_encoded_before_an_interruption_is_kept(cache: VectorCache) -> None:
    model, texts = FakeModel(), [f"text {i:04}" for i in range(BATCH_TEXTS + 1)]

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder_with(model, cache).passages(texts, progress=interrupt)
    encoder_with(model, cache).passages(texts)
    assert [len(batch) for _, batch in model.batches] == [BATCH_TEXTS, 1]


def test_a_text_being_typed_is_read_from_the_cache_but_never_written_to_it(cache: VectorCache) -> None:
    model = FakeModel()
    encoder = encoder_with(model, cache)
    encoder.queries(["known"])
    typed = encoder.queries(["known", "k", "kn"], keep=False)
    assert typed.tolist() == encoder_with(FakeModel(), None).queries(["known", "k", "kn"]).tolist()
    assert sorted(model.encoded) == [("query", "k"), ("query", "kn"), ("query", "known")]
    keys = [content_key("fake-1", "query", text) for text in ("known", "k", "kn")]
    assert cache.get(keys).keys() == {keys[0]}


def test_no_texts_need_no_model() -> None:
    model = FakeModel()
    assert len(encoder_with(model, None).queries([])) == 0
    assert model.batches == []


@given(st.lists(st.integers(4, 900), max_size=200))
@settings(max_examples=60, deadline=None)
def test_every_batch_is_within_its_budget_and_none_is_left_out(sizes: list[int]) -> None:
    sizes = sorted(sizes, reverse=True)
    spans = list(batches(sizes))
    assert [place for span in spans for place in span] == list(range(len(sizes)))
    assert all(
        len(span) <= BATCH_TEXTS and (len(span) == 1 or sizes[span.start] * len(span) <= BATCH_TOKENS) for span in spans
    )


def test_chinese_and_english_of_one_length_are_not_of_one_size() -> None:
    assert estimated_tokens("枸杞炭疽病防治" * 10) > 2 * estimated_tokens("anthracno " * 7)
