from pathlib import Path

import numpy as np
import pytest

from matcher.index import FaissIndex, save
from matcher.index.protocol import Ids, Vectors

DIM = 16


def clustered(n_vectors: int, dim: int, seed: int, *, n_clusters: int = 300) -> Vectors:
    """Vectors around random centres, with lengths between 0.5 and 2."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(n_clusters, dim))
    found = centres[rng.integers(n_clusters, size=n_vectors)] + 0.4 * rng.normal(size=(n_vectors, dim))
    found *= rng.uniform(0.5, 2, (n_vectors, 1)) / np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32)


def brute_force(vectors: Vectors, ids: Ids, query: Vectors, k: int) -> tuple[Vectors, Ids]:
    """Every inner product, sorted best first and by id."""
    scores = (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
    order = np.lexsort((ids, -scores))[:k]
    return scores[order], ids[order]


def filled(n_vectors: int, *, exact_limit: int, dim: int = DIM, nprobe: int | None = None, seed: int = 2) -> FaissIndex:
    """An index of clustered vectors under the ids 10, 13, 16, …"""
    index = FaissIndex(dim, exact_limit=exact_limit, nprobe=nprobe)
    index.add(np.arange(n_vectors) * 3 + 10, clustered(n_vectors, dim, seed))
    return index


@pytest.fixture(params=["exact", "ivf"])
def index(request: pytest.FixtureRequest) -> FaissIndex:
    made = filled(1_000, exact_limit=5_000 if request.param == "exact" else 500)
    assert made.kind == request.param
    return made


@pytest.fixture
def saved(index: FaissIndex, tmp_path: Path) -> Path:
    """A folder in which the index was saved as made by `builtin`."""
    folder = tmp_path / "index"
    save(index, folder, encoder="builtin", extra={"passages": "sha-1"})
    return folder
