import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import IndexDamagedError, IndexForeignError
from matcher.index import FaissIndex, load, save
from tests.matcher.index.conftest import DIM, clustered, filled


def data_file(folder: Path) -> Path:
    (path,) = folder.glob("vectors-*.faiss")
    return path


def rewrite_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_a_loaded_index_answers_as_the_saved_one(index: FaissIndex, saved: Path) -> None:
    loaded = load(saved, encoder="builtin", dim=DIM)
    queries = clustered(20, DIM, seed=4)
    for allowed in (None, index.ids()[::3]):
        for was, is_ in zip(
            index.search(queries, 40, allowed=allowed), loaded.search(queries, 40, allowed=allowed), strict=True
        ):
            np.testing.assert_array_equal(was, is_)
    np.testing.assert_array_equal(loaded.vectors(index.ids()), index.vectors(index.ids()))
    assert (loaded.kind, loaded.exact_limit, loaded.nprobe) == (index.kind, index.exact_limit, index.nprobe)


def test_a_loaded_index_can_be_changed_and_its_file_stays_as_it_was(index: FaissIndex, saved: Path) -> None:
    before = data_file(saved).read_bytes()
    loaded = load(saved, encoder="builtin")
    kept = loaded.vectors(loaded.ids()[2:])
    loaded.remove(loaded.ids()[:2])
    np.testing.assert_array_equal(loaded.vectors(loaded.ids()), kept)
    loaded.update(np.array([1, 16]), clustered(2, DIM, seed=5))
    assert len(loaded) == 999
    assert data_file(saved).read_bytes() == before
    assert len(load(saved, encoder="builtin")) == 1_000


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    save(FaissIndex(DIM), tmp_path, encoder="builtin")
    loaded = load(tmp_path, encoder="builtin")
    loaded.add(np.array([4]), clustered(1, DIM, seed=1))
    assert loaded.ids().tolist() == [4]


def test_the_manifest_says_what_was_saved(index: FaissIndex, saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text("utf-8"))
    assert (manifest["encoder"], manifest["dim"], manifest["count"]) == ("builtin", DIM, 1_000)
    assert (manifest["kind"], manifest["version"], manifest["extra"]) == (index.kind, 1, {"passages": "sha-1"})


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "message"), [(flip, "checksum differs"), (truncate, "bytes, not"), (Path.unlink, "is missing")]
)
def test_a_damaged_file_is_refused(saved: Path, damage: Callable[[Path], None], message: str) -> None:
    damage(data_file(saved))
    with pytest.raises(IndexDamagedError, match=rf"{message}.*build the index again"):
        load(saved, encoder="builtin")


def test_any_flipped_byte_of_a_small_index_is_noticed(tmp_path: Path) -> None:
    save(filled(2, exact_limit=100, dim=2), tmp_path, encoder="builtin")
    path = data_file(tmp_path)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        with pytest.raises(IndexDamagedError):
            load(tmp_path, encoder="builtin")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"count": 999}, "holds 1000 vectors of 16 dimensions, not 999"),
        ({"dim": 17}, "not 1000 vectors of 17 dimensions"),
        ({"kind": "flat"}, r"wrong: kind"),
        ({"file": "../vectors-00.faiss"}, r"wrong: file"),
        ({"version": "one"}, r"wrong: version"),
    ],
)
def test_a_manifest_that_does_not_agree_is_refused(saved: Path, changes: dict[str, object], message: str) -> None:
    rewrite_manifest(saved, **changes)
    with pytest.raises(IndexDamagedError, match=message):
        load(saved, encoder="builtin")


def test_a_manifest_that_names_the_other_kind_is_refused(index: FaissIndex, saved: Path) -> None:
    rewrite_manifest(saved, kind="ivf" if index.kind == "exact" else "exact")
    with pytest.raises(IndexDamagedError, match="another kind"):
        load(saved, encoder="builtin")


def test_a_manifest_that_is_not_json_is_refused(saved: Path) -> None:
    (saved / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        load(saved, encoder="builtin")


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="no index is saved"):
        load(tmp_path / "nowhere", encoder="builtin")


def test_another_encoders_index_is_refused_by_name(saved: Path) -> None:
    with pytest.raises(IndexForeignError, match=r"made by the encoder 'builtin', not by 'BAAI/bge-m3'"):
        load(saved, encoder="BAAI/bge-m3")


def test_vectors_of_another_length_are_refused(saved: Path) -> None:
    with pytest.raises(IndexForeignError, match="16 dimensions, not 17"):
        load(saved, encoder="builtin", dim=17)


def test_another_version_is_refused(saved: Path) -> None:
    rewrite_manifest(saved, version=2, new_field=1)
    with pytest.raises(IndexForeignError, match="version 2"):
        load(saved, encoder="builtin")
