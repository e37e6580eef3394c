"""One order of results, whatever order a library's heap left them in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.index.protocol import NO_ID, Ids, Vectors

Search = Callable[[Vectors, int], tuple[Vectors, Ids]]
"""Takes queries `(q, dim)` and a depth; gives scores and ids `(q, depth)`, best first, ties in any order."""

_WIDENING = 4


def nothing(n_queries: int, k: int) -> tuple[Vectors, Ids]:
    """Scores and ids `(n_queries, k)` that say “no such vector”."""
    return np.full((n_queries, k), -np.inf, np.float32), np.full((n_queries, k), NO_ID, np.int64)


def best_first(search: Search, queries: Vectors, k: int, most: int) -> tuple[Vectors, Ids]:
    """The k best of at most `most` vectors for each query, ties by lower id; shapes `(q, k)`.

    A heap keeps any of several vectors that tie for the last place, so one more than k is asked for, and more as long
    as the tie goes on.
    """
    scores, ids = nothing(len(queries), k)
    asked, rows = min(k, most), np.arange(len(queries))
    depth = min(asked + 1, most)
    while asked and len(rows):
        found, found_ids = search(queries[rows], depth)
        missing = found_ids == NO_ID
        found[missing] = -np.inf
        settled = (depth == most) | missing[:, -1] | (found[:, -1] < found[:, asked - 1])
        order = np.lexsort((found_ids, -found), axis=-1)[:, :asked]
        scores[rows, :asked] = np.take_along_axis(found, order, 1)
        ids[rows, :asked] = np.take_along_axis(found_ids, order, 1)
        rows, depth = rows[~settled], min(depth * _WIDENING, most)
    return scores, ids
