"""Arguments of an index, checked before anything is changed; every error names what is wrong."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matcher.index.protocol import Ids, Vectors

_NAMED = 5


def named(ids: Ids) -> str:
    """The first few ids, and how many more there are."""
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(str(id_) for id_ in ids[:_NAMED]) + more


def checked_ids(ids: npt.ArrayLike) -> Ids:
    """Ids `(n,)` as int64. Raises ValueError where they are not integers of 0 and more."""
    array = np.asarray(ids)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"ids must be integers in one dimension, not {array.dtype} of shape {array.shape}")
    if array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError("ids must fit into 63 bits")
    checked = np.ascontiguousarray(array, np.int64)
    if (checked < 0).any():
        raise ValueError(f"ids must not be negative: {named(checked[checked < 0])}")
    return checked


def distinct_ids(ids: npt.ArrayLike) -> Ids:
    """The same, and ValueError where an id stands twice."""
    checked = checked_ids(ids)
    values, counts = np.unique(checked, return_counts=True)
    if len(values) < len(checked):
        raise ValueError(f"ids must not repeat: {named(values[counts > 1])}")
    return checked


def ascending_ids(ids: npt.ArrayLike) -> Ids:
    """The same, and ValueError where they do not ascend."""
    checked = checked_ids(ids)
    if (checked[1:] <= checked[:-1]).any():
        raise ValueError("allowed ids must ascend and not repeat (numpy.unique makes them so)")
    return checked


def checked_vectors(vectors: npt.ArrayLike, dim: int, rows: int | None = None) -> Vectors:
    """Vectors `(rows, dim)` as float32 in C order. Raises ValueError on another shape, NaN or infinity."""
    array = np.ascontiguousarray(vectors, np.float32)
    if array.ndim != 2 or array.shape[1] != dim or (rows is not None and len(array) != rows):
        raise ValueError(f"vectors must have the shape ({'n' if rows is None else rows}, {dim}), not {array.shape}")
    if not np.isfinite(array).all():
        bad = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
        raise ValueError(f"vectors must be finite; row {bad} is not")
    return array
