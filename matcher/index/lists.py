"""How many vectors are cut into lists, and in what range each dimension is quantised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from matcher.index.library import faiss
from matcher.index.protocol import Ids, Vectors

Chunks = Callable[[], Iterator[tuple[Ids, Vectors]]]
"""Gives every vector with its id, a piece at a time, in the same order whenever it is called."""

_SAMPLED_PER_LIST = 32
_ROUNDS = 8
_MARGIN = 0.1
_BENT = 0.01


def list_count(n_vectors: int) -> int:
    """4 √n, rounded to a power of two: searching for the lists and searching in them then cost about the same."""
    return min(n_vectors, 1 << round(math.log2(4 * math.sqrt(n_vectors))))


def value_range(chunks: Chunks) -> Vectors:
    """The lowest and the highest value of each dimension, `(2, dim)`, with a tenth of room for vectors to come."""
    pieces = [np.stack([vectors.min(axis=0), vectors.max(axis=0)]) for _, vectors in chunks() if len(vectors)]
    low, high = np.min(pieces, axis=0)[0], np.max(pieces, axis=0)[1]
    room = _MARGIN * (high - low)
    return np.stack([low - room, high + room]).astype(np.float32)


def is_within(limits: Vectors, vectors: Vectors) -> bool:
    """Whether cutting off what is outside the range bends no vector by more than a hundredth of its length."""
    bent = np.linalg.norm(vectors - np.clip(vectors, limits[0], limits[1]), axis=1)
    return bool((bent <= _BENT * np.linalg.norm(vectors, axis=1)).all())


def centres(chunks: Chunks, n_vectors: int, seed: int) -> Vectors:
    """k-means centres `(lists, dim)`, from a seeded sample of at most 32 vectors a list."""
    n_lists = list_count(n_vectors)
    n_sampled = min(n_vectors, n_lists * _SAMPLED_PER_LIST)
    chosen = np.sort(np.random.default_rng(seed).choice(n_vectors, n_sampled, replace=False))
    parts, start = [], 0
    for _, vectors in chunks():
        first, end = np.searchsorted(chosen, [start, start + len(vectors)])
        parts.append(vectors[chosen[first:end] - start])
        start += len(vectors)
    sample = np.concatenate(parts)
    kmeans = faiss.Kmeans(sample.shape[1], n_lists, niter=_ROUNDS, seed=seed + 1, min_points_per_centroid=1)
    kmeans.train(sample)
    found: Vectors = kmeans.centroids
    return found
