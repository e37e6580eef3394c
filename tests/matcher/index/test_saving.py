import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from matcher.index import load, save
from tests.matcher.index.conftest import filled


def test_two_saves_leave_one_data_file(saved: Path) -> None:
    save(filled(7, exact_limit=100), saved, encoder="builtin")
    assert len(list(saved.iterdir())) == 2
    assert len(load(saved, encoder="builtin")) == 7


def test_an_index_loaded_from_a_folder_can_be_saved_into_it(saved: Path) -> None:
    loaded = load(saved, encoder="builtin")
    before = loaded.vectors(loaded.ids())
    save(loaded, saved, encoder="builtin")
    np.testing.assert_array_equal(loaded.vectors(loaded.ids()), before)
    np.testing.assert_array_equal(load(saved, encoder="builtin").vectors(loaded.ids()), before)


class PowerCutError(Exception):
    """The machine stops here."""


def power_cut(*_: object, **__: object) -> None:
    raise PowerCutError


@pytest.mark.parametrize("step", ["os.replace", "os.fsync", "faiss.write_index", "hashlib.file_digest"])
def test_a_crash_while_saving_leaves_the_old_index(saved: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = load(saved, encoder="builtin").vectors(np.array([10, 13]))
    with monkeypatch.context() as patch:
        patch.setattr(step, power_cut)
        with pytest.raises(PowerCutError):
            save(filled(7, exact_limit=100), saved, encoder="builtin")
    np.testing.assert_array_equal(load(saved, encoder="builtin").vectors(np.array([10, 13])), before)


def test_the_save_after_a_crash_clears_away_what_it_left(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", power_cut)
        with pytest.raises(PowerCutError):
            save(filled(7, exact_limit=100), saved, encoder="builtin")
    assert len(list(saved.iterdir())) == 4
    save(filled(8, exact_limit=100), saved, encoder="builtin")
    assert len(list(saved.iterdir())) == 2


def test_a_crash_before_old_files_are_deleted_leaves_the_new_index(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = filled(7, exact_limit=100)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", power_cut)
        with pytest.raises(PowerCutError):
            save(new, saved, encoder="builtin")
    assert len(load(saved, encoder="builtin")) == 7


def test_a_second_saver_waits_for_the_first(tmp_path: Path) -> None:
    first = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    second = threading.Thread(target=save, args=(filled(7, exact_limit=500), tmp_path), kwargs={"encoder": "builtin"})
    second.start()
    second.join(0.5)
    assert second.is_alive()
    assert not list(tmp_path.iterdir())
    os.close(first)
    second.join(30)
    assert len(load(tmp_path, encoder="builtin")) == 7


SAVES_OFTEN = """
import sys
from pathlib import Path
import numpy as np
from matcher.index import FaissIndex, save
indexes = []
for size in (7, 600):
    indexes.append(FaissIndex(16, exact_limit=500))
    indexes[-1].add(np.arange(size), np.random.default_rng(size).normal(size=(size, 16)))
for _ in range(60):
    for index in indexes:
        save(index, Path(sys.argv[1]), encoder="builtin")
"""


def test_whoever_loads_while_others_save_gets_the_old_or_the_new(tmp_path: Path) -> None:
    save(filled(7, exact_limit=500), tmp_path, encoder="builtin")
    savers = [subprocess.Popen([sys.executable, "-c", SAVES_OFTEN, str(tmp_path)]) for _ in range(2)]
    seen = set()
    while any(saver.poll() is None for saver in savers):
        loaded = load(tmp_path, encoder="builtin")
        assert np.isfinite(loaded.vectors(loaded.ids())).all()
        seen.add(len(loaded))
    assert [saver.returncode for saver in savers] == [0, 0]
    assert seen == {7, 600}
    assert len(list(tmp_path.iterdir())) == 2
